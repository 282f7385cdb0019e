import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { IncidentRecord } from '../../functions/core/model/incident-record.ts';
import { runCommand } from '../support/command-line.ts';
import {
  contractedSecret,
  type DeployedSuite,
  deploySuite,
  operationsTeam,
  securityTeam,
  slackApp,
} from '../support/deployed-suite.ts';
import { eventually } from '../support/local-cloud/eventually.ts';
import { createUser, from } from '../support/local-cloud/identities.ts';
import type { SlackBotMessage } from '../support/local-cloud/slack-bot.ts';
import { press, type SlackCall, slackCall, submit } from '../support/slack-interactions.ts';

jest.setTimeout(240_000);

const arrivalSeconds = 120;
const { signingSecret } = slackApp;
/** Another one with a contract, so that what happens to it is a story of its own. */
const otherSecret = 'payments/ledger';
const contractOf = (name: string) => `  - match: {name: ${name}}
    allow:
      - {id: sender, role: sender, actions: [read], from: [office]}
      - {id: operator, user: local-cloud-admin, actions: [write], from: any}`;
let suite: DeployedSuite;
let url: URL;

beforeAll(async () => {
  suite = await deploySuite([otherSecret], { withSlackApp: true, entries: contractOf(otherSecret) });
  const [, output] = Object.entries(suite.outputs).find(([name]) => name.includes('SlackRequestUrl')) ?? [];
  url = new URL(output ?? '');
});
afterAll(() => suite?.stop());

/** Calls the function URL; the local cloud tells functions apart by the name of the host. */
const send = ({ headers, body }: SlackCall): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port: suite.cloud.port,
        path: url.pathname,
        method: 'POST',
        headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
      },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += String(chunk);
        resolve({ status: response.statusCode ?? 0, text });
      },
    );
    call.on('error', reject).end(body);
  });

const sign = (payload: object, signing: { signingSecret?: string; at?: number } = {}): SlackCall =>
  slackCall(payload, { signingSecret, at: Date.now(), ...signing });

/** A stranger reads the secret that only one role may read. */
async function strangerReads(name: string, secret = contractedSecret): Promise<void> {
  const allowed = [{ Effect: 'Allow' as const, Action: 'secretsmanager:GetSecretValue', Resource: '*' }];
  const credentials = await createUser(suite.cloud, name, allowed);
  const client = from(
    { ip: '203.0.113.66' },
    new SecretsManagerClient(suite.cloud.sdkConfig({ credentials })),
  );
  await client.send(new GetSecretValueCommand({ SecretId: secret }));
}

const messageAbout = (name: string): SlackBotMessage | undefined =>
  suite.slack.bot.messages().find(({ text, thread }) => text.includes(name) && thread === undefined);

const arrived = (name: string): Promise<SlackBotMessage> =>
  eventually(`the message about ${name}`, async () => messageAbout(name), arrivalSeconds);

async function queueOf(pattern: RegExp): Promise<string> {
  const queues = await suite.resources('AWS::SQS::Queue');
  const [first] = [...queues].filter(([id]) => pattern.test(id)).map(([, url]) => url);
  if (first === undefined) throw new Error(`no queue matches ${pattern} among ${[...queues.keys()]}`);
  return first;
}

/** A button as it stands under a message. */
function buttonOf(message: SlackBotMessage, action: string): { action_id: string; value: string } {
  const buttons = message.blocks.flatMap(
    (block) => (block as { elements?: { action_id?: string; value?: string }[] }).elements ?? [],
  );
  const found = buttons.find(({ action_id }) => action_id === action);
  if (!found?.action_id || !found.value) throw new Error(`no ${action}: ${JSON.stringify(message.blocks)}`);
  return { action_id: found.action_id, value: found.value };
}

const incidentIn = ({ value }: { value: string }): string => value.slice(0, value.lastIndexOf(':'));

async function command(...parameters: string[]) {
  const table = await suite.resource('AWS::DynamoDB::Table', /./);
  return runCommand([...parameters, '--table', table], { env: suite.cloud.env });
}

async function recordOf(incident: string): Promise<IncidentRecord> {
  const { output } = await command('incidents', 'show', incident, '--format', 'json');
  return (JSON.parse(output) as { record: IncidentRecord }).record;
}

const wordsOf = async (incident: string) =>
  (await recordOf(incident)).history.map(({ by, word }) => `${by} ${word}`);

describe('buttons', () => {
  let message: SlackBotMessage;
  beforeAll(async () => {
    await strangerReads('stranger-one');
    message = await arrived('stranger-one');
  });
  const current = () => messageAbout('stranger-one') ?? message;

  it('Acknowledge goes into the history, and the message is brought up to date in place', async () => {
    const before = current().updates;
    const posts = suite.slack.bot.messages().length;
    expect(await send(sign(press(buttonOf(message, 'acknowledge'))))).toEqual({ status: 200, text: '' });
    const incident = incidentIn(buttonOf(message, 'acknowledge'));
    expect(await wordsOf(incident)).toEqual([`${slackApp.user} acknowledge`]);
    await eventually('the update in place', async () => current().updates > before, arrivalSeconds);
    expect(JSON.stringify(current().blocks)).toContain(slackApp.user);
    await sleep(5_000);
    // Nobody is disturbed by it: no new message, no reply, no email.
    expect(suite.slack.bot.messages()).toHaveLength(posts);
    expect((await suite.subjects(securityTeam)).filter((each) => each.includes('stranger-one'))).toHaveLength(
      1,
    );
  });

  it('Snooze opens a dialog; what is filled in goes into the history', async () => {
    expect((await send(sign(press(buttonOf(current(), 'snooze'))))).status).toBe(200);
    const opened = suite.slack.bot.views().at(-1)?.view as { private_metadata: string };
    expect(await send(sign(submit(opened, 'a known migration', '8h')))).toEqual({ status: 200, text: '' });
    const { snoozed } = await recordOf(opened.private_metadata);
    expect(snoozed).toMatchObject({ by: slackApp.user, reason: 'a known migration' });
    const end = Date.parse(snoozed?.until ?? '') - Date.now();
    expect(end).toBeGreaterThan(7.9 * 3_600_000);
    expect(end).toBeLessThan(8.1 * 3_600_000);
  });

  it('Not expected takes both back', async () => {
    const button = buttonOf(current(), 'not-expected');
    expect((await send(sign(press(button)))).status).toBe(200);
    expect(await recordOf(incidentIn(button))).toMatchObject({ acknowledged: null, snoozed: null });
    expect(await wordsOf(incidentIn(button))).toEqual([
      `${slackApp.user} acknowledge`,
      `${slackApp.user} snooze`,
      `${slackApp.user} not-expected`,
    ]);
  });

  it('forged, old, repeated ones and those of strangers are refused, and change nothing', async () => {
    const button = buttonOf(current(), 'acknowledge');
    const incident = incidentIn(button);
    const used = sign(press(button));
    expect((await send(used)).status).toBe(200);
    const before = await recordOf(incident);
    const asked = suite.slack.bot.messages().length;
    expect((await send(used)).status).toBe(401);
    expect((await send(sign(press(button), { signingSecret: 'guessed' }))).status).toBe(401);
    expect((await send(sign(press(button), { at: Date.now() - 86_400_000 }))).status).toBe(401);
    expect((await send({ ...sign(press(button)), headers: {} })).status).toBe(401);
    expect((await send(sign(press(button, { team: 'T0OTHER' })))).status).toBe(403);
    expect((await send(sign(press(button, { user: 'U0STRANGER' })))).status).toBe(200);
    expect(suite.slack.bot.messages().slice(asked)).toMatchObject([{ onlyFor: 'U0STRANGER' }]);
    expect(await recordOf(incident)).toEqual(before);
  });

  it('and commands do the same', async () => {
    const incident = incidentIn(buttonOf(current(), 'acknowledge'));
    const said = await command('incidents', 'resolve', incident, '--reason', 'a test');
    expect(said).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^INC-\w{6}: resolved\.\n$/) });
    expect((await recordOf(incident)).status).toBe('resolved');
    // Whoever looks at the channel sees it; nobody is disturbed.
    const hasButtons = () => JSON.stringify(current().blocks).includes('"actions"');
    await eventually('that it is over', async () => !hasButtons(), arrivalSeconds);
  });
});

describe('test-alert', () => {
  it('says of each way what arrived', async () => {
    const topic = await suite.resource('AWS::SNS::Topic', /Findings/);
    const outcome = await command('test-alert', '--settings', suite.settingsFile, '--topic', topic);
    expect(outcome.output).toMatch(/^arrived {2}slack, /m);
    expect(outcome.output).toMatch(/^arrived {2}hook, /m);
    expect(outcome.output).toMatch(/^sent {5}email, security@example\.com: /m);
    expect(outcome.exitCode).toBe(0);
    expect(suite.slack.bot.messages().filter(({ text }) => /test/i.test(text))).toHaveLength(1);
  });
});

describe('a token that was revoked', () => {
  it('is one dead letter and one alarm; the other receivers hear of it once', async () => {
    suite.slack.bot.refuse('token_revoked');
    await strangerReads('stranger-two', otherSecret);
    const sqs = new SQSClient(suite.cloud.sdkConfig());
    await eventually(
      'the alarm by email',
      async () => (await suite.subjects(operationsTeam)).some((subject) => /ALARM.*notify/i.test(subject)),
      arrivalSeconds,
    );
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: await queueOf(/Notify.*DeadLetter/),
        MessageAttributeNames: ['All'],
        MaxNumberOfMessages: 10,
      }),
    );
    expect(Messages).toHaveLength(1);
    const reason = Messages?.[0]?.MessageAttributes?.['ErrorMessage']?.StringValue;
    expect(reason).toMatch(/^slack: Slack refuses the token of the bot \(token_revoked\)/);
    const told = suite.slack.messages().filter(({ text }) => text.includes('stranger-two'));
    expect(told).toHaveLength(1);
    const mails = await suite.subjects(securityTeam);
    expect(mails.filter((subject) => subject.includes('stranger-two'))).toHaveLength(1);
    const alarms = await suite.subjects(operationsTeam);
    expect(alarms.filter((subject) => subject.startsWith('ALARM'))).toHaveLength(1);
    const written = JSON.stringify([await suite.cloud.mailbox(), Messages]);
    for (const secret of [suite.slack.bot.token, signingSecret]) expect(written).not.toContain(secret);

    suite.slack.bot.accept();
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: await queueOf(/NotifyQueue(?!.*DeadLetter)/),
        MessageBody: Messages?.[0]?.Body,
      }),
    );
    await arrived('stranger-two');
    expect(suite.slack.messages().filter(({ text }) => text.includes('stranger-two'))).toHaveLength(1);
  });
});
