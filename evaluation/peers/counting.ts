import type { PeerEvent } from './peer-event.ts';
import type { Watching } from './peer-rule.ts';

type Test = (event: PeerEvent) => boolean;
type Text = (event: PeerEvent) => string;

export const minutes = (count: number): number => count * 60_000;
export const days = (count: number): number => minutes(count * 24 * 60);

const none: readonly PeerEvent[] = [];

/** Every event that matches, for itself. */
export const each = (matches: Test) => (): Watching => (event) => (matches(event) ? [event] : none);

interface Counted {
  readonly event: PeerEvent;
  readonly value: string;
  told: boolean;
}

export interface DistinctCount {
  readonly matches: Test;
  readonly by: Text;
  readonly value: Text;
  readonly atLeast: number;
  readonly within: number;
}

/** Different values by group within a window that slides with the events, both ends included. */
export const distinctWithin =
  ({ matches, by, value, atLeast, within }: DistinctCount) =>
  (): Watching => {
    const groups = new Map<string, Counted[]>();
    return (event) => {
      if (!matches(event)) return none;
      const group = by(event);
      const kept = (groups.get(group) ?? []).filter((counted) => counted.event.time >= event.time - within);
      kept.push({ event, value: value(event), told: false });
      groups.set(group, kept);
      return new Set(kept.map((counted) => counted.value)).size >= atLeast ? untold(kept) : none;
    };
  };

function untold(counted: readonly Counted[]): PeerEvent[] {
  const fresh = counted.filter(({ told }) => !told);
  for (const entry of fresh) entry.told = true;
  return fresh.map(({ event }) => event);
}

export interface DedupThreshold {
  readonly matches: Test;
  readonly by: Text;
  readonly threshold: number;
  readonly period: number;
  /** Panther's `unique`: different values are counted instead of events. */
  readonly unique?: Text;
}

/**
 * Panther's `Threshold` and `DedupPeriodMinutes`: the first match of a group opens a period; from the threshold's
 * event on all its matches belong to one alert; the first match after the period opens another.
 *
 * Source: "Rules and Scheduled Rules: Deduplication of alerts" in Panther's documentation.
 */
export const perDedupPeriod =
  ({ matches, by, threshold, period, unique }: DedupThreshold) =>
  (): Watching => {
    const groups = new Map<string, { readonly opened: number; readonly counted: Counted[] }>();
    return (event) => {
      if (!matches(event)) return none;
      const group = by(event);
      const known = groups.get(group);
      const open = known && event.time < known.opened + period ? known : { opened: event.time, counted: [] };
      if (open !== known) groups.set(group, open);
      open.counted.push({ event, value: unique ? unique(event) : event.id, told: false });
      const count = unique ? new Set(open.counted.map(({ value }) => value)).size : open.counted.length;
      return count >= threshold ? untold(open.counted) : none;
    };
  };

/** Elastic's New Terms and Datadog's New Value: a value that no matching event had within `history` before. */
export const newTerm =
  ({ matches, term, history, silentFor = 0 }: NewTerm) =>
  (): Watching => {
    const lastSeen = new Map<string, number>();
    let began: number | undefined;
    return (event) => {
      if (!matches(event)) return none;
      began ??= event.time;
      const value = term(event);
      const before = lastSeen.get(value);
      lastSeen.set(value, event.time);
      if (event.time < began + silentFor) return none;
      return before === undefined || event.time - before > history ? [event] : none;
    };
  };

export interface NewTerm {
  readonly matches: Test;
  readonly term: Text;
  readonly history: number;
  /** Learning: nothing is told for this long after the first matching event. */
  readonly silentFor?: number;
}

interface Baseline {
  readonly since: number;
  bucket: number;
  inBucket: Counted[];
  sum: number;
  sumOfSquares: number;
}

export interface Anomaly {
  readonly matches: Test;
  readonly by: Text;
  readonly bucket: number;
  readonly learning: number;
  /** Standard deviations above the mean. */
  readonly tolerance: number;
}

/**
 * More matching events of a group in one bucket of time than its mean and `tolerance` standard deviations, over all
 * its buckets so far (empty ones too), once it has been known for the learning duration.
 */
export const anomalousCount =
  ({ matches, by, bucket, learning, tolerance }: Anomaly) =>
  (): Watching => {
    const baselines = new Map<string, Baseline>();
    return (event) => {
      if (!matches(event)) return none;
      const group = by(event);
      const now = Math.floor(event.time / bucket);
      let baseline = baselines.get(group);
      if (!baseline) {
        baseline = { since: now, bucket: now, inBucket: [], sum: 0, sumOfSquares: 0 };
        baselines.set(group, baseline);
      }
      if (now !== baseline.bucket) {
        baseline.sum += baseline.inBucket.length;
        baseline.sumOfSquares += baseline.inBucket.length ** 2;
        baseline.bucket = now;
        baseline.inBucket = [];
      }
      baseline.inBucket.push({ event, value: '', told: false });
      const buckets = now - baseline.since;
      if (buckets * bucket < learning) return none;
      const mean = baseline.sum / buckets;
      const deviation = Math.sqrt(Math.max(0, baseline.sumOfSquares / buckets - mean ** 2));
      // A group with hardly any history has no spread; that of a count of one is one.
      const limit = mean + tolerance * Math.max(1, deviation);
      return baseline.inBucket.length > limit ? untold(baseline.inBucket) : none;
    };
  };
