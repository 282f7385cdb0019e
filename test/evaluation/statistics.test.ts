import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { median, poissonInterval, wilsonInterval } from '../../evaluation/statistics.ts';

describe('wilsonInterval', () => {
  it('gives the published values', () => {
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    const cases = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const;
    for (const [found, count, low, high] of cases) {
      expect(wilsonInterval(found, count).low).toBeCloseTo(low, 4);
      expect(wilsonInterval(found, count).high).toBeCloseTo(high, 4);
    }
  });

  it('contains the share, stays between 0 and 1, and narrows with more trials', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (found, missed) => {
        const count = found + missed;
        if (count === 0) return;
        const { low, high } = wilsonInterval(found, count);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(found / count);
        expect(high).toBeGreaterThanOrEqual(found / count);
        expect(high).toBeLessThanOrEqual(1);
        const wider = wilsonInterval(found * 4, count * 4);
        expect(wider.high - wider.low).toBeLessThan(high - low);
      }),
      { seed: 4 },
    );
  });

  it('knows nothing without trials', () => {
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('poissonInterval', () => {
  it('gives the published values', () => {
    // Garwood 1936, table for 95 %.
    const cases = [
      [0, 0, 3.689],
      [1, 0.0253, 5.572],
      [5, 1.623, 11.668],
      [10, 4.795, 18.39],
      [50, 37.11, 65.92],
    ] as const;
    for (const [count, low, high] of cases) {
      expect(poissonInterval(count).low).toBeCloseTo(low, 2);
      expect(poissonInterval(count).high).toBeCloseTo(high, 2);
    }
  });

  it('holds for great counts, where e to the minus the mean is nothing', () => {
    const { low, high } = poissonInterval(10_000);
    expect(low).toBeCloseTo(9_805, 0);
    expect(high).toBeCloseTo(10_198, 0);
  });
});

describe('median', () => {
  it('is the middle, or between the two in the middle', () => {
    expect(median([])).toBeNull();
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
