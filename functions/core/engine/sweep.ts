/** A stretch of an event history: `from <= time < to`, milliseconds. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const sliceMs = 15 * minuteMs;
/** CloudTrail stamps whole seconds. */
const shortestSliceMs = 1_000;
/** What LookupEvents keeps. */
const historyMs = 90 * dayMs;

export interface SweepPlan {
  /** The checkpoint: up to here nothing more is expected. `undefined` before the first sweep. */
  readonly settledUntil: number | undefined;
  readonly now: number;
  readonly lookbackDays: number;
  /** How late CloudTrail may be. */
  readonly overlapMinutes: number;
}

/** From the checkpoint to now in ascending slices of 15 minutes, aligned to the clock; the last one is still open. */
export function planSlices({ settledUntil, now, lookbackDays, overlapMinutes }: SweepPlan): Slice[] {
  const first = settledUntil ?? now - Math.max(lookbackDays * dayMs, overlapMinutes * minuteMs);
  const start = Math.floor(Math.max(first, now - historyMs) / 1000) * 1000;
  const slices: Slice[] = [];
  for (let from = start; from < now; ) {
    const to = Math.min(now, (Math.floor(from / sliceMs) + 1) * sliceMs);
    slices.push({ from, to });
    from = to;
  }
  return slices;
}

/**
 * The checkpoint after a slice: never past what was swept, and never within the overlap, so that the next sweep asks
 * again for what CloudTrail may still deliver. Held back here rather than by starting earlier than the checkpoint: a
 * sweep that is behind would then ask for settled slices again and again, and in a busy account get nowhere.
 */
export const settledAfter = (slice: Slice, { now, overlapMinutes }: SweepPlan): number =>
  Math.min(slice.to, now - overlapMinutes * minuteMs);

/** A day: the longest that is asked for at once. */
const longestStretch = dayMs / sliceMs;

/**
 * How many slices the next stretch takes together. An empty slice costs a request as a full one does, so that in a quiet
 * account days would take hours; each stretch that was easy doubles the next, one that held too much ends that.
 */
export const nextReach = (reach: number, easy: boolean): number =>
  easy ? Math.min(longestStretch, reach * 2) : 1;

/** The first slices as one, and those after them. */
export function takeStretch(slices: readonly Slice[], reach: number): { stretch?: Slice; later: Slice[] } {
  const [first, ...others] = slices.slice(0, reach);
  const later = slices.slice(reach);
  return first ? { stretch: { from: first.from, to: others.at(-1)?.to ?? first.to }, later } : { later };
}

/** Two halves of a slice that holds too much for one go; none where it cannot be shorter. */
export function halvesOf({ from, to }: Slice): [Slice, Slice] | undefined {
  const middle = Math.floor((from + to) / 2 / 1000) * 1000;
  return middle - from < shortestSliceMs || to <= middle
    ? undefined
    : [
        { from, to: middle },
        { from: middle, to },
      ];
}
