import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createWindowStore, slotCapacity } from '../../functions/adapters/dynamodb-window-store.ts';
import type { WindowEntry } from '../../functions/core/ports.ts';
import { createClock } from '../functions/captures.ts';
import { at, event, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const hourMs = 3_600_000;
const keepMs = 25 * hourMs;

const entry = (seconds: number, value = 'app/db', group = 'mass-retrieval|a'): WindowEntry => ({
  group,
  value,
  event: event({ eventTime: at(seconds) }) as WindowEntry['event'],
  keepMs,
});

function createStore(pageSize?: number) {
  const standIn = createTableStandIn(pageSize);
  const clock = createClock();
  return { ...standIn, standIn, clock, store: createWindowStore(standIn.table, clock) };
}

const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id).sort();

describe('window store', () => {
  test('recalls what was added, by time and group, whatever the hour', async () => {
    const { store } = createStore(2);
    const entries = [entry(0), entry(3_599), entry(3_601, 'b'), entry(7_300, 'c'), entry(20_000, 'd')];
    await store.add([...entries, entry(10, 'x', 'another')]);
    const recalled = await store.recall('mass-retrieval|a', start, start + 7_300_000);
    expect(ids(recalled)).toEqual(ids(entries.slice(0, 4).map((known) => known.event)));
    expect(recalled.find(({ id }) => id === entries[0]?.event.id)).toEqual(entries[0]?.event);
  });

  test('the same event, in whatever key order, from whatever container, is there once', async () => {
    const { store, standIn, clock } = createStore();
    const one = entry(0);
    const reordered = Object.fromEntries(
      Object.entries(one.event).reverse(),
    ) as unknown as WindowEntry['event'];
    await store.add([one, one]);
    await createWindowStore(standIn.table, clock).add([{ ...one, event: reordered }]);
    expect(standIn.items().map((item) => item['entries']?.['SS'])).toEqual([[expect.any(String)]]);
    expect(await store.recall(one.group, start, start)).toHaveLength(1);
  });

  test('of a batch call delivered twice the one that knows more reads is recalled', async () => {
    const { store } = createStore();
    const call = event({ eventName: 'BatchGetSecretValue', requestParameters: { filters: [] } });
    const knowing = { ...call, batch: { ...call.batch, childReads: 3 } };
    for (const one of [knowing, call])
      await store.add([{ ...entry(0, ''), event: one as WindowEntry['event'] }]);
    const recalled = await store.recall('mass-retrieval|a', start, start);
    expect(recalled.map(({ batch }) => batch?.childReads)).toEqual([3]);
  });

  test('cost follows principal, secret and hour: one write each a batch, none once a slot is full', async () => {
    const { store, standIn } = createStore();
    const flood = (from: number) =>
      Array.from({ length: 1_000 }, (_, index) => entry(from + index, index % 2 ? 'a' : 'b'));
    await store.add(flood(0));
    expect(standIn.requests.map(({ operation }) => operation)).toEqual(['UpdateItem', 'UpdateItem']);
    await store.add(flood(1_000));
    await store.add(flood(2_000));
    // The third write of a slot that the second found full is not even tried.
    expect(standIn.requests).toHaveLength(4);
    for (const item of standIn.items()) {
      expect(item['entries']?.['SS']).toHaveLength(slotCapacity.valued);
    }
  });

  test('events that find their slot full are judged all the same, also when delivered again', async () => {
    const { store } = createStore();
    await store.add(Array.from({ length: 60 }, (_, index) => entry(index)));
    const late = entry(1_800);
    await store.add([late]);
    await store.add([late]);
    const recalled = await store.recall(late.group, late.event.time, late.event.time);
    expect(ids(recalled)).toEqual([late.event.id]);
    expect(await store.recall('another', late.event.time, late.event.time)).toEqual([]);
  });

  test('of more events than a slot takes it stores the earliest and the latest', async () => {
    const { store, standIn, clock } = createStore();
    const entries = Array.from({ length: 60 }, (_, index) => entry(index));
    await store.add(entries.toReversed());
    const recalled = await createWindowStore(standIn.table, clock).recall(
      'mass-retrieval|a',
      start,
      start + hourMs,
    );
    const times = recalled.map(({ time }) => ((time ?? 0) - start) / 1000).sort((a, b) => a - b);
    const half = slotCapacity.valued / 2;
    expect(times).toEqual([...Array(60).keys()].filter((second) => second < half || second >= 60 - half));
  });

  test('a slot whose item would be too large counts as full', async () => {
    const { store, standIn } = createStore();
    const large = Array.from({ length: 30 }, (_, index) => {
      const one = entry(index, '');
      return { ...one, event: { ...one.event, errorCode: 'x'.repeat(20_000) } };
    });
    await store.add(large);
    expect(standIn.items()).toEqual([]);
    expect(await store.recall('mass-retrieval|a', start, start + hourMs)).toHaveLength(30);
  });

  test('every item expires, counted from now', async () => {
    const { store, standIn, clock } = createStore();
    await store.add([entry(-90 * 24 * 3600), entry(0), entry(10 * 365 * 24 * 3600)]);
    const expected = { N: String((clock.now() + keepMs) / 1000) };
    expect(standIn.items().map((item) => item['expiresAt'])).toEqual([expected, expected, expected]);
  });

  test.each(['x'.repeat(5_000), 'half a pair \ud800'])(
    'a group that makes no key is hashed: %.15s',
    async (group) => {
      const { store, standIn } = createStore();
      await store.add([entry(0, 'a', group)]);
      const [item] = standIn.items();
      expect(item?.['pk']?.['S']).toMatch(/^WINDOW#sha256:[0-9a-f]{64}$/);
      expect(await store.recall(group, start, start)).toHaveLength(1);
    },
  );

  test('whatever a group or value holds, its key fits DynamoDB', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.string({ maxLength: 5_000 }),
        async (group, value) => {
          const { store, standIn } = createStore();
          await store.add([entry(0, value, group)]);
          const [item] = standIn.items();
          expect(Buffer.byteLength(String(item?.['pk']?.['S']))).toBeLessThanOrEqual(2048);
          expect(Buffer.byteLength(String(item?.['sk']?.['S']))).toBeLessThanOrEqual(1024);
        },
      ),
      { numRuns: 50 },
    ));

  test('what DynamoDB refuses is not swallowed', async () => {
    const { store, standIn } = createStore();
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    await expect(store.add([entry(0)])).rejects.toThrow('AccessDeniedException');
    await expect(store.recall('a', 0, 1)).rejects.toThrow('AccessDeniedException');
  });

  test('reads are consistent', async () => {
    const { store, standIn } = createStore();
    await store.recall('a', start, start);
    expect(standIn.requests.map(({ request }) => request.ConsistentRead)).toEqual([true]);
  });
});
