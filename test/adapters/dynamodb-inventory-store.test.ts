import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createInventoryStore } from '../../functions/adapters/dynamodb-inventory-store.ts';
import type { InventoriedSecret } from '../../functions/core/contracts/inventory.ts';
import { createClock } from '../functions/captures.ts';
import { account, region, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const place = { account, region };
const elsewhere = { account, region: 'us-east-1' };

const secret = (name: string, tags: Record<string, string> = {}, where = place): InventoriedSecret => ({
  secret: {
    ...where,
    name,
    arn: `arn:aws:secretsmanager:${where.region}:${where.account}:secret:${name}-AbC123`,
  },
  tags,
});
const secretsTagged = (value: string, number: number) =>
  Array.from({ length: number }, (_, index) => secret(`app/${index}`, { value, filler: 'é'.repeat(200) }));

function createStore(standIn = createTableStandIn()) {
  const clock = createClock();
  const open = () => createInventoryStore(standIn.table, clock);
  return { standIn, clock, open, store: open() };
}

type StandIn = ReturnType<typeof createTableStandIn>;
const operations = ({ requests }: StandIn) => requests.map(({ operation }) => operation);
const chunksIn = (standIn: StandIn) => standIn.items().filter((item) => item['zipped'] !== undefined);
const tagsIn = (inventory: ReadonlyMap<string, InventoriedSecret>, key = 'value') => [
  ...new Set([...inventory.values()].map(({ tags }) => tags[key])),
];

describe('what is listed', () => {
  test('is read as it was written, by account and Region, and expires', async () => {
    const { store, open, standIn } = createStore();
    expect(await store.read()).toEqual(new Map());
    const here = secret('app/a', { owner: 'payments', 'ü key': '' });
    const there = secret('app/a', {}, elsewhere);
    await store.replace(place, [here], start);
    await store.replace(elsewhere, [there], start);
    const expected = new Map([
      [`${account}:${region}:app/a`, here],
      [`${account}:us-east-1:app/a`, there],
    ]);
    expect(await store.read()).toEqual(expected);
    expect(await open().read()).toEqual(expected);
    const expiries = standIn.items().map((item) => Number(item['expiresAt']?.['N']) - start / 1000);
    expect(expiries.sort((a, b) => a - b)).toEqual([14, 14, 15, 15].map((days) => days * 86_400));
  });

  test('any secrets come back, in chunks below 300 KB', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const secrets = fc.uniqueArray(
      fc.record({ name: fc.string({ minLength: 1, maxLength: 40 }), tags: fc.dictionary(text, text) }),
      { selector: ({ name }) => name, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(secrets, async (given) => {
        const { store, open } = createStore();
        const listed = given.map(({ name, tags }) => secret(name, { ...tags }));
        await store.replace(place, listed, start);
        expect([...(await open().read()).values()]).toEqual(expect.arrayContaining(listed));
        expect((await open().read()).size).toBe(listed.length);
      }),
      { seed: 5, numRuns: 50 },
    );
    const { store, open, standIn } = createStore(createTableStandIn(2));
    await store.replace(place, secretsTagged('first', 3_000), start);
    expect(chunksIn(standIn).length).toBeGreaterThan(4);
    for (const { zipped } of chunksIn(standIn)) {
      expect(Buffer.byteLength(String(zipped?.['B']))).toBeLessThan(300_000);
    }
    expect((await open().read()).size).toBe(3_000);
  });

  test('what cannot be compressed stays below 300 KB too', async () => {
    const noise = (index: number) =>
      Buffer.from(Array.from({ length: 150 }, (_, at) => (index * 7919 + at * at * 104_729) % 251)).toString(
        'base64',
      );
    const { store, standIn } = createStore();
    await store.replace(
      place,
      Array.from({ length: 4_000 }, (_, index) => secret(`app/${index}`, { noise: noise(index) })),
      start,
    );
    for (const item of chunksIn(standIn)) {
      expect(Buffer.from(String(item['zipped']?.['B']), 'base64').length).toBeLessThan(300_000);
    }
  });

  test('counts no longer when nobody renewed it for 14 days', async () => {
    const { store, clock } = createStore();
    await store.replace(place, [secret('app/a')], start);
    clock.time = start + 14 * day;
    expect((await store.read()).size).toBe(1);
    clock.time += 15 * minute;
    await store.claim(place, minute);
    expect((await store.read()).size).toBe(0);
  });
});

describe('a reader', () => {
  test('has the old list or the new one, wherever the writer is', async () => {
    const { store, open, standIn } = createStore();
    await store.replace(place, secretsTagged('old', 2_000), start);
    const seen: (string | undefined)[][] = [];
    const sizes = new Set<number>();
    const { send } = standIn.table.client;
    Object.assign(standIn.table.client, {
      send: async (...args: Parameters<typeof send>) => {
        const answer = await send.apply(standIn.table.client, args);
        if (/Put|Update/.test(args[0].constructor.name)) {
          const inventory = await open().read();
          seen.push(tagsIn(inventory));
          sizes.add(inventory.size);
        }
        return answer;
      },
    });
    await store.replace(place, secretsTagged('new', 2_000), start + day);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.slice(0, -1).every((tags) => tags.join() === 'old')).toBe(true);
    expect(seen.at(-1)).toEqual(['new']);
    expect(sizes).toEqual(new Set([2_000]));
  });

  test('who has just read which list is current reads it to its end, although a new one comes', async () => {
    const { store, open, standIn } = createStore();
    await store.replace(place, secretsTagged('old', 2_000), start);
    const { send } = standIn.table.client;
    let isFirst = true;
    Object.assign(standIn.table.client, {
      send: async (...args: Parameters<typeof send>) => {
        const answer = await send.apply(standIn.table.client, args);
        if (isFirst) {
          isFirst = false;
          await store.replace(place, secretsTagged('new', 2_000), start + day);
        }
        return answer;
      },
    });
    const inventory = await open().read();
    expect([inventory.size, ...tagsIn(inventory)]).toEqual([2_000, 'old']);
  });

  test('a writer that dies on the way changes nothing, and an older list takes no place', async () => {
    const { store, open, standIn } = createStore();
    await store.replace(place, secretsTagged('old', 2_000), start);
    let left = 2;
    standIn.before = (operation) => {
      left -= operation === 'PutItem' ? 1 : 0;
      if (left < 0) throw new RefusedError('AccessDeniedException');
    };
    await expect(store.replace(place, secretsTagged('new', 2_000), start + day)).rejects.toThrow(
      'AccessDenied',
    );
    standIn.before = () => undefined;
    expect(tagsIn(await open().read())).toEqual(['old']);
    await store.replace(place, secretsTagged('older', 3), start - 1);
    expect(tagsIn(await open().read())).toEqual(['old']);
  });

  test('a list of which a part is missing is no list, until it is whole again', async () => {
    const { store, open, standIn, clock } = createStore();
    await store.replace(place, secretsTagged('one', 2_000), start);
    const [part] = chunksIn(standIn);
    const sk = part?.['sk'];
    Object.assign(part ?? {}, { pk: { S: 'GONE' } });
    const reader = open();
    expect((await reader.read()).size).toBe(0);
    Object.assign(part ?? {}, { pk: chunksIn(standIn).find((item) => item['sk'] !== sk)?.['pk'] });
    clock.time += minute;
    expect((await reader.read()).size).toBe(2_000);
  });

  test('a container asks again after 15 minutes, and has the same map while nothing changed', async () => {
    const { store, open, standIn, clock } = createStore();
    await store.replace(place, [secret('a', { value: '1', other: 'x' }), secret('b')], start);
    const reader = open();
    const first = await reader.read();
    standIn.requests.length = 0;
    clock.time += 15 * minute - 1;
    expect(await reader.read()).toBe(first);
    expect(operations(standIn)).toEqual([]);

    await store.replace(place, [secret('b'), secret('a', { other: 'x', value: '1' })], clock.now());
    clock.time += 1;
    standIn.requests.length = 0;
    expect(await reader.read()).toBe(first);
    expect(operations(standIn)).toEqual(['Query']);

    await store.replace(place, [secret('a', { value: '2' })], clock.now());
    expect(await reader.read()).toBe(first);
    clock.time += 15 * minute;
    const second = await reader.read();
    expect(second.size).toBe(1);
    expect(tagsIn(second)).toEqual(['2']);
  });

  test('where nothing is listed yet it asks every minute; its own list it knows at once', async () => {
    const { store, open, standIn, clock } = createStore();
    const reader = open();
    const before = await reader.read();
    clock.time += minute - 1;
    await reader.read();
    expect(operations(standIn)).toEqual(['Query']);
    await store.replace(place, [], start);
    await store.read();
    await store.replace(place, [secret('a')], start + 1);
    expect((await store.read()).size).toBe(1);
    expect(await reader.read()).toBe(before);
    clock.time += 1;
    expect((await reader.read()).size).toBe(1);
  });

  test('many at once ask once; a failure is told and not remembered', async () => {
    const { store, open, standIn } = createStore();
    await store.replace(place, [secret('a')], start);
    const reader = open();
    standIn.requests.length = 0;
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    await expect(reader.read()).rejects.toThrow('AccessDeniedException');
    standIn.before = () => undefined;
    const all = await Promise.all([reader.read(), reader.read(), reader.read()]);
    expect(new Set(all).size).toBe(1);
    expect(all[0]?.size).toBe(1);
    expect(operations(standIn)).toEqual(['Query', 'Query', 'Query']);
  });
});

describe('a claim', () => {
  test('is given once in the time, for each place by itself, and leaves the list alone', async () => {
    const { store, open, clock } = createStore();
    const every = 6 * 60 * minute;
    await store.replace(place, [secret('a')], start - 1);
    expect(await store.claim(place, every)).toBe(true);
    expect(await open().claim(place, every)).toBe(false);
    expect(await store.claim(elsewhere, every)).toBe(true);
    clock.time += every - 1;
    expect(await store.claim(place, every)).toBe(false);
    clock.time += 1;
    expect(await store.claim(place, every)).toBe(true);
    expect((await open().read()).size).toBe(1);
  });

  test('passes other refusals on, as a list does', async () => {
    const { store, standIn } = createStore();
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    await expect(store.claim(place, minute)).rejects.toThrow('AccessDeniedException');
    await expect(store.replace(place, [], start)).rejects.toThrow('AccessDeniedException');
  });
});
