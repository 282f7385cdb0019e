/** Times by key, in order, so that many questions about many of them stay cheap. */
export interface TimesByKey {
  /** Whether something of the key happened from one moment to another, both included. */
  hasWithin(key: string, from: number, to: number): boolean;
}

/** @param entries in any order; those without a time are left out */
export function timesByKey(entries: Iterable<readonly [key: string, time: number | null]>): TimesByKey {
  const times = new Map<string, number[]>();
  for (const [key, time] of entries) {
    if (time === null) continue;
    const known = times.get(key);
    if (known) known.push(time);
    else times.set(key, [time]);
  }
  for (const list of times.values()) list.sort((a, b) => a - b);
  return {
    hasWithin(key, from, to) {
      const list = times.get(key) ?? [];
      const first = list[firstIndexFrom(list, from)];
      return first !== undefined && first <= to;
    },
  };
}

function firstIndexFrom(sorted: readonly number[], from: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
