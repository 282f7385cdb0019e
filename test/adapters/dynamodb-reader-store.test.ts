import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createReaderStore } from '../../functions/adapters/dynamodb-reader-store.ts';
import type { SecretRead } from '../../functions/core/model/secret-reader.ts';
import { account, otherAccount, region, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const secret = { name: 'app/sms', account, region, arn: null };
const principal = `arn:aws:iam::${account}:role/sender`;
const read = (seconds: number, overrides: Partial<SecretRead> = {}): SecretRead => ({
  secret,
  principal,
  kind: 'role',
  account,
  asked: 'AWSCURRENT',
  time: start + seconds * 1000,
  ...overrides,
});
const reader = (first: number, last: number, overrides: object = {}) => ({
  principal,
  kind: 'role',
  account,
  asked: 'AWSCURRENT',
  first: start + first * 1000,
  last: start + last * 1000,
  ...overrides,
});

function open(pageSize?: number) {
  const standIn = createTableStandIn(pageSize);
  const updates = () => standIn.requests.filter(({ operation }) => operation === 'UpdateItem').length;
  return { standIn, updates, readers: createReaderStore(standIn.table) };
}

describe('who read a secret', () => {
  test('is kept by secret, identity and what was asked for, until 135 days after', async () => {
    const { readers, standIn } = open();
    await readers.record([
      read(0),
      read(5),
      read(3, { asked: 'AWSPREVIOUS' }),
      read(4, { account: otherAccount }),
      read(6, { secret: { ...secret, region: 'us-east-1' } }),
    ]);
    expect(await readers.of(secret)).toEqual(
      expect.arrayContaining([
        reader(0, 5),
        reader(3, 3, { asked: 'AWSPREVIOUS' }),
        reader(4, 4, { account: otherAccount }),
      ]),
    );
    expect(await readers.of({ ...secret, region: 'us-east-1' })).toEqual([reader(6, 6)]);
    expect(await readers.of({ ...secret, name: 'app/other' })).toEqual([]);
    const [item] = standIn.items();
    expect(item).toMatchObject({
      pk: { S: `READER#${account}#${region}#app/sms` },
      sk: { S: expect.stringMatching(/^[0-9a-f]{64}$/) },
      expiresAt: { N: String(start / 1000 + 5 + 135 * 86_400) },
    });
  });

  test('does not depend on the order, on doubles, nor on which container wrote it', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 5 }), async (batches) => {
        const { readers, standIn } = open();
        const containers = [readers, createReaderStore(standIn.table)];
        const asked = ['AWSCURRENT', 'v1'];
        for (const [index, batch] of batches.entries()) {
          const reads = batch.flatMap((seconds) => asked.map((each) => read(seconds, { asked: each })));
          await containers[index % 2]?.record([...reads, ...reads]);
        }
        const [all, lowest] = [batches.flat(), Math.min(...batches.flat())];
        const stored = new Map((await readers.of(secret)).map((each) => [each.asked, each]));
        expect(stored.get('v1')).toEqual(reader(lowest, Math.max(...all), { asked: 'v1' }));
        expect(stored.get('AWSCURRENT')?.first).toBe(start + lowest * 1000);
        const lag = start + Math.max(...all) * 1000 - (stored.get('AWSCURRENT')?.last ?? 0);
        expect(lag).toBeGreaterThanOrEqual(0);
        expect(lag).toBeLessThan(60_000);
      }),
      { numRuns: 40 },
    );
  });

  test('a batch costs a write, and the last read of it is known to the second', async () => {
    const { readers, updates } = open();
    await readers.record([read(0)]);
    // The first time it takes two: one for when it read first.
    expect(updates()).toBe(2);
    await readers.record([read(1), read(3), read(2)]);
    await readers.record([read(1), read(3)]);
    expect(updates()).toBe(3);
    expect(await readers.of(secret)).toEqual([reader(0, 3)]);
  });

  test('a read of a version or another label counts at once', async () => {
    const { readers } = open();
    for (const second of [0, 1]) await readers.record([read(second, { asked: 'AWSPREVIOUS' })]);
    expect(await readers.of(secret)).toEqual([reader(0, 1, { asked: 'AWSPREVIOUS' })]);
  });

  test('what a container forgot it writes again, the oldest first', async () => {
    const { standIn, updates } = open();
    const readers = createReaderStore(standIn.table, 3);
    const record = async (asked: string, seconds = 0) => {
      const before = updates();
      await readers.record([read(seconds, { asked })]);
      return updates() - before;
    };
    for (const asked of ['v1', 'v2', 'v3']) expect(await record(asked)).toBe(2);
    expect(await record('v1', 1)).toBe(1);
    expect(await record('v4')).toBe(2);
    expect([await record('v1', 1), await record('v3'), await record('v2')]).toEqual([0, 0, 2]);
    expect(await readers.of(secret)).toHaveLength(4);
  });

  test('is read page by page', async () => {
    const { readers } = open(2);
    const asked = ['v1', 'v2', 'v3', 'v4', 'v5'];
    await readers.record(asked.map((each) => read(0, { asked: each })));
    expect((await readers.of(secret)).map((each) => each.asked).sort()).toEqual(asked);
  });

  test('a write that failed is made when the delivery comes again', async () => {
    const { readers, standIn, updates } = open();
    standIn.before = (_, { UpdateExpression }) => {
      if (UpdateExpression === 'SET #first = :first') throw new RefusedError('InternalServerError');
    };
    await expect(readers.record([read(0), read(9)])).rejects.toThrow('InternalServerError');
    expect(await readers.of(secret)).toEqual([reader(9, 9)]);
    standIn.before = () => undefined;
    await readers.record([read(0), read(9)]);
    expect(await readers.of(secret)).toEqual([reader(0, 9)]);
    expect(updates()).toBe(4);
  });
});
