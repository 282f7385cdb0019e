import { describe, expect, test } from '@jest/globals';
import { createDigestStates } from '../../functions/adapters/dynamodb-digest-states.ts';
import { createHeldMessages } from '../../functions/adapters/dynamodb-held-messages.ts';
import { createMessageSlots } from '../../functions/adapters/dynamodb-message-slots.ts';
import {
  createMemoryDigestStates,
  createMemoryHeldMessages,
  createMemoryMessageSlots,
} from '../../functions/core/announcing/memory-message-stores.ts';
import type { DigestState, HeldMessage } from '../../functions/core/ports.ts';
import { start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const patience = { sleep: async () => undefined, random: () => 0 };
const clock = { now: () => start };

const openTable = () => {
  const standIn = createTableStandIn();
  const { table } = standIn;
  return {
    standIn,
    held: createHeldMessages({ table, findingDays: 400, clock }),
    slots: createMessageSlots(table),
    states: createDigestStates({ table, ...patience }),
  };
};
const openMemory = () => ({
  held: createMemoryHeldMessages(),
  slots: createMemoryMessageSlots(),
  states: createMemoryDigestStates(),
});

const message = (overrides: Partial<HeldMessage> = {}): HeldMessage => ({
  target: 'email',
  incident: 'inc-1',
  revision: 2,
  because: 'limit',
  at: start,
  ...overrides,
});

describe.each([
  ['in memory', openMemory],
  ['in the table', openTable],
])('messages %s', (_, open) => {
  test('that are held are one for each target and incident, until it was told', async () => {
    const { held } = open();
    const chat = message({ target: 'slack', because: 'quiet-hours' });
    await held.hold(message({ revision: 3 }));
    await held.hold(message());
    await held.hold(chat);
    expect(await held.of('email')).toEqual([message({ revision: 3 })]);
    expect(await held.of('slack')).toEqual([chat]);
    // What was told was older than what is held.
    await held.settle('email', 'inc-1', 2);
    expect(await held.of('email')).toHaveLength(1);
    await held.settle('email', 'inc-1', 3);
    expect(await held.of('email')).toEqual([]);
    await held.hold(message({ revision: 3 }));
    expect(await held.of('email')).toEqual([]);
    await held.hold(message({ revision: 4 }));
    expect(await held.of('email')).toEqual([message({ revision: 4 })]);
    await held.settle('email', 'inc-2', 1);
    expect(await held.of('slack')).toEqual([chat]);
  });

  test('take slots, as many as the limit, each once, critical ones their own', async () => {
    const { slots } = open();
    const lane = { target: 'email', hour: 490_000, isCritical: false };
    const claims = [];
    for (const each of ['a', 'b', 'a', 'c', 'b']) claims.push(await slots.claim(lane, each, 2));
    expect(claims).toEqual([true, true, true, false, true]);
    expect(await slots.claim({ ...lane, isCritical: true }, 'c', 2)).toBe(true);
    expect(await slots.claim({ ...lane, hour: 490_001 }, 'c', 2)).toBe(true);
    expect(await slots.claim({ ...lane, target: 'slack' }, 'c', 2)).toBe(true);
  });

  test('of digests are remembered by target', async () => {
    const { states } = open();
    const first: DigestState = { due: { target: '2026-03-02' }, told: { target: start }, pending: null };
    expect(await states.read('email')).toBeUndefined();
    expect(await states.update('email', () => first)).toEqual(first);
    const next = await states.update('email', (state) => ({
      ...first,
      told: { owner: state?.told.target ?? 0 },
    }));
    expect(next.told).toEqual({ owner: start });
    expect(await states.read('email')).toEqual(next);
    expect(await states.read('slack')).toBeUndefined();
  });
});

test('a refusal that is no condition is passed on', async () => {
  const { standIn, held, slots, states } = openTable();
  standIn.before = () => {
    throw new RefusedError('AccessDeniedException');
  };
  await expect(held.hold(message())).rejects.toThrow('AccessDenied');
  await expect(held.settle('email', 'inc-1', 1)).rejects.toThrow('AccessDenied');
  await expect(slots.claim({ target: 'email', hour: 1, isCritical: false }, 'a', 1)).rejects.toThrow(
    'AccessDenied',
  );
  await expect(states.read('email')).rejects.toThrow('AccessDenied');
});

test('what is held expires with its finding, what was told soon', async () => {
  const { standIn, held } = openTable();
  const expiry = () => Number(standIn.items()[0]?.['expiresAt']?.['N']) - Math.ceil(start / 1000);
  await held.hold(message());
  expect(expiry()).toBe(400 * 86_400);
  await held.settle('email', 'inc-1', 2);
  expect(expiry()).toBe(2 * 86_400);
});
