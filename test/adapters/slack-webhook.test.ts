import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createDeliveryPace } from '../../functions/adapters/delivery-pace.ts';
import { createSlackWebhook } from '../../functions/adapters/slack-webhook.ts';
import { createWebhookAddress } from '../../functions/adapters/webhook-address.ts';
import type { DeliveryDelayedError } from '../../functions/core/errors.ts';
import { createClock } from '../functions/captures.ts';

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Slack on 127.0.0.1: answers as told, by path. */
let server: Server;
let answers: Record<string, Answer | 'hang up'>;
let received: { path: string; body: string }[];
let secrets: AwsClientStub<SecretsManagerClient>;
const path = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
const replacement = '/services/T00000000/B00000000/YYYYYYYYYYYYYYYYYYYYYYYY';
const addressOf = (where: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${where}`;

beforeEach(async () => {
  answers = {};
  received = [];
  server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
    const answer = answers[request.url ?? ''] ?? { status: 200, body: 'ok' };
    if (answer === 'hang up') request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  secrets = mockClient(SecretsManagerClient);
  secrets.on(GetSecretValueCommand).resolves({ SecretString: addressOf(path) });
});

afterEach(async () => {
  secrets.restore();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function createWebhook(options: { fetch?: typeof fetch } = {}) {
  const clock = createClock();
  const address = createWebhookAddress({ secretId: 'slack/webhook', clock });
  const pace = createDeliveryPace(clock, clock.sleep);
  return { clock, webhook: createSlackWebhook({ address, clock, pace, ...options }) };
}

const reads = () => secrets.commandCalls(GetSecretValueCommand).length;

async function failureOf(posting: Promise<void>): Promise<DeliveryDelayedError> {
  const error = await posting.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  const told = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join();
  for (const part of ['XXXX', 'YYYY', '/services/', 'hooks.example']) expect(told).not.toContain(part);
  return error as DeliveryDelayedError;
}

describe('Slack webhook', () => {
  test('reads its secret when the first message comes, once; posts JSON, one message a second', async () => {
    const { webhook, clock } = createWebhook();
    expect(reads()).toBe(0);
    await webhook.post({ text: 'one' });
    await webhook.post({ text: 'two' });
    expect(received).toEqual([
      { path, body: '{"text":"one"}' },
      { path, body: '{"text":"two"}' },
    ]);
    expect(reads()).toBe(1);
    expect(clock.slept).toEqual([1_000]);
  });

  test('takes the address as JSON too', async () => {
    secrets
      .on(GetSecretValueCommand)
      .resolves({ SecretString: JSON.stringify({ url: ` ${addressOf(path)}\n` }) });
    await createWebhook().webhook.post({ text: 'x' });
    expect(received).toHaveLength(1);
  });

  test.each([
    ['429', { status: 429, body: 'rate_limited', headers: { 'Retry-After': '37' } }, /429 rate_limited/, 37],
    ['500', { status: 500, body: 'rollup_error' }, /500 rollup_error/, undefined],
    ['a proxy page', { status: 502, body: '<html>/services/T0/XXXX</html>' }, /\(502\)/, undefined],
    ['a page with status 200', { status: 200, body: '<html>' }, /\(200\)/, undefined],
    ['no connection', 'hang up' as const, /could not be reached/, undefined],
  ])('%s: later', async (_, answer, message, seconds) => {
    answers[path] = answer;
    const error = await failureOf(createWebhook().webhook.post({ text: 'x' }));
    expect(error).toMatchObject({ code: 'DELIVERY_DELAYED', retryAfterSeconds: seconds });
    expect(error.message).toMatch(message);
  });

  test('a date in Retry-After is understood, nonsense is ignored', async () => {
    const { webhook, clock } = createWebhook();
    answers[path] = { status: 429, headers: { 'Retry-After': new Date(clock.now() + 9_000).toUTCString() } };
    expect((await failureOf(webhook.post({}))).retryAfterSeconds).toBe(9);
    clock.time += 9_000;
    answers[path] = { status: 429, headers: { 'Retry-After': 'soon' } };
    expect((await failureOf(webhook.post({}))).retryAfterSeconds).toBeUndefined();
  });

  test('a webhook that asked for a pause is left alone until it is over', async () => {
    const { webhook, clock } = createWebhook();
    answers[path] = { status: 429, headers: { 'Retry-After': '37' } };
    await failureOf(webhook.post({}));
    answers[path] = { status: 200, body: 'ok' };
    clock.time += 30_000;
    expect(await failureOf(webhook.post({}))).toMatchObject({
      code: 'DELIVERY_DELAYED',
      retryAfterSeconds: 7,
    });
    expect(received).toHaveLength(1);
    clock.time += 7_000;
    await webhook.post({});
    expect(received).toHaveLength(2);
  });

  test('an answer that never comes: later', async () => {
    const hanging = (async () => {
      throw new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    }) as typeof fetch;
    const error = await failureOf(createWebhook({ fetch: hanging }).webhook.post({}));
    expect(error).toMatchObject({
      code: 'DELIVERY_DELAYED',
      message: 'Slack could not be reached (TimeoutError)',
    });
  });

  test.each([
    [{ status: 400, body: 'invalid_blocks' }, /400 invalid_blocks/],
    [{ status: 403, body: 'action_prohibited' }, /403 action_prohibited/],
    [{ status: 404, body: 'no_service' }, /404 no_service/],
    [{ status: 200, body: 'no_service' }, /200 no_service/],
    [{ status: 410, body: 'channel_is_archived' }, /410 channel_is_archived/],
    [{ status: 302, headers: { Location: 'https://hooks.example/' } }, /302/],
  ])('%j: refused', async (answer, message) => {
    answers[path] = answer;
    const error = await failureOf(createWebhook().webhook.post({ text: 'x' }));
    expect(error).toMatchObject({ code: 'DELIVERY_REFUSED', message: expect.stringMatching(message) });
    expect(received).toHaveLength(1);
  });

  test.each([404, 200])('a webhook that was replaced is found without a restart (%d)', async (status) => {
    const { webhook, clock } = createWebhook();
    await webhook.post({ text: 'one' });
    answers[path] = { status, body: 'no_service' };
    secrets.on(GetSecretValueCommand).resolves({ SecretString: addressOf(replacement) });
    clock.time += 60_000;
    await webhook.post({ text: 'two' });
    await webhook.post({ text: 'three' });
    expect(received.map((request) => request.path)).toEqual([path, path, replacement, replacement]);
    expect(reads()).toBe(2);
  });

  test('a webhook that is gone is not looked for with every message', async () => {
    const { webhook, clock } = createWebhook();
    answers[path] = { status: 410, body: 'channel_is_archived' };
    for (let message = 0; message < 10; message += 1) await failureOf(webhook.post({}));
    expect(reads()).toBe(1);
    clock.time += 60_000;
    await failureOf(webhook.post({}));
    expect(reads()).toBe(2);
  });
});

describe('webhook address', () => {
  test.each([
    'CHANGE_ME_XXXX',
    '',
    'http://hooks.slack.com/services/T0/B0/XXXX',
    'https://hooks.slack.com.hooks.example/services/T0/B0/XXXX',
    'https://hooks.slack.com@hooks.example/services/T0/B0/XXXX',
    'https://user:XXXX@hooks.slack.com/services/T0/B0/XXXX',
    'https://127.0.0.1/services/T0/B0/XXXX',
    'http://169.254.169.254/services/XXXX',
    'file:///services/XXXX',
    '{"url": 7, "x": "XXXX"}',
    '{"url": "https://hooks.example/services/XXXX"}',
    '{ XXXX',
  ])('%s is refused without being shown', async (value) => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString: value });
    const error = await failureOf(createWebhook().webhook.post({}));
    expect(error).toMatchObject({
      code: 'DELIVERY_REFUSED',
      message: expect.stringContaining('slack/webhook'),
    });
  });

  test.each(['https://hooks.slack.com/services/T0/B0/X', 'http://localhost:8080/services/T0/B0/X'])(
    '%s is taken',
    async (value) => {
      secrets.on(GetSecretValueCommand).resolves({ SecretString: value });
      const address = createWebhookAddress({ secretId: 's', clock: createClock() });
      expect(await address.current()).toBe(value);
    },
  );

  test('a secret without text is refused; one that cannot be read now is tried later', async () => {
    secrets.on(GetSecretValueCommand).resolves({ SecretBinary: new Uint8Array([1]) });
    expect(await failureOf(createWebhook().webhook.post({}))).toMatchObject({ code: 'DELIVERY_REFUSED' });
    const denied = Object.assign(new Error('not authorized: http://hooks.example/services/XXXX'), {
      name: 'AccessDeniedException',
    });
    secrets.on(GetSecretValueCommand).rejects(denied);
    expect(await failureOf(createWebhook().webhook.post({}))).toMatchObject({
      code: 'DELIVERY_DELAYED',
      message: 'The webhook secret slack/webhook cannot be read (AccessDeniedException)',
    });
  });
});
