import type { AccessEvent } from './model/access-event.ts';

/** By code units: the same on every machine, which the order of a locale is not. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By time, then key; events without a time last. */
export const sortByTime = <Event extends AccessEvent>(events: readonly Event[]): Event[] =>
  events.toSorted(
    (a, b) =>
      (a.time ?? Number.POSITIVE_INFINITY) - (b.time ?? Number.POSITIVE_INFINITY) ||
      compareText(a.key, b.key),
  );
