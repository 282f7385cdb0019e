import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createDeliveryLedger, leaseSeconds } from '../../functions/adapters/dynamodb-delivery-ledger.ts';
import { DeliveryDelayedError } from '../../functions/core/errors.ts';
import type { IncidentAnnouncement } from '../../functions/core/model/announcement.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { settingsSchema } from '../../functions/core/model/settings.ts';
import { createHandler } from '../../functions/notify/handler.ts';
import { receiversOf } from '../../functions/notify/receivers.ts';
import { secondsUntilRetry } from '../../functions/notify/retry-after.ts';
import { createTableStandIn, RefusedError } from '../adapters/table-stand-in.ts';
import { digestAnnouncement, incidentAnnouncement, testAnnouncement } from '../support/announcements.ts';
import { finding } from '../support/findings.ts';
import { captureLog, captureMetrics, context, createClock } from './captures.ts';

const webhook = 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
let secrets: AwsClientStub<SecretsManagerClient>;
beforeEach(() => {
  secrets = mockClient(SecretsManagerClient);
  secrets.on(GetSecretValueCommand).resolves({ SecretString: webhook });
});
afterEach(() => secrets.restore());

/** The function with its real adapters, over a Slack that answers as told. */
function createNotify() {
  const standIn = createTableStandIn();
  const clock = createClock();
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const posted: string[] = [];
  const dead: { body: string; code: string; reason: string }[] = [];
  const postponed: [handle: string, seconds: number][] = [];
  const notify = {
    answer: async (_url: string): Promise<Response> => new Response('ok'),
    putDeadLetter: async (body: string, code: string, reason: string) => {
      dead.push({ body, code, reason });
    },
    postpone: async (handle: string, seconds: number) => {
      postponed.push([handle, seconds]);
    },
  };
  const slack = (async (url: string, { body }: { body: string }) => {
    const response = await notify.answer(url);
    if (response.ok) posted.push(body);
    return response;
  }) as unknown as typeof fetch;
  const settings = settingsSchema.parse({
    version: 1,
    notify: {
      slack: { webhookSecret: 'slack/webhook' },
      targets: {
        payments: { slack: { webhookSecret: 'slack/payments' } },
        tickets: { webhook: { secret: 'hooks/tickets' } },
      },
    },
  });
  const worker = () =>
    createHandler({
      receivers: receiversOf(settings, {
        table: standIn.table,
        ledger: createDeliveryLedger({ table: standIn.table, findingDays: 400, clock }),
        clock,
        sleep: clock.sleep,
        log,
        fetch: slack,
      }),
      deadLetters: { put: (...letter) => notify.putDeadLetter(...letter) },
      retryDelay: { postpone: (...delay) => notify.postpone(...delay) },
      random: () => 1,
      log,
      measure,
    });
  return { notify, standIn, clock, lines, values, posted, dead, postponed, worker, handler: worker() };
}

const toSlack = (about: Partial<Finding> = {}, overrides: Partial<IncidentAnnouncement> = {}) =>
  incidentAnnouncement([finding(about)], { targets: ['email', 'slack'], ...overrides });

const batchOf = (...bodies: (string | Partial<Finding>)[]): SQSEvent =>
  batchOfBodies(bodies.map((body) => (typeof body === 'string' ? body : JSON.stringify(toSlack(body)))));

const batchOfBodies = (bodies: readonly string[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: `h${index}`,
    attributes: { ApproximateReceiveCount: '1' },
    body,
  })) as SQSEvent['Records'],
});

const success = { batchItemFailures: [] };
const failed = (...ids: string[]) => ({ batchItemFailures: ids.map((id) => ({ itemIdentifier: id })) });

describe('notify', () => {
  test('posts each revision once, however often and to whomever it is delivered', async () => {
    const { handler, worker, posted, values } = createNotify();
    expect(await handler(batchOf({}, {}), context)).toEqual(success);
    expect(await worker()(batchOf({}), context)).toEqual(success);
    expect(posted).toHaveLength(1);
    expect(posted[0]).toContain('25 secrets read');
    expect(values).toEqual({ Notifications: 1 });
  });

  test('an older revision is acknowledged and not posted after a newer one', async () => {
    const { handler, posted } = createNotify();
    const ordered = batchOf({ revision: 2, title: 'newer' }, { revision: 1, title: 'older' });
    expect(await handler(ordered, context)).toEqual(success);
    expect(posted).toHaveLength(1);
    expect(posted[0]).toContain('newer');
  });

  test.each([
    [
      'a rate limit',
      () => new Response('rate_limited', { status: 429, headers: { 'Retry-After': '37' } }),
      42,
    ],
    ['a fault of Slack', () => new Response('rollup_error', { status: 503 }), 10],
    [
      'no connection',
      () => {
        throw Object.assign(new TypeError('fetch failed'), {
          cause: { code: 'ECONNREFUSED', address: webhook },
        });
      },
      10,
    ],
    [
      'a time-out',
      () => {
        throw Object.assign(new Error(`aborted: ${webhook}`), { name: 'TimeoutError' });
      },
      10,
    ],
  ])('%s: the message comes back later and is delivered then, once', async (_, answer, seconds) => {
    const { handler, notify, posted, postponed, dead, clock } = createNotify();
    notify.answer = async () => answer();
    expect(await handler(batchOf({}), context)).toEqual(failed('m0'));
    expect(postponed).toEqual([['h0', seconds]]);
    clock.time += seconds * 1000;
    notify.answer = async () => new Response('ok');
    expect(await handler(batchOf({}), context)).toEqual(success);
    expect(await handler(batchOf({}), context)).toEqual(success);
    expect(posted).toHaveLength(1);
    expect(dead).toEqual([]);
  });

  test('while Slack is away it is asked once a batch, and every message comes back', async () => {
    const { handler, notify, postponed } = createNotify();
    let asked = 0;
    notify.answer = async () => {
      asked += 1;
      return new Response('', { status: 500 });
    };
    const response = await handler(batchOf({ id: 'a' }, { id: 'b' }, { id: 'c' }), context);
    expect(response).toEqual(failed('m0', 'm1', 'm2'));
    expect(asked).toBe(1);
    expect(postponed.map(([handle]) => handle)).toEqual(['h0', 'h1', 'h2']);
    notify.answer = async () => new Response('ok');
    expect(await handler(batchOf({ id: 'a' }, { id: 'b' }, { id: 'c' }), context)).toEqual(success);
  });

  test.each([
    [400, 'invalid_blocks'],
    [403, 'action_prohibited'],
    [404, 'no_service'],
    [410, 'channel_is_archived'],
  ])(
    '%d %s: a dead letter with the reason; the others are delivered, and it can be redriven',
    async (status, word) => {
      const { handler, notify, posted, dead, values } = createNotify();
      let first = true;
      notify.answer = async () => {
        const refused = first;
        first = false;
        return refused ? new Response(word, { status }) : new Response('ok');
      };
      expect(await handler(batchOf({ id: 'a' }, { id: 'b' }), context)).toEqual(success);
      expect(dead).toEqual([
        {
          body: JSON.stringify(toSlack({ id: 'a' })),
          code: 'DELIVERY_REFUSED',
          reason: `slack: Slack refuses the message (${status} ${word})`,
        },
      ]);
      expect(posted).toHaveLength(1);
      expect(values['DeadLetters']).toBe(1);
      await handler(batchOf({ id: 'a' }), context);
      expect(posted).toHaveLength(2);
    },
  );

  test.each([
    ['{"Type":"Notification","Message":"{}"}', /^not an announcement; missing or wrong: kind/],
    ['nonsense', /^not JSON$/],
    ['null', /the document/],
  ])('%s is a dead letter', async (body, reason) => {
    const { handler, dead, posted } = createNotify();
    expect(await handler(batchOf(body, {}), context)).toEqual(success);
    expect(dead).toEqual([{ body, code: 'UNREADABLE_INPUT', reason: expect.stringMatching(reason) }]);
    expect(posted).toHaveLength(1);
  });

  describe('to several targets', () => {
    const other = webhook.replace('B00000000', 'B00000001');
    const both = () =>
      batchOfBodies([JSON.stringify(toSlack({}, { targets: ['payments', 'slack', 'slack'] }))]);
    beforeEach(() => {
      secrets.on(GetSecretValueCommand, { SecretId: 'slack/payments' }).resolves({ SecretString: other });
    });

    test('each hears it once', async () => {
      const { handler, posted, values } = createNotify();
      expect(await handler(both(), context)).toEqual(success);
      expect(await handler(both(), context)).toEqual(success);
      expect([posted.length, values['Notifications']]).toEqual([2, 2]);
    });

    test('a program receives the announcement itself, signed', async () => {
      const { handler, notify, posted } = createNotify();
      const url = 'https://hooks.example.com/tickets';
      secrets
        .on(GetSecretValueCommand, { SecretId: 'hooks/tickets' })
        .resolves({ SecretString: JSON.stringify({ url, key: '0'.repeat(64) }) });
      const asked: string[] = [];
      notify.answer = async (address) => {
        asked.push(address);
        return new Response();
      };
      const announcement = toSlack({}, { targets: ['tickets'] });
      expect(await handler(batchOfBodies([JSON.stringify(announcement)]), context)).toEqual(success);
      expect(await handler(batchOfBodies([JSON.stringify(announcement)]), context)).toEqual(success);
      expect(asked).toEqual([url]);
      expect(posted.map((body) => JSON.parse(body))).toEqual([announcement]);
    });

    test('where one is away, the others do not hear it again when it comes back', async () => {
      const { handler, notify, posted, postponed, clock } = createNotify();
      notify.answer = async (url) => new Response('ok', { status: url === other ? 503 : 200 });
      expect(await handler(both(), context)).toEqual(failed('m0'));
      expect([posted.length, postponed.length]).toEqual([1, 1]);
      notify.answer = async () => new Response('ok');
      clock.time += 60_000;
      expect(await handler(both(), context)).toEqual(success);
      expect(posted).toHaveLength(2);
    });

    test('where one refuses, it alone is named in the dead letter', async () => {
      const { handler, notify, posted, dead } = createNotify();
      notify.answer = async (url) =>
        url === other ? new Response('no_service', { status: 200 }) : new Response('ok');
      expect(await handler(both(), context)).toEqual(success);
      expect(dead.map(({ reason }) => reason)).toEqual([
        'payments: Slack refuses the message (200 no_service)',
      ]);
      notify.answer = async () => new Response('ok');
      expect(await handler(both(), context)).toEqual(success);
      expect(posted).toHaveLength(3);
    });

    test('a refusal waits for those that are away, so that there is one dead letter', async () => {
      const { handler, notify, dead, clock } = createNotify();
      notify.answer = async (url) =>
        url === other ? new Response('no_service', { status: 404 }) : new Response('', { status: 500 });
      expect(await handler(both(), context)).toEqual(failed('m0'));
      expect(dead).toEqual([]);
      clock.time += 60_000;
      notify.answer = async (url) =>
        url === other ? new Response('no_service', { status: 404 }) : new Response('ok');
      expect(await handler(both(), context)).toEqual(success);
      expect(dead).toHaveLength(1);
    });

    test('a pause that one asks for is kept, while the other goes on', async () => {
      const { handler, notify, posted, postponed } = createNotify();
      let asked = 0;
      notify.answer = async (url) => {
        if (url !== other) return new Response('ok');
        asked += 1;
        return new Response('rate_limited', { status: 429, headers: { 'Retry-After': '30' } });
      };
      const bodies = ['a', 'b'].map((id) =>
        JSON.stringify(toSlack({ id }, { targets: ['slack', 'payments'] })),
      );
      expect(await handler(batchOfBodies(bodies), context)).toEqual(failed('m0', 'm1'));
      expect(await handler(batchOfBodies(bodies), context)).toEqual(failed('m0', 'm1'));
      expect([posted.length, asked]).toEqual([2, 1]);
      for (const [, seconds] of postponed) expect(seconds).toBeGreaterThan(25);
    });
  });

  test('what is not for Slack, or nothing new to say, is done with', async () => {
    const { handler, posted, dead, standIn } = createNotify();
    const bodies = [
      toSlack({}, { targets: ['email', 'gone-from-the-settings'] }),
      toSlack({}, { change: 'silent' }),
    ].map((announcement) => JSON.stringify(announcement));
    expect(await handler(batchOfBodies(bodies), context)).toEqual(success);
    expect([posted, dead, standIn.requests]).toEqual([[], [], []]);
    expect(await handler(batchOf({}), context)).toEqual(success);
    expect(posted).toHaveLength(1);
  });

  test('digests and tests are posted, too', async () => {
    const { handler, posted } = createNotify();
    const targets = ['slack'];
    const bodies = [digestAnnouncement({ targets }), testAnnouncement({ targets })];
    expect(await handler(batchOfBodies(bodies.map((each) => JSON.stringify(each))), context)).toEqual(
      success,
    );
    expect(posted).toHaveLength(2);
  });

  test('a dead letter that cannot be stored comes back', async () => {
    const { handler, notify } = createNotify();
    notify.putDeadLetter = () => Promise.reject(new Error('queue away'));
    expect(await handler(batchOf('nonsense'), context)).toEqual(failed('m0'));
  });

  test('a worker that died while posting: busy until the lease ends, then posted; others are not held up', async () => {
    const { handler, worker, notify, posted, clock } = createNotify();
    notify.answer = () => new Promise(() => undefined);
    void handler(batchOf({}), context);
    await new Promise((resolve) => setTimeout(resolve, 20));
    notify.answer = async () => new Response('ok');
    expect(await worker()(batchOf({}, { id: 'other' }), context)).toEqual(failed('m0'));
    expect(posted).toHaveLength(1);
    clock.time += leaseSeconds * 1000;
    expect(await worker()(batchOf({}), context)).toEqual(success);
    expect(posted).toHaveLength(2);
  });

  test('where the ledger cannot be asked nothing is posted and nothing is lost', async () => {
    const { handler, standIn, posted, dead } = createNotify();
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    expect(await handler(batchOf({}), context)).toEqual(failed('m0'));
    expect([posted, dead]).toEqual([[], []]);
  });

  test('a delay that cannot be set is no reason to lose the message', async () => {
    const { handler, notify } = createNotify();
    notify.answer = async () => new Response('', { status: 500 });
    notify.postpone = () => Promise.reject(new Error('receipt handle expired'));
    expect(await handler(batchOf({}), context)).toEqual(failed('m0'));
  });

  test('without a message the secret is not read', async () => {
    const { handler, dead } = createNotify();
    await handler(batchOf('nonsense'), context);
    expect(dead).toHaveLength(1);
    expect(secrets.calls()).toEqual([]);
  });

  test('the address is in no log line, dead letter or answer, whatever goes wrong', async () => {
    const { handler, notify, lines, dead } = createNotify();
    const mischief = [
      () => new Response(webhook, { status: 404 }),
      () => new Response(`<a href="${webhook}">`, { status: 500 }),
      () => {
        throw Object.assign(new Error(webhook), { cause: new Error(webhook) });
      },
    ];
    const responses = [];
    for (const answer of mischief) {
      notify.answer = async () => answer();
      responses.push(await handler(batchOf({}), context));
    }
    secrets.on(GetSecretValueCommand).resolves({ SecretString: `${webhook} `.replace('https', 'ftp') });
    responses.push(await createNotify().handler(batchOf({}), context));
    const told = JSON.stringify([lines, dead, responses]);
    expect(lines.length).toBeGreaterThan(2);
    expect(told).not.toContain('hooks.slack.com/services');
    expect(told).not.toContain('XXXX');
  });
});

describe('seconds until retry', () => {
  test('double with every receive up to 15 minutes, half of it by chance', () => {
    expect([1, 2, 3, 20].map((receives) => secondsUntilRetry(undefined, receives, 1))).toEqual([
      10, 20, 40, 900,
    ]);
    expect(secondsUntilRetry(undefined, 1, 0)).toBe(5);
  });

  test('what Slack asks for is the least, within what SQS can hold', () => {
    expect(secondsUntilRetry(new DeliveryDelayedError('later', 30), 9, 0)).toBe(30);
    expect(secondsUntilRetry(new DeliveryDelayedError('later', 1e9), 1, 1)).toBe(900);
  });
});
