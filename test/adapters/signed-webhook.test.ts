import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createDeliveryPace } from '../../functions/adapters/delivery-pace.ts';
import { createSignedWebhook } from '../../functions/adapters/signed-webhook.ts';
import { createWebhookCredentials } from '../../functions/adapters/webhook-credentials.ts';
import type { DeliveryDelayedError } from '../../functions/core/errors.ts';
import { webhookSignature } from '../../functions/core/format/webhook-signature.ts';
import { createClock } from '../functions/captures.ts';
import { incidentAnnouncement, testAnnouncement } from '../support/announcements.ts';
import { finding, hostile } from '../support/findings.ts';
import {
  type LoopbackReply,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
} from '../support/loopback-server.ts';

const key = 'KKKK0123456789abcdef0123456789abcdef';
const newKey = 'NNNN0123456789abcdef0123456789abcdef';
const path = '/hooks/XXXX?token=XXXX';

let server: LoopbackServer;
let received: LoopbackRequest[];
let answer: (request: LoopbackRequest) => Partial<LoopbackReply>;
let secrets: AwsClientStub<SecretsManagerClient>;

beforeAll(async () => {
  server = await startLoopbackServer((request) => {
    received.push(request);
    return { status: 200, contentType: 'text/plain', body: 'fine', ...answer(request) };
  });
});

afterAll(() => server.stop());

beforeEach(() => {
  received = [];
  answer = () => ({});
  secrets = mockClient(SecretsManagerClient);
  holds({ url: `${server.baseUrl}${path}`, key });
});

afterEach(() => {
  server.recover();
  secrets.restore();
});

const holds = (value: unknown) =>
  secrets
    .on(GetSecretValueCommand)
    .resolves({ SecretString: typeof value === 'string' ? value : JSON.stringify(value) });

function createWebhook(options: { timeoutMs?: number } = {}) {
  const clock = createClock();
  const credentials = createWebhookCredentials({ secretId: 'hooks/ticketing', clock });
  const pace = createDeliveryPace(clock, clock.sleep, 10);
  return { clock, webhook: createSignedWebhook({ credentials, clock, pace, ...options }) };
}

async function failureOf(posting: Promise<void>): Promise<DeliveryDelayedError> {
  const error = await posting.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  const told = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join();
  for (const part of ['XXXX', 'KKKK', 'NNNN', '/hooks/']) expect(told).not.toContain(part);
  return error as DeliveryDelayedError;
}

describe('a signed webhook', () => {
  test('posts the announcement as it is, signed with the time, named by id and revision', async () => {
    const { webhook, clock } = createWebhook();
    const announcement = incidentAnnouncement([finding({ title: hostile })], { revision: 7 });
    await webhook.post(announcement);
    const [request] = received;
    expect(request).toMatchObject({ method: 'POST', target: path });
    expect(JSON.parse(request?.body ?? '')).toEqual(JSON.parse(JSON.stringify(announcement)));
    const timestamp = Math.floor(clock.now() / 1_000);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-secrets-audit-timestamp': String(timestamp),
      'x-secrets-audit-signature': webhookSignature(key, timestamp, request?.body ?? ''),
      'x-secrets-audit-delivery': `${announcement.id}:7`,
    });
  });

  test.each([
    ['429', { status: 429, headers: { 'Retry-After': '37' } }, 37],
    ['408', { status: 408 }, undefined],
    ['500', { status: 500, body: `error at ${path} ${key}` }, undefined],
  ])('%s: later', async (status, reply, seconds) => {
    answer = () => reply;
    expect(await failureOf(createWebhook().webhook.post(testAnnouncement()))).toMatchObject({
      code: 'DELIVERY_DELAYED',
      message: `The webhook cannot take the message now (${status})`,
      retryAfterSeconds: seconds,
    });
  });

  test('after 429 it is left alone for as long as it asked', async () => {
    const { webhook, clock } = createWebhook();
    answer = () => ({ status: 429, headers: { 'Retry-After': '37' } });
    await failureOf(webhook.post(testAnnouncement()));
    answer = () => ({});
    expect((await failureOf(webhook.post(testAnnouncement()))).code).toBe('DELIVERY_DELAYED');
    expect(received).toHaveLength(1);
    clock.time += 37_000;
    await webhook.post(testAnnouncement());
    expect(received).toHaveLength(2);
  });

  test('no answer in time, and a broken connection: later', async () => {
    server.outage({ hang: true });
    expect(await failureOf(createWebhook({ timeoutMs: 50 }).webhook.post(testAnnouncement()))).toMatchObject({
      code: 'DELIVERY_DELAYED',
      message: 'The webhook could not be reached (TimeoutError)',
    });
    server.recover();
    server.outage({ refuse: true });
    expect((await failureOf(createWebhook().webhook.post(testAnnouncement()))).code).toBe('DELIVERY_DELAYED');
  });

  test.each([400, 401, 404, 410, 413, 422])('%d: refused', async (status) => {
    answer = () => ({ status, body: `no ${key} at ${path}` });
    expect(await failureOf(createWebhook().webhook.post(testAnnouncement()))).toMatchObject({
      code: 'DELIVERY_REFUSED',
      message: `The webhook refuses the message (${status})`,
    });
  });

  test('a redirect is refused, and not followed', async () => {
    answer = () => ({ status: 307, headers: { Location: `${server.baseUrl}/hooks/elsewhere` } });
    expect((await failureOf(createWebhook().webhook.post(testAnnouncement()))).code).toBe('DELIVERY_REFUSED');
    expect(received).toHaveLength(1);
  });

  test('takes a new address and a new key from its secret when the old ones are no longer good', async () => {
    const { webhook, clock } = createWebhook();
    await webhook.post(testAnnouncement());
    holds({ url: `${server.baseUrl}/hooks/new`, key: newKey });
    answer = ({ target }) => (target === '/hooks/new' ? {} : { status: 401 });
    clock.time += 60_000;
    await webhook.post(testAnnouncement());
    expect(received.map(({ target }) => target)).toEqual([path, path, '/hooks/new']);
    const last = received.at(-1);
    expect(last?.headers['x-secrets-audit-signature']).toBe(
      webhookSignature(newKey, Number(last?.headers['x-secrets-audit-timestamp']), last?.body ?? ''),
    );
  });

  test.each([
    '',
    '{ XXXX',
    'https://hooks.example.com/XXXX',
    { url: 'https://hooks.example.com/XXXX' },
    { url: 'https://hooks.example.com/XXXX', key: 'KKKK' },
    { url: 'http://hooks.example.com/XXXX', key },
    { url: 'https://user:XXXX@hooks.example.com/', key },
    { url: 'http://169.254.169.254/XXXX', key },
    { url: 'http://localhost.example.com/XXXX', key },
    { url: 'file:///XXXX', key },
    { url: 7, key },
  ])('a secret that holds %j is refused without being shown', async (value) => {
    holds(value);
    expect(await failureOf(createWebhook().webhook.post(testAnnouncement()))).toMatchObject({
      code: 'DELIVERY_REFUSED',
      message: expect.stringContaining('hooks/ticketing'),
    });
  });

  test('an https address is taken', async () => {
    holds({ url: ' https://hooks.example.com/x\n', key });
    const credentials = createWebhookCredentials({ secretId: 's', clock: createClock() });
    expect(await credentials.current()).toEqual({ url: 'https://hooks.example.com/x', key });
  });
});
