import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createBotCredentials } from '../../functions/adapters/bot-credentials.ts';
import { createDeliveryPace } from '../../functions/adapters/delivery-pace.ts';
import { createChatThreads } from '../../functions/adapters/dynamodb-chat-threads.ts';
import { createSlackApi } from '../../functions/adapters/slack-api.ts';
import { createSlackBot } from '../../functions/adapters/slack-bot.ts';
import { createClock } from '../functions/captures.ts';
import { type SlackStandIn, startSlackStandIn } from '../support/local-cloud/slack-stand-in.ts';
import { createTableStandIn } from './table-stand-in.ts';

let slack: SlackStandIn;
let secrets: AwsClientStub<SecretsManagerClient>;
const hold = (token: string) =>
  secrets
    .on(GetSecretValueCommand)
    .resolves({ SecretString: JSON.stringify({ token, signingSecret: 'signing', api: slack.apiUrl }) });

beforeEach(async () => {
  slack = await startSlackStandIn();
  secrets = mockClient(SecretsManagerClient);
  hold(slack.bot.token);
});
afterEach(async () => {
  secrets.restore();
  await slack.stop();
});

function createBot(options: { timeoutMs?: number } = {}) {
  const clock = createClock();
  const credentials = createBotCredentials({ secretId: 'slack/app', clock });
  const api = createSlackApi({ credentials, clock, ...options });
  return { clock, bot: createSlackBot(api, createDeliveryPace(clock, clock.sleep)) };
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  expect(`${error.message}${error.stack}${String(error.cause)}`).not.toMatch(/xoxb-\w/);
  return error;
}

const reads = () => secrets.commandCalls(GetSecretValueCommand).length;

describe('Slack bot', () => {
  test('posts, replies in the thread and changes in place, one call a second; reads its secret once', async () => {
    const { bot, clock } = createBot();
    const place = await bot.post('#security', { text: 'first', metadata: { event_type: 'e' } });
    expect(place.channel).toBe('CSECURITY');
    await bot.post(place.channel, { text: 'reply' }, place.ts);
    expect(await bot.update(place, { text: 'changed' })).toBe('updated');
    expect(slack.bot.messages()).toMatchObject([
      { ts: place.ts, text: 'changed', updates: 1, metadata: { event_type: 'e' } },
      { thread: place.ts, text: 'reply' },
    ]);
    expect(clock.slept).toEqual([1_000, 1_000]);
    expect(reads()).toBe(1);
  });

  test.each([
    ['message_not_found', 'gone'],
    ['edit_window_closed', 'unchangeable'],
    ['cant_update_message', 'unchangeable'],
  ])('a message that cannot be changed (%s): %s', async (word, outcome) => {
    slack.bot.refuse(word);
    expect(await createBot().bot.update({ channel: 'C1', ts: '1.1' }, { text: 't' })).toBe(outcome);
  });

  test.each([
    ['channel_not_found', /#security \(channel_not_found\): does it exist, and is the bot invited\?$/],
    ['is_archived', /\(is_archived\)/],
    ['invalid_blocks', /\(invalid_blocks\)$/],
    ['missing_scope', /chat:write/],
    ['token_revoked', /refuses the token of the bot \(token_revoked\)/],
    ['Xoxb <https://example.com>', /cannot take the message now \(200\)$/],
  ])('%s: says so, and no more', async (word, message) => {
    slack.bot.refuse(word);
    const error = await failureOf(createBot().bot.post('#security', { text: 't' }));
    expect(error.message).toMatch(message);
    expect(error).toHaveProperty('code', word.startsWith('X') ? 'DELIVERY_DELAYED' : 'DELIVERY_REFUSED');
    expect(slack.requests()).toBe(1);
  });

  test('a token that was replaced is found without a restart', async () => {
    hold('xoxb-old');
    const { bot, clock } = createBot();
    await failureOf(bot.post('#security', { text: 't' }));
    hold(slack.bot.token);
    expect((await failureOf(bot.post('#security', { text: 't' }))).message).toMatch(/invalid_auth/);
    clock.time += 60_000;
    await bot.post('#security', { text: 't' });
    expect([slack.bot.messages().length, reads()]).toEqual([1, 2]);
  });

  test.each([
    ['429', { status: 429, body: '{"ok":false,"error":"ratelimited"}', retryAfterSeconds: 9 }, 9],
    ['429 without more', { status: 429 }, 1],
    ['503', { status: 503 }, undefined],
    ['internal_error', { status: 200, body: '{"ok":false,"error":"internal_error"}' }, undefined],
    ['a page', { status: 200, body: '<html>' }, undefined],
    ['a redirect', { status: 302 }, undefined],
  ])('%s: later; a pause that was asked for is kept', async (_, failure, seconds) => {
    const { bot, clock } = createBot();
    slack.fail({ ...failure, times: 1 });
    const error = await failureOf(bot.post('#security', { text: 't' }));
    expect(error).toMatchObject({ code: 'DELIVERY_DELAYED', retryAfterSeconds: seconds });
    if (seconds === 9) {
      expect(await failureOf(bot.post('#security', { text: 't' }))).toHaveProperty('retryAfterSeconds', 8);
      expect(slack.requests()).toBe(1);
    }
    clock.time += 10_000;
    await bot.post('#security', { text: 't' });
  });

  test('an answer that comes too late, and nobody there: later', async () => {
    slack.slow({ milliseconds: 500, times: 1 });
    const { bot } = createBot({ timeoutMs: 50 });
    expect(await failureOf(bot.post('#security', { text: 't' }))).toMatchObject({
      code: 'DELIVERY_DELAYED',
      message: 'Slack could not be reached (TimeoutError)',
    });
    await slack.stop();
    expect((await failureOf(bot.post('#security', { text: 't' }))).message).toMatch(/ECONNREFUSED/);
  });

  test.each([
    '',
    'xoxb-only',
    '{"token": 7}',
    '{"token": "xoxb-1\\nHost: example.com"}',
    '{"token": "xoxb-1", "signingSecret": ""}',
    '{"token": "xoxb-1", "api": "https://example.com/"}',
    '{"token": "xoxb-1", "api": "http://127.0.0.1:1@example.com/"}',
  ])('a secret that holds %j is refused without being shown', async (value) => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: value });
    const error = await failureOf(createBot().bot.post('#security', { text: 't' }));
    expect(error).toHaveProperty('code', 'DELIVERY_REFUSED');
    expect(error.message).toMatch(/^The secret slack\/app must hold /);
  });
});

test('where messages stand is remembered for each target and incident', async () => {
  const { table, items } = createTableStandIn();
  const clock = createClock();
  const threads = createChatThreads({ table, findingDays: 400, clock });
  expect(await threads.read('slack', 'inc-1')).toBeUndefined();
  await threads.write('slack', 'inc-1', { channel: 'C1', ts: '1.000001' });
  expect(await threads.read('slack', 'inc-1')).toEqual({ channel: 'C1', ts: '1.000001' });
  expect(await threads.read('team-payments', 'inc-1')).toBeUndefined();
  expect(items()[0]?.['expiresAt']).toEqual({ N: String(clock.time / 1000 + 400 * 86_400) });
});
