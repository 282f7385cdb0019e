/**
 * The UTC days, of the last 128, on which something was seen. A set of days and not a count: adding a day twice, or
 * days in another order, or two halves of a log apart, gives the same set, so history needs no marker per event and
 * does not depend on the order of delivery. 128 and not 90, so that a quarter's end is remembered at the next one.
 */
export interface DaysSeen {
  /** The latest day, counted from the epoch. */
  readonly last: number;
  /** Bit i stands for the day `last - i`. */
  readonly bits: bigint;
}

/** How long something is remembered. */
export const daysKept = 128;

const dayMs = 86_400_000;
const mask = (1n << BigInt(daysKept)) - 1n;

/** The UTC day of a moment (milliseconds), counted from the epoch. */
export const dayNumber = (time: number): number => Math.floor(time / dayMs);

/** The first millisecond of a day. */
export const startOfDay = (day: number): number => day * dayMs;

/** @returns the same object where the day is in it already, or is forgotten */
export function addDay(seen: DaysSeen | undefined, day: number): DaysSeen {
  if (!seen) return { last: day, bits: 1n };
  if (seen.last === day) return seen;
  if (day > seen.last) {
    const shift = day - seen.last;
    return { last: day, bits: (shift < daysKept ? (seen.bits << BigInt(shift)) & mask : 0n) | 1n };
  }
  const bit = seen.last - day;
  if (bit >= daysKept) return seen;
  const bits = seen.bits | (1n << BigInt(bit));
  return bits === seen.bits ? seen : { last: seen.last, bits };
}

/** The days before `day`, the latest first; at most those that are kept. */
export function daysBefore(seen: DaysSeen | undefined, day: number): number[] {
  const days: number[] = [];
  if (!seen) return days;
  let candidate = seen.last;
  for (let { bits } = seen; bits !== 0n; bits >>= 1n, candidate -= 1) {
    if ((bits & 1n) === 1n && candidate < day && candidate >= day - daysKept) days.push(candidate);
  }
  return days;
}

/** Whether it was seen on one of the days that are kept before `day`. */
export function seenBefore(seen: DaysSeen | undefined, day: number): boolean {
  if (!seen) return false;
  if (seen.last < day) return seen.last >= day - daysKept;
  const earlier = seen.bits >> BigInt(seen.last - day + 1);
  return (earlier & mask) !== 0n;
}

/** Whether it was seen on that day. */
export function seenOn(seen: DaysSeen | undefined, day: number): boolean {
  if (!seen || day > seen.last || day <= seen.last - daysKept) return false;
  return ((seen.bits >> BigInt(seen.last - day)) & 1n) === 1n;
}
