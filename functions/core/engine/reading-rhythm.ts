/** Reads within this are one reading: a client that asks again, or several tasks that start together. */
const burstMs = 60_000;
const fewestIntervals = 3;
/** Where most intervals are within so many times the median, there is a rhythm. */
const spread = 3;
const mostIntervals = 0.9;

export interface Rhythm {
  readonly everyMs: number;
  readonly next: number;
}

/**
 * How often something is read, and when it is expected to be read next.
 *
 * @param times milliseconds, in any order
 * @returns `undefined` where there are too few readings, or no rhythm in them
 */
export function rhythmOf(times: readonly number[]): Rhythm | undefined {
  const readings: number[] = [];
  for (const time of times.toSorted((a, b) => a - b)) {
    if (time - (readings.at(-1) ?? Number.NEGATIVE_INFINITY) > burstMs) readings.push(time);
  }
  const intervals = readings.slice(1).map((time, index) => time - (readings[index] ?? time));
  if (intervals.length < fewestIntervals) return undefined;
  const sorted = intervals.toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const long = sorted[Math.ceil(sorted.length * mostIntervals) - 1] ?? Number.POSITIVE_INFINITY;
  return long <= median * spread ? { everyMs: median, next: (readings.at(-1) ?? 0) + median } : undefined;
}
