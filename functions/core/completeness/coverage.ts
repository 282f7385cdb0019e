import type { Coverage, CoverageGap, CoveredPlace } from '../model/coverage.ts';
import { compareText } from '../order.ts';
import { type EmptyRun, emptyRuns, type Habits, habitsOf, hourMs } from './empty-hours.ts';

/** What is needed of a record, whatever service wrote it. */
export interface SeenRecord {
  readonly account: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface CoverageRecorder {
  /** Called for every record, millions of them, in any order. Deliveries twice do no harm. */
  seen(record: SeenRecord): void;
  report(): Coverage;
}

interface Place {
  readonly account: string;
  readonly region: string;
  records: number;
  first: number;
  last: number;
  readonly hours: Map<number, number>;
}

/** Counts records by account, Region and hour, and tells which hours are missing. */
export function createCoverage(): CoverageRecorder {
  const accounts = new Map<string, Map<string, Place>>();
  const placeOf = (account: string, region: string): Place => {
    const regions = accounts.get(account) ?? new Map<string, Place>();
    if (regions.size === 0) accounts.set(account, regions);
    const known = regions.get(region);
    if (known) return known;
    const place = {
      account,
      region,
      records: 0,
      first: Number.POSITIVE_INFINITY,
      last: Number.NEGATIVE_INFINITY,
      hours: new Map<number, number>(),
    };
    regions.set(region, place);
    return place;
  };
  return {
    seen({ account, region, time }) {
      const place = placeOf(account, region);
      const hour = Math.floor(time / hourMs);
      place.records += 1;
      if (time < place.first) place.first = time;
      if (time > place.last) place.last = time;
      place.hours.set(hour, (place.hours.get(hour) ?? 0) + 1);
    },
    report() {
      const places = [...accounts.values()].flatMap((regions) => [...regions.values()]);
      const end = places.reduce((latest, { last }) => Math.max(latest, last), Number.NEGATIVE_INFINITY);
      const covered = places
        .map((place) => coveredPlace(place, end))
        .sort((a, b) => compareText(a.account, b.account) || compareText(a.region, b.region));
      const hours = sum(covered.map((place) => place.hours));
      const missing = sum(covered.flatMap(({ gaps }) => gaps.map((gap) => gap.hours)));
      return {
        percent: hours === 0 ? null : floorToTenth((100 * (hours - missing)) / hours),
        places: covered,
      };
    },
  };
}

/** Records of one place may be delivered so much later than another's when files are copied while they arrive. */
const lateHours = 2;

/** @param end time of the last record of any place */
function coveredPlace({ account, region, records, first, last, hours }: Place, end: number): CoveredPlace {
  const counts = [...hours].sort(([a], [b]) => a - b);
  const habits = habitsOf(counts);
  const runs = emptyRuns(counts);
  const missing = runs.filter((run) => isGap(run, habits));
  const rest: EmptyRun = { first: Math.floor(last / hourMs) + 1, last: Math.floor(end / hourMs) - 1 };
  const isCutOff = lengthOf(rest) >= lateHours && habits.expectsRecords(rest.first, rest);
  const firstToLast = Math.floor(last / hourMs) - Math.floor(first / hourMs) + 1;
  return {
    account,
    region,
    from: new Date(first).toISOString(),
    to: new Date(last).toISOString(),
    records,
    hours: firstToLast + (isCutOff ? lengthOf(rest) : 0),
    emptyHours: sum(runs.map(lengthOf)) - sum(missing.map(lengthOf)),
    gapsCanBeTold: habits.told,
    gaps: [...missing.map((run) => gapOf(run, 'between')), ...(isCutOff ? [gapOf(rest, 'end')] : [])],
  };
}

/** Where somebody comes late or leaves early, so many hours of a day's activity are missing at most. */
const lateForWorkHours = 3;

/**
 * A run is a gap where records are missing at one of its ends. It may reach over quiet hours; then some hours must be
 * missing at that end, because nights grow longer now and then.
 */
function isGap(run: EmptyRun, habits: Habits): boolean {
  const length = Math.min(lengthOf(run), lateForWorkHours);
  const isMissing = (hours: readonly number[]): boolean =>
    hours.every((hour) => habits.expectsRecords(hour, run));
  const fromStart = Array.from({ length }, (_, index) => run.first + index);
  const fromEnd = Array.from({ length }, (_, index) => run.last - index);
  return isMissing(fromStart) || isMissing(fromEnd);
}

const lengthOf = ({ first, last }: EmptyRun): number => last - first + 1;

const gapOf = (run: EmptyRun, kind: CoverageGap['kind']): CoverageGap => ({
  from: new Date(run.first * hourMs).toISOString(),
  to: new Date((run.last + 1) * hourMs).toISOString(),
  hours: lengthOf(run),
  kind,
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Rounded down, so that 100 % means all. */
const floorToTenth = (percent: number): number => Math.floor(percent * 10) / 10;
