import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  halvesOf,
  nextReach,
  planSlices,
  settledAfter,
  takeStretch,
} from '../../functions/core/engine/sweep.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const now = Date.parse('2026-03-02T09:07:30.500Z');
const plan = { now, settledUntil: undefined, lookbackDays: 0, overlapMinutes: 30 };
const times = (slices: readonly { from: number; to: number }[]) =>
  slices.map(({ from, to }) => [
    new Date(from).toISOString().slice(11, 19),
    new Date(to).toISOString().slice(11, 19),
  ]);

describe('slices', () => {
  test('are ascending, aligned to the clock; the last is open and ends now', () => {
    const settledUntil = Date.parse('2026-03-02T08:20:00.700Z');
    const slices = planSlices({ ...plan, settledUntil });
    expect(times(slices)).toEqual([
      ['08:20:00', '08:30:00'],
      ['08:30:00', '08:45:00'],
      ['08:45:00', '09:00:00'],
      ['09:00:00', '09:07:30'],
    ]);
    expect(slices.at(-1)?.to).toBe(now);
  });

  test('begin with the overlap in the first sweep at least, and within what LookupEvents keeps', () => {
    expect(planSlices(plan)[0]?.from).toBe(Math.floor((now - 30 * minute) / 1000) * 1000);
    expect(planSlices({ ...plan, lookbackDays: 2 })[0]?.from).toBe(Math.floor((now - 2 * day) / 1000) * 1000);
    expect(planSlices({ ...plan, settledUntil: 0 })[0]?.from).toBe(
      Math.floor((now - 90 * day) / 1000) * 1000,
    );
  });

  test('a checkpoint in the future leaves nothing to do', () => {
    expect(planSlices({ ...plan, settledUntil: now + 1_000 })).toEqual([]);
  });

  test('leave no gap, whatever the checkpoint, and the sweep after them none either', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 * day }),
        fc.integer({ min: 5, max: 1440 }),
        (behind, overlapMinutes) => {
          const settledUntil = now - behind;
          const slices = planSlices({ ...plan, settledUntil, overlapMinutes });
          for (const [index, { from, to }] of slices.entries()) {
            expect(to).toBeGreaterThan(from);
            expect(to - from).toBeLessThanOrEqual(15 * minute);
            expect(from).toBeLessThanOrEqual(index === 0 ? settledUntil : (slices[index - 1]?.to ?? 0));
          }
          const last = slices.at(-1);
          if (!last) return;
          const checkpoint = settledAfter(last, { ...plan, overlapMinutes });
          expect(checkpoint).toBe(now - overlapMinutes * minute);
        },
      ),
    ));

  test('a sweep that is behind moves its checkpoint with every slice', () => {
    const slices = planSlices({ ...plan, settledUntil: now - day });
    const checkpoints = slices.map((slice) => settledAfter(slice, plan));
    expect(checkpoints.slice(0, 3)).toEqual(slices.slice(0, 3).map(({ to }) => to));
    expect(checkpoints).toEqual(checkpoints.toSorted((a, b) => a - b));
  });

  test('easy stretches grow up to a day, one that held too much begins anew', () => {
    let reach = 1;
    let slices = planSlices({ ...plan, settledUntil: now - 3 * day });
    const whole = { from: slices[0]?.from, to: now };
    const stretches = [];
    for (let taken = takeStretch(slices, reach); taken.stretch; taken = takeStretch(slices, reach)) {
      stretches.push(taken.stretch);
      slices = taken.later;
      reach = nextReach(reach, true);
    }
    expect(stretches.length).toBeLessThan(12);
    expect(Math.max(...stretches.map(({ from, to }) => to - from))).toBe(day);
    expect({ from: stretches[0]?.from, to: stretches.at(-1)?.to }).toEqual(whole);
    for (const [index, { from }] of stretches.entries()) {
      if (index > 0) expect(from).toBe(stretches[index - 1]?.to);
    }
    expect(nextReach(64, false)).toBe(1);
  });

  test('halves meet on a whole second, down to one second', () => {
    expect(halvesOf({ from: 0, to: 15_000 })).toEqual([
      { from: 0, to: 7_000 },
      { from: 7_000, to: 15_000 },
    ]);
    expect(halvesOf({ from: 0, to: 2_000 })).toHaveLength(2);
    expect(halvesOf({ from: 0, to: 1_500 })).toBeUndefined();
    expect(halvesOf({ from: 1_000, to: 2_000 })).toBeUndefined();
  });
});
