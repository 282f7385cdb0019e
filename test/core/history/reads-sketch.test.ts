import { expect, it } from '@jest/globals';
import { addRead, countReads, type ReadsSketch } from '../../../functions/core/history/reads-sketch.ts';

const sketchOf = (count: number, name: number): ReadsSketch | undefined => {
  let sketch: ReadsSketch | undefined;
  for (let index = 0; index < count; index += 1)
    sketch = addRead(sketch, `${name}-${index}#GetSecretValue#1`);
  return sketch;
};

it.each([1, 5, 20, 100, 1_000, 5_000])(
  '%i reads are counted within a quarter, in the median of 41 days',
  (count) => {
    const estimates = Array.from({ length: 41 }, (_, day) => countReads(sketchOf(count, day))).sort(
      (a, b) => a - b,
    );
    const median = estimates[20] ?? 0;
    expect(Math.abs(median - count) / count).toBeLessThan(0.25);
    // Nine in ten within a factor of two: what is called a spike must be several times as much.
    const near = estimates.filter((each) => each >= count / 2 && each <= count * 2);
    expect(near.length).toBeGreaterThanOrEqual(37);
  },
);

it('an event that is delivered again changes nothing', () => {
  const sketch = sketchOf(50, 1);
  expect(addRead(sketch, '1-7#GetSecretValue#1')).toBe(sketch);
  expect(countReads(undefined)).toBe(0);
});
