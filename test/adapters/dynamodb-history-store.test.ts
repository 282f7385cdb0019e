import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createHistoryStore, readableBytes } from '../../functions/adapters/dynamodb-history-store.ts';
import { daysKept, startOfDay } from '../../functions/core/history/days-seen.ts';
import { Profile } from '../../functions/core/history/profile.ts';
import { createClock } from '../functions/captures.ts';
import { start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

/** Whatever order days come in, the profile of the same days is the same text. */
const addDays =
  (...days: number[]) =>
  (_: string, text: string | undefined): string | undefined => {
    const profile = Profile.parse(text);
    for (const day of days) profile.add({ time: startOfDay(day), features: [['secret', `s${day % 7}`]] });
    const next = profile.toString();
    return next === text ? undefined : next;
  };
const textOf = (...days: number[]): string | undefined => addDays(...days)('', undefined);

function createStore(standIn = createTableStandIn()) {
  const clock = createClock();
  const { sleep } = clock;
  const open = () => createHistoryStore({ table: standIn.table, clock, sleep, random: () => 0.5 });
  return { standIn, clock, open, store: open() };
}

const operations = ({ requests }: ReturnType<typeof createTableStandIn>) =>
  requests.map(({ operation }) => operation);

describe('history store', () => {
  test('gives profiles back as they were extended, and only those that are there', async () => {
    const { store, standIn } = createStore();
    await store.extend(['identity|a', 'network|n'], addDays(20_000, 20_003));
    await store.extend(['identity|a'], addDays(20_001));
    expect(await store.read(['identity|a', 'network|n', 'identity|b'])).toEqual(
      new Map([
        ['identity|a', textOf(20_000, 20_001, 20_003)],
        ['network|n', textOf(20_000, 20_003)],
      ]),
    );
    expect(standIn.items()).toHaveLength(2);
  });

  test('writes nothing where nothing changes', async () => {
    const { store, standIn } = createStore();
    await store.extend(['a'], addDays(20_000));
    standIn.requests.length = 0;
    await store.extend(['a'], addDays(20_000));
    await store.extend(['a'], (_, text) => text);
    expect(operations(standIn)).toEqual(['BatchGetItem', 'BatchGetItem']);
  });

  test('a small profile can be read in the table and expires when all its days are forgotten', async () => {
    const { store, standIn, clock } = createStore();
    await store.extend(['identity|a'], addDays(20_000));
    expect(standIn.items()).toEqual([
      {
        pk: { S: 'HISTORY#identity|a' },
        sk: { S: 'HISTORY' },
        profile: { S: textOf(20_000) },
        version: { N: '1' },
        expiresAt: { N: String(clock.now() / 1000 + (daysKept + 7) * 86_400) },
      },
    ]);
  });

  test('a large one is compressed to what a few write units hold', async () => {
    const { store, standIn } = createStore();
    const large = (_: string, text: string | undefined) => {
      const profile = Profile.parse(text);
      for (let secret = 0; secret < 400; secret += 1)
        for (let day = 20_000; day < 20_030; day += 1)
          profile.add({ time: startOfDay(day), features: [['secret', `digest${secret}`]] });
      return profile.toString();
    };
    await store.extend(['a'], large);
    const text = large('', undefined);
    expect(text.length).toBeGreaterThan(5 * readableBytes);
    const [item] = standIn.items();
    expect(item?.['profile']).toBeUndefined();
    expect(Buffer.from(String(item?.['zipped']?.['B']), 'base64').length).toBeLessThan(text.length / 3);
    expect(await store.read(['a'])).toEqual(new Map([['a', text]]));
  });

  test('reads consistently, in batches of a hundred, each subject once', async () => {
    const { store, standIn } = createStore();
    const subjects = Array.from({ length: 250 }, (_, index) => `identity|${index}`);
    await store.extend([...subjects, 'identity|0'], addDays(20_000));
    standIn.requests.length = 0;
    expect((await store.read([...subjects, ...subjects])).size).toBe(250);
    const batches = standIn.requests.map(({ request }) => Object.values(request.RequestItems ?? {})[0]);
    expect(batches.map((batch) => [batch?.Keys.length, batch?.ConsistentRead])).toEqual([
      [100, true],
      [100, true],
      [50, true],
    ]);
    expect(await store.read([])).toEqual(new Map());
  });

  test('what a batch leaves unprocessed is asked for again, after a pause', async () => {
    const { store, standIn, clock } = createStore();
    const subjects = Array.from({ length: 10 }, (_, index) => `identity|${index}`);
    await store.extend(subjects, addDays(20_000));
    standIn.batchSize = 4;
    expect((await store.read(subjects)).size).toBe(10);
    expect(clock.slept).toEqual([25, 50]);
  });

  test('a table that leaves everything unprocessed gives its reason one by one', async () => {
    const { store, standIn } = createStore();
    await store.extend(['a', 'b'], addDays(20_000));
    standIn.batchSize = 0;
    expect((await store.read(['a', 'b', 'nobody'])).size).toBe(2);
    standIn.before = (operation) => {
      if (operation === 'GetItem') throw new RefusedError('ProvisionedThroughputExceededException');
    };
    await expect(store.read(['a'])).rejects.toThrow('ProvisionedThroughputExceededException');
  });

  test("nobody's days are lost, however many containers extend a profile at once", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 20_000, max: 20_050 }), { minLength: 1, maxLength: 5 }), {
          minLength: 2,
          maxLength: 7,
        }),
        async (writers) => {
          const { open } = createStore();
          await Promise.all(
            writers.map((days) =>
              open().extend(['a', ...days.map((day) => `b${day % 3}`)], addDays(...days)),
            ),
          );
          expect((await open().read(['a'])).get('a')).toBe(textOf(...writers.flat()));
        },
      ),
      { numRuns: 40, seed: 4 },
    ));

  test('after a conflict the profile is read again and extended again', async () => {
    const { store, standIn, clock } = createStore();
    await store.extend(['a'], addDays(20_000));
    standIn.before = (operation) => {
      const [item] = standIn.items();
      if (operation !== 'PutItem' || !item || item['version']?.['N'] !== '1') return;
      Object.assign(item, { version: { N: '2' }, profile: { S: textOf(20_000, 20_004) } });
    };
    const texts: (string | undefined)[] = [];
    await store.extend(['a'], (subject, text) => {
      texts.push(text);
      return addDays(20_002)(subject, text);
    });
    expect(texts).toEqual([textOf(20_000), textOf(20_000, 20_004)]);
    expect(clock.slept).toEqual([12.5]);
    expect((await store.read(['a'])).get('a')).toBe(textOf(20_000, 20_002, 20_004));
  });

  test('a write whose answer was lost is made once', async () => {
    const { store, standIn } = createStore();
    await store.extend(['a'], addDays(20_000));
    const put = standIn.table.client.send.bind(standIn.table.client) as (command: object) => Promise<object>;
    let lost = false;
    Object.assign(standIn.table.client, {
      send: async (command: object) => {
        const answer = await put(command);
        if (command.constructor.name === 'PutCommand' && !lost) {
          lost = true;
          return put(command);
        }
        return answer;
      },
    });
    await store.extend(['a'], addDays(20_001));
    expect(standIn.items()[0]?.['version']).toEqual({ N: '2' });
    expect((await store.read(['a'])).get('a')).toBe(textOf(20_000, 20_001));
  });

  test('gives up with a clear error where others are always faster, and passes other refusals on', async () => {
    const { store, standIn } = createStore();
    standIn.before = (operation) => {
      if (operation === 'PutItem') throw new RefusedError('ConditionalCheckFailedException');
    };
    await expect(store.extend(['a'], addDays(20_000))).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    await expect(store.extend(['a'], addDays(20_000))).rejects.toThrow('AccessDeniedException');
    await expect(store.setCompleteSince(1)).rejects.toThrow('AccessDeniedException');
  });

  test.each(['x'.repeat(5_000), 'half a pair \ud800'])(
    'a subject that makes no key is hashed: %.15s',
    async (s) => {
      const { store, standIn } = createStore();
      await store.extend([s], addDays(20_000));
      expect(standIn.items()[0]?.['pk']?.['S']).toMatch(/^HISTORY#sha256:[0-9a-f]{64}$/);
      expect(await store.read([s])).toEqual(new Map([[s, textOf(20_000)]]));
    },
  );
});

describe('the beginning of the history', () => {
  test('only moves back', async () => {
    const { store, open } = createStore();
    expect(await store.completeSince()).toBeUndefined();
    await store.setCompleteSince(start);
    expect(await store.completeSince()).toBe(start);
    await store.setCompleteSince(start + 1);
    expect(await open().completeSince()).toBe(start);
    await store.setCompleteSince(start - 1);
    expect(await open().completeSince()).toBe(start - 1);
  });

  test('a container asks once a minute until it is known, then never again', async () => {
    const { store, standIn, clock, open } = createStore();
    for (let second = 0; second < 60; second += 10) {
      expect(await store.completeSince()).toBeUndefined();
      clock.time += 10_000;
    }
    expect(operations(standIn)).toEqual(['GetItem']);
    await open().setCompleteSince(start);
    expect(await store.completeSince()).toBe(start);
    clock.time += 86_400_000;
    expect(await store.completeSince()).toBe(start);
    expect(operations(standIn)).toEqual(['GetItem', 'UpdateItem', 'GetItem']);
  });
});
