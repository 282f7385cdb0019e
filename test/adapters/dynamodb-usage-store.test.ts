import { describe, expect, test } from '@jest/globals';
import { createSentMessageStore } from '../../functions/adapters/dynamodb-sent-message-store.ts';
import { createUsageStore } from '../../functions/adapters/dynamodb-usage-store.ts';
import { answered, dayMs, hourMs, now, prepaid, secret } from '../core/usage/samples.ts';
import { createClock } from '../functions/captures.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const other = { ...secret, name: 'sms/other' };
const expires = { N: String((now + 135 * dayMs) / 1000) };

describe('usage store', () => {
  test('what was added comes back in order of time, page by page, of one secret', async () => {
    const { table, items, requests } = createTableStandIn(2);
    const store = createUsageStore(table, createClock(now));
    const samples = [
      prepaid(now - 3 * hourMs, 12.5),
      answered(now - 2 * hourMs, 'retry'),
      prepaid(now - hourMs, 12),
      prepaid(now, 0),
    ];
    for (const sample of samples.toReversed()) await store.add(secret, sample);
    await store.add(other, prepaid(now, 99));
    await store.add(secret, prepaid(now - 50 * dayMs, 99));
    expect(await store.since(secret, now - 40 * dayMs)).toEqual(samples);
    expect(requests.filter(({ operation }) => operation === 'Query')).toHaveLength(2);
    for (const item of items()) expect(item['expiresAt']).toEqual(expires);
  });

  test('the same probe added twice is there once', async () => {
    const { table } = createTableStandIn();
    const store = createUsageStore(table, createClock(now));
    await store.add(secret, prepaid(now, 5));
    await store.add(secret, prepaid(now, 5));
    expect(await store.since(secret, now)).toHaveLength(1);
  });
});

describe('sent message store', () => {
  const messages = [
    { id: 'VE_1', time: now },
    { id: 'VE_2', time: now + 60_000 },
    { id: 'VE_3', time: now + hourMs },
  ];

  test('counts what is new, and counts by the hour, page by page', async () => {
    const standIn = createTableStandIn(2);
    const store = createSentMessageStore(standIn.table, createClock(now));
    expect(await store.add(secret, messages.slice(1))).toBe(2);
    expect(await store.add(secret, messages.toReversed())).toBe(1);
    expect(await store.add(secret, messages)).toBe(0);
    expect(await store.add(other, messages.slice(0, 1))).toBe(1);
    expect(await store.hours(secret, now + 60_000)).toEqual([
      { hour: now, messages: 2 },
      { hour: now + hourMs, messages: 1 },
    ]);
    expect(await store.hours(secret, now + hourMs)).toEqual([{ hour: now + hourMs, messages: 1 }]);
  });

  test('keeps neither id nor anything else of a message', async () => {
    const standIn = createTableStandIn();
    await createSentMessageStore(standIn.table, createClock(now)).add(secret, messages);
    expect(JSON.stringify(standIn.items())).not.toContain('VE_');
    for (const item of standIn.items()) {
      expect(Object.keys(item).sort()).toEqual(['expiresAt', 'pk', 'sk']);
      expect(item['sk']?.['S']).toMatch(/^2026-11-24T1[45]#[0-9a-f]{32}$/);
      expect(item['expiresAt']).toEqual(expires);
    }
  });

  test('what DynamoDB refuses is not swallowed', async () => {
    const standIn = createTableStandIn();
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    const store = createSentMessageStore(standIn.table, createClock(now));
    await expect(store.add(secret, messages)).rejects.toThrow('AccessDeniedException');
  });
});
