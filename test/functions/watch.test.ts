import { describe, expect, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createHistoryStore } from '../../functions/adapters/dynamodb-history-store.ts';
import { createRelatedFindings } from '../../functions/adapters/dynamodb-related-findings.ts';
import { createWindowStore } from '../../functions/adapters/dynamodb-window-store.ts';
import { judge } from '../../functions/core/engine/judge.ts';
import type { AccessEvent } from '../../functions/core/model/access-event.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';
import { createHandler } from '../../functions/watch/handler.ts';
import { createTableStandIn, RefusedError } from '../adapters/table-stand-in.ts';
import { at, type CloudTrailRecord, envelope, readsOf, record, start } from '../support/records.ts';
import { captureLog, captureMetrics, contextWith, createClock } from './captures.ts';

/** The function over a table, with a judge that tests may break. */
function createWatch() {
  const standIn = createTableStandIn();
  const clock = createClock(start + 90_000);
  const windows = createWindowStore(standIn.table, clock);
  const { sleep } = clock;
  const findings = createFindingStore({
    table: standIn.table,
    findingDays: 400,
    clock,
    sleep,
    random: () => 0,
  });
  const history = createHistoryStore({ table: standIn.table, clock, sleep, random: () => 0 });
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const dead: { body: string; code: string; reason: string }[] = [];
  const watch = {
    standIn,
    lines,
    values,
    dead,
    remaining: 120_000,
    judged: [] as (readonly AccessEvent[])[],
    before: (_: readonly AccessEvent[]) => {},
    putDeadLetter: async (body: string, code: string, reason: string) => {
      dead.push({ body, code, reason });
    },
    findings: () => standIn.items().filter((item) => item['sk']?.['S'] === 'FINDING'),
  };
  const handle = createHandler({
    judge: async (events) => {
      watch.judged.push(events);
      watch.before(events);
      return judge(events, { settings: defaultSettings, windows, findings, history });
    },
    related: createRelatedFindings(standIn.table, clock),
    deadLetters: { put: (...letter) => watch.putDeadLetter(...letter) },
    clock,
    log,
    measure,
  });
  const handler = (event: SQSEvent) =>
    handle(
      event,
      contextWith(() => watch.remaining),
    );
  return { ...watch, watch, handler };
}

const batchOf = (...bodies: string[]): SQSEvent =>
  ({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) }) as SQSEvent;

const messages = (records: readonly CloudTrailRecord[]): string[] =>
  records.map((raw) => JSON.stringify(envelope(raw)));

describe('watch', () => {
  test('judges a whole batch in one go, stores the finding, and measures', async () => {
    const { handler, judged, findings, values } = createWatch();
    const response = await handler(batchOf(...messages(readsOf(20, 2))));
    expect(response).toEqual({ batchItemFailures: [] });
    expect(judged.map((events) => events.length)).toEqual([20]);
    expect(findings()).toHaveLength(1);
    expect(values).toEqual({ Events: 20, Findings: 1, FindingsHigh: 1, DeadLetters: 0, DelaySeconds: 90 });
  });

  test('nineteen secrets make no finding, and the twentieth in a later batch makes it', async () => {
    const { handler, findings } = createWatch();
    const reads = messages(readsOf(20, 2));
    await handler(batchOf(...reads.slice(0, 19)));
    expect(findings()).toEqual([]);
    await handler(batchOf(...reads.slice(19)));
    expect(findings()).toHaveLength(1);
  });

  test('a batch that is delivered again changes nothing', async () => {
    const { handler, standIn } = createWatch();
    const batch = batchOf(...messages(readsOf(25, 2)));
    await handler(batch);
    const before = structuredClone(standIn.items());
    await handler(batch);
    expect(standIn.items()).toEqual(before);
  });

  test('what cannot be read goes to the dead-letter queue with its reason; the rest is judged', async () => {
    const { handler, dead, judged, values, lines } = createWatch();
    const untimed = JSON.stringify({ ...envelope(record({ eventTime: undefined })), time: undefined });
    const other = JSON.stringify(
      envelope(record({ eventSource: 's3.amazonaws.com', eventName: 'GetObject' })),
    );
    const response = await handler(
      batchOf('{not json sk-live-1', '{"hello":1}', untimed, other, ...messages([record()])),
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(dead).toEqual([
      { body: '{not json sk-live-1', code: 'UNREADABLE_INPUT', reason: 'not JSON' },
      { body: '{"hello":1}', code: 'UNREADABLE_INPUT', reason: expect.stringContaining('no eventSource') },
      { body: untimed, code: 'UNREADABLE_INPUT', reason: 'a CloudTrail record without a time' },
    ]);
    expect(judged.flat()).toHaveLength(1);
    expect(values['DeadLetters']).toBe(3);
    expect(lines.filter((line) => line.includes('UNREADABLE_INPUT'))).toHaveLength(3);
    expect(lines.join()).not.toContain('sk-live');
  });

  test("a record without a time has its envelope's", async () => {
    const { handler, judged, dead } = createWatch();
    await handler(batchOf(JSON.stringify({ ...envelope(record({ eventTime: undefined })), time: at(5) })));
    expect(judged.flat().map(({ time }) => time)).toEqual([start + 5_000]);
    expect(dead).toEqual([]);
  });

  test('a message whose dead letter cannot be stored comes back', async () => {
    const { handler, watch, values } = createWatch();
    watch.putDeadLetter = () => Promise.reject(new Error('queue away'));
    const response = await handler(batchOf('nonsense', ...messages([record()])));
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(values['DeadLetters']).toBe(0);
  });

  test('where nothing can be stored the invocation fails, and the batch comes back as a whole', async () => {
    const { handler, standIn } = createWatch();
    standIn.before = () => {
      throw new RefusedError('ResourceNotFoundException');
    };
    await expect(handler(batchOf(...messages(readsOf(20, 2))))).rejects.toThrow('ResourceNotFoundException');
  });

  test('an outage ends after a few attempts, however large the batch', async () => {
    const { handler, watch, judged, dead } = createWatch();
    watch.before = () => {
      throw new Error('away');
    };
    const response = await handler(batchOf('nonsense', ...messages(readsOf(999, 1))));
    expect(response.batchItemFailures).toHaveLength(999);
    expect(judged.length).toBeLessThan(30);
    expect(dead).toHaveLength(1);
  });

  test('an outage ends at once where there is no time to look further', async () => {
    const { handler, watch, judged } = createWatch();
    watch.before = () => {
      watch.remaining = 10_000;
      throw new Error('away');
    };
    await expect(handler(batchOf(...messages(readsOf(20, 1))))).rejects.toThrow('away');
    expect(judged).toHaveLength(1);
  });

  test('one event that cannot be judged stops no other', async () => {
    const { handler, watch, findings, lines } = createWatch();
    watch.before = (events) => {
      if (events.some(({ secret }) => secret?.name === 'poison')) throw new Error('cannot judge this');
    };
    const poison = record({ requestParameters: { secretId: 'poison' } });
    const reads = messages([...readsOf(300, 1), poison, ...readsOf(299, 1)]);
    const response = await handler(batchOf(...reads));
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm300' }] });
    expect(findings()).toHaveLength(1);
    expect(lines.filter((line) => line.includes('"messageId":"m300"'))).toHaveLength(1);
  });

  test('an empty batch is no fault', async () => {
    const { handler, judged } = createWatch();
    expect(await handler(batchOf())).toEqual({ batchItemFailures: [] });
    expect(judged).toEqual([]);
  });

  test('a flood costs by principal, secret and hour: 3,000 reads of 10 secrets', async () => {
    const { handler, standIn } = createWatch();
    const flood = messages(
      Array.from({ length: 3_000 }, (_, index) =>
        record({ eventTime: at(index), requestParameters: { secretId: `app/${index % 10}` } }),
      ),
    );
    for (let batch = 0; batch < 3; batch += 1)
      await handler(batchOf(...flood.slice(batch * 1_000, batch * 1_000 + 1_000)));
    const windows = Map.groupBy(
      standIn.requests.filter(({ operation }) => operation === 'UpdateItem'),
      ({ request }) => `${request.Key?.['pk']?.['S']} ${request.Key?.['sk']?.['S']}`,
    );
    expect([...windows.keys()].filter((slot) => slot.includes('WINDOW#value-reads|'))).toHaveLength(10);
    // The first fills a slot, the second finds it full.
    for (const writes of windows.values()) expect(writes.length).toBeLessThanOrEqual(2);
    const profiles = Map.groupBy(
      standIn.requests.filter(
        ({ operation, request }) => operation === 'PutItem' && request.Item?.['sk']?.['S'] === 'HISTORY',
      ),
      ({ request }) => String(request.Item?.['pk']?.['S']),
    );
    expect(profiles.size).toBeGreaterThan(1);
    // The identity's reads are more with each batch; of all else a day is known once it is known.
    for (const [subject, writes] of profiles)
      expect(writes.length).toBeLessThanOrEqual(subject.startsWith('HISTORY#identity|') ? 3 : 1);
  });

  test('what GuardDuty says of an identity is kept for our findings about it, and is no event', async () => {
    const { handler, standIn, values, dead } = createWatch();
    const body = JSON.stringify({
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Finding',
      detail: {
        accountId: '111122223333',
        id: 'gd-1',
        type: 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
        severity: 8,
        title: 'Credentials of an instance were used elsewhere.',
        resource: { resourceType: 'AccessKey', accessKeyDetails: { userType: 'Role', userName: 'web' } },
        service: { eventLastSeen: new Date(start).toISOString() },
      },
    });
    expect(await handler(batchOf(body, body))).toEqual({ batchItemFailures: [] });
    expect(dead).toEqual([]);
    expect(values['Events']).toBe(0);
    const related = createRelatedFindings(standIn.table, createClock(start));
    const about = (name: string, from = start) => related.about(`111122223333/${name}`, from, start + 1);
    expect(await about('web')).toMatchObject([{ product: 'GuardDuty', id: 'gd-1', severity: 'high' }]);
    expect(await about('web', start + 1)).toEqual([]);
    expect(await about('other')).toEqual([]);

    standIn.before = () => {
      throw new RefusedError('ThrottlingException');
    };
    expect(await handler(batchOf(body))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });
});
