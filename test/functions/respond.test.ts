import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createBotCredentials } from '../../functions/adapters/bot-credentials.ts';
import { createSeenRequests } from '../../functions/adapters/dynamodb-seen-requests.ts';
import { createSlackApi } from '../../functions/adapters/slack-api.ts';
import { createSlackDialogs } from '../../functions/adapters/slack-dialogs.ts';
import type { IncidentRecord } from '../../functions/core/model/incident-record.ts';
import { createHandler } from '../../functions/respond/handler.ts';
import { createTableStandIn } from '../adapters/table-stand-in.ts';
import { type SlackStandIn, startSlackStandIn } from '../support/local-cloud/slack-stand-in.ts';
import { press, type Signing, type SlackCall, slackCall, submit } from '../support/slack-interactions.ts';
import { storedIncident } from '../support/stored-incidents.ts';
import { captureLog, captureMetrics, createClock } from './captures.ts';

const signingSecret = 'signing-secret-of-the-app';
const id = 'inc-4f2a91c07d3e5b68';
const button = (action: string, incident = id) => ({ action_id: action, value: `${incident}:3` });
const minuteMs = 60_000;

let slack: SlackStandIn;
let secrets: AwsClientStub<SecretsManagerClient>;
const hold = (secret: string | undefined) =>
  secrets.on(GetSecretValueCommand).resolves({
    SecretString: JSON.stringify({ token: slack.bot.token, signingSecret: secret, api: slack.apiUrl }),
  });
beforeEach(async () => {
  slack = await startSlackStandIn();
  secrets = mockClient(SecretsManagerClient);
  hold(signingSecret);
});
afterEach(async () => {
  secrets.restore();
  await slack.stop();
});

/** The function with its real adapters, and one incident. */
function createRespond(record: Partial<IncidentRecord> = {}) {
  const clock = createClock();
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const { table } = createTableStandIn();
  let stored = storedIncident({ id }, record);
  const credentials = createBotCredentials({ secretId: 'slack/app', clock });
  const handler = createHandler({
    credentials,
    users: ['U012AB3CD'],
    seen: createSeenRequests(table, clock),
    incidents: {
      async update(incident, change) {
        const next = incident === id ? change(stored) : undefined;
        stored = next ?? stored;
        return next;
      },
    },
    dialogs: createSlackDialogs(createSlackApi({ credentials, clock })),
    clock,
    log,
    measure,
  });
  const send = async (call: SlackCall, event: object = {}) => {
    const answer = await handler({
      headers: call.headers,
      body: call.body,
      isBase64Encoded: false,
      requestContext: { http: { method: 'POST' } },
      ...event,
    } as LambdaFunctionURLEvent);
    if (typeof answer === 'string') throw new Error('text');
    return answer;
  };
  const signed = (payload: object, signing: Partial<Signing> = {}) =>
    slackCall(payload, { signingSecret, at: clock.time, ...signing });
  const before = stored.record;
  return {
    send,
    signed,
    clock,
    lines,
    values,
    record: () => stored.record,
    isUnchanged: () => stored.record === before,
  };
}

describe('buttons', () => {
  test.each(['acknowledge', 'not-expected'] as const)('%s goes into the history', async (word) => {
    const { send, signed, record, values } = createRespond();
    expect(await send(signed(press(button(word))))).toEqual({ statusCode: 200, body: '' });
    expect(record()).toMatchObject({ revision: 2, history: [{ by: 'U012AB3CD', word, reason: '' }] });
    expect([values, slack.bot.messages()]).toEqual([{}, []]);
  });

  test('snooze asks for reason and end, and keeps both', async () => {
    const { send, signed, record, isUnchanged, clock } = createRespond();
    expect(await send(signed(press(button('snooze'))))).toEqual({ statusCode: 200, body: '' });
    expect(isUnchanged()).toBe(true);
    const [opened] = slack.bot.views();
    expect(opened).toMatchObject({
      trigger: '12345.98765.abcd',
      view: { title: { text: 'Snooze INC-4F2A91' }, private_metadata: id },
    });
    clock.time += 3 * minuteMs;
    const view = opened?.view as { private_metadata: string };
    expect(await send(signed(submit(view, 'known migration', '8h')))).toEqual({ statusCode: 200, body: '' });
    expect(record().snoozed).toEqual({
      at: new Date(clock.time).toISOString(),
      by: 'U012AB3CD',
      word: 'snooze',
      reason: 'known migration',
      until: new Date(clock.time + 8 * 60 * minuteMs).toISOString(),
    });
  });

  test('takes bodies that Lambda encodes', async () => {
    const { send, signed, record } = createRespond();
    const call = signed(press(button('acknowledge')));
    const body = Buffer.from(call.body).toString('base64');
    expect((await send({ ...call, body }, { isBase64Encoded: true })).statusCode).toBe(200);
    expect(record().acknowledged).not.toBeNull();
  });

  test('what cannot be done is said to the person alone', async () => {
    const { send, signed, isUnchanged } = createRespond({ status: 'resolved' });
    expect((await send(signed(press(button('acknowledge'))))).statusCode).toBe(200);
    expect((await send(signed(press(button('acknowledge', 'inc-gone'))))).statusCode).toBe(200);
    expect(slack.bot.messages()).toMatchObject([
      {
        channel: 'CSECURITY',
        onlyFor: 'U012AB3CD',
        text: 'INC-4F2A91 is resolved already. Reopen it first, if it is not over.',
      },
      { onlyFor: 'U012AB3CD', text: 'inc-gone is no longer kept.' },
    ]);
    expect(isUnchanged()).toBe(true);
  });

  test('what is wrong in the dialog is said in the dialog', async () => {
    const { send, signed, isUnchanged } = createRespond();
    const answer = await send(signed(submit({ private_metadata: id }, '  ', '8h')));
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'Content-Type': 'application/json' } });
    expect(JSON.parse(answer.body ?? '')).toEqual({
      response_action: 'errors',
      errors: { reason: 'To snooze an incident a reason is needed; it stays in its history.' },
    });
    expect(isUnchanged()).toBe(true);
  });

  test('where no dialog opens, the command is named; where nobody can be told, it is logged', async () => {
    const { send, signed, lines } = createRespond();
    await send(signed(press(button('acknowledge'))));
    slack.bot.refuse('expired_trigger_id', 1);
    expect((await send(signed(press(button('snooze'))))).statusCode).toBe(200);
    expect(slack.bot.messages().map(({ text }) => text)).toEqual([
      'Slack did not open the dialog. Press again, or: secrets-audit incidents snooze INC-4F2A91 --until 8h --reason "…"',
    ]);
    slack.bot.refuse('token_revoked');
    const again = press({ ...button('snooze'), value: `${id}:4` });
    expect((await send(signed(again))).statusCode).toBe(200);
    expect(lines.join()).toContain('A person could not be answered');
  });

  test('a signing secret that was replaced is found without a restart', async () => {
    const { send, signed, clock } = createRespond();
    await send(signed(press(button('acknowledge'))));
    hold('another');
    clock.time += minuteMs;
    const call = signed(press(button('acknowledge')), { signingSecret: 'another' });
    expect((await send(call)).statusCode).toBe(200);
  });
});

describe('refused, and nothing changes', () => {
  const acknowledge = press(button('acknowledge'));
  type Respond = ReturnType<typeof createRespond>;
  const tampered = (call: SlackCall): SlackCall => ({
    ...call,
    body: call.body.replace('acknowledge', 'snooze'),
  });
  const without = ({ body }: SlackCall): SlackCall => ({ body, headers: {} });

  test.each<[string, number, (respond: Respond) => SlackCall]>([
    ['forged', 401, ({ signed }) => signed(acknowledge, { signingSecret: 'guessed' })],
    ['changed on its way', 401, ({ signed }) => tampered(signed(acknowledge))],
    ['without a signature', 401, ({ signed }) => without(signed(acknowledge))],
    ['yesterday’s', 401, ({ signed, clock }) => signed(acknowledge, { at: clock.time - 86_400_000 })],
    ['six minutes old', 401, ({ signed, clock }) => signed(acknowledge, { at: clock.time - 6 * minuteMs })],
    ['of the future', 401, ({ signed, clock }) => signed(acknowledge, { at: clock.time + 6 * minuteMs })],
    [
      'with a time that is none',
      401,
      ({ signed }) => {
        const call = signed(acknowledge);
        return { ...call, headers: { ...call.headers, 'x-slack-request-timestamp': 'NaN' } };
      },
    ],
    ['of another team', 403, ({ signed }) => signed(press(button('acknowledge'), { team: 'T0OTHER' }))],
    ['another button', 400, ({ signed }) => signed(press(button('resolve')))],
    ['another kind of payload', 400, ({ signed }) => signed({ type: 'shortcut' })],
    ['a button without an incident', 400, ({ signed }) => signed(press({ action_id: 'snooze', value: 'x' }))],
    ['a body of a megabyte', 413, ({ signed }) => signed({ ...acknowledge, message: 'x'.repeat(2 ** 20) })],
  ])('%s: %d', async (_, status, callOf) => {
    const respond = createRespond();
    expect(await respond.send(callOf(respond))).toEqual({ statusCode: status, body: '' });
    expect(respond.isUnchanged()).toBe(true);
    expect(respond.values).toEqual({ RefusedRequests: 1 });
    expect(slack.bot.messages()).toEqual([]);
  });

  test('a GET', async () => {
    const { send, signed, isUnchanged } = createRespond();
    const event = { requestContext: { http: { method: 'GET' } } };
    expect((await send(signed(acknowledge), event)).statusCode).toBe(405);
    expect(isUnchanged()).toBe(true);
  });

  test('a replay', async () => {
    const { send, signed, record, values, clock } = createRespond();
    const call = signed(acknowledge);
    expect((await send(call)).statusCode).toBe(200);
    clock.time += 2 * minuteMs;
    expect((await send(call)).statusCode).toBe(401);
    expect([record().revision, values]).toEqual([2, { RefusedRequests: 1 }]);
  });

  test('of somebody who may not press: the person is told so', async () => {
    const { send, signed, isUnchanged, values } = createRespond();
    expect((await send(signed(press(button('acknowledge'), { user: 'U0STRANGER' })))).statusCode).toBe(200);
    expect(slack.bot.messages()).toMatchObject([
      { onlyFor: 'U0STRANGER', text: expect.stringContaining('notify.slack.users') },
    ]);
    const sent = await send(signed(submit({ private_metadata: id }, 'r', '8h', { user: 'U0STRANGER' })));
    expect(sent.body).toContain('notify.slack.users');
    expect([isUnchanged(), values]).toEqual([true, { RefusedRequests: 2 }]);
  });

  test('everything, where the secret has no signing secret', async () => {
    hold(undefined);
    const { send, signed, isUnchanged } = createRespond();
    expect((await send(signed(acknowledge))).statusCode).toBe(401);
    expect((await send(signed(acknowledge, { signingSecret: 'undefined' }))).statusCode).toBe(401);
    expect(isUnchanged()).toBe(true);
  });
});

test('no secret and no signature is in any log line', async () => {
  const { send, signed, lines } = createRespond();
  const call = signed(press(button('acknowledge')));
  await send(call);
  await send(call);
  await send(signed(press(button('snooze'))));
  await send({ ...call, headers: {} });
  const told = lines.join('\n');
  expect(lines.length).toBeGreaterThan(2);
  for (const secret of [signingSecret, slack.bot.token, call.headers['x-slack-signature'] ?? '']) {
    expect(told).not.toContain(secret);
  }
});
