import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDay,
  type DaysSeen,
  dayNumber,
  daysBefore,
  daysKept,
  seenBefore,
} from '../../../functions/core/history/days-seen.ts';

const seenOn = (days: readonly number[]): DaysSeen | undefined =>
  days.reduce<DaysSeen | undefined>(addDay, undefined);
const anyDays = fc.array(fc.integer({ min: 20_000, max: 20_400 }), { minLength: 1, maxLength: 60 });

describe('days seen', () => {
  it('is a set: order and repetition change nothing', () => {
    fc.assert(
      fc.property(anyDays, fc.infiniteStream(fc.nat()), (days, random) => {
        const shuffled = days
          .flatMap((day) => [day, day])
          .map((day) => [random.next().value, day] as const)
          .sort(([a], [b]) => a - b)
          .map(([, day]) => day);
        expect(seenOn(shuffled)).toEqual(seenOn(days));
      }),
      { seed: 4 },
    );
  });

  it('answers as a plain set of the days that are kept does', () => {
    fc.assert(
      fc.property(anyDays, fc.integer({ min: 19_990, max: 20_420 }), (days, day) => {
        const latest = Math.max(...days);
        const expected = [...new Set(days)]
          .filter((each) => each > latest - daysKept && each < day && each >= day - daysKept)
          .sort((a, b) => b - a);
        expect(daysBefore(seenOn(days), day)).toEqual(expected);
        expect(seenBefore(seenOn(days), day)).toBe(expected.length > 0);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('forgets after 128 days', () => {
    const seen = seenOn([dayNumber(0), 127]);
    expect(daysBefore(seen, 128)).toEqual([127, 0]);
    expect(daysBefore(addDay(seen, 128), 129)).toEqual([128, 127]);
  });

  it('gives the same object where nothing changes, so that nothing is written', () => {
    const seen = seenOn([10, 12]);
    expect(seen && addDay(seen, 12)).toBe(seen);
    expect(seen && addDay(seen, 10)).toBe(seen);
  });
});
