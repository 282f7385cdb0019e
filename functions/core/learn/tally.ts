import { dayNumber } from '../history/days-seen.ts';

/** How often and when something was seen. Adding is independent of order. */
export class Tally {
  count = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  /** UTC days. */
  readonly days = new Set<number>();

  add(time: number): void {
    this.count += 1;
    this.first = Math.min(this.first, time);
    this.last = Math.max(this.last, time);
    this.days.add(dayNumber(time));
  }

  include(other: Tally): void {
    this.count += other.count;
    this.first = Math.min(this.first, other.first);
    this.last = Math.max(this.last, other.last);
    for (const day of other.days) this.days.add(day);
  }
}

/** The tally of a key; a new one where there is none. */
export function tallyOf<Key>(tallies: Map<Key, Tally>, key: Key): Tally {
  const known = tallies.get(key);
  if (known) return known;
  const made = new Tally();
  tallies.set(key, made);
  return made;
}

export const countOne = <Key>(counts: Map<Key, number>, key: Key, by = 1): void => {
  counts.set(key, (counts.get(key) ?? 0) + by);
};
