/** Whole hours since the epoch. */
export const hourMs = 3_600_000;

/** So many records an hour, at the median, make an hour without any improbable: by chance alone, below 1 in 100,000. */
const busyRecords = 12;
/** Of the hours that are compared with, so many must have records. */
const busyShare = 0.8;
/** The same, where there are only the other hours of less than two days: nights are quiet, and take a third of a day. */
const busyShareOfAll = 0.75;

/** Hours with records and how many, in order of time. */
export type HourCounts = readonly (readonly [hour: number, records: number])[];

/** A run of hours without a record. Both ends belong to it. */
export interface EmptyRun {
  readonly first: number;
  readonly last: number;
}

/** The runs between hours with records. */
export function emptyRuns(hours: HourCounts): EmptyRun[] {
  return hours.flatMap(([hour], index) => {
    const next = hours[index + 1]?.[0];
    return next === undefined || next === hour + 1 ? [] : [{ first: hour + 1, last: next - 1 }];
  });
}

const hoursADay = 24;
const hoursAWeek = 7 * hoursADay;

/** Day 0 was a Thursday. */
const isWeekendDay = (day: number): boolean => (day + 4) % 7 === 0 || (day + 4) % 7 === 6;
const dayOf = (hour: number): number => Math.floor(hour / hoursADay);

/** Hours of one time of day, apart for working days and weekends. */
const binOf = (hour: number): string =>
  `${hour % hoursADay}${isWeekendDay(dayOf(hour)) ? ' at weekends' : ''}`;

/** How many hours from `first` to `last` are like `hour`: the same time of day, on the same kind of day. */
function countLike(hour: number, first: number, last: number): number {
  const isWeekend = isWeekendDay(dayOf(hour));
  const daysAWeek = isWeekend ? 2 : 5;
  let from = first + ((((hour - first) % hoursADay) + hoursADay) % hoursADay);
  const weeks = Math.max(0, Math.floor((last - from) / hoursAWeek));
  from += weeks * hoursAWeek;
  let count = weeks * daysAWeek;
  for (; from <= last; from += hoursADay) if (isWeekendDay(dayOf(from)) === isWeekend) count += 1;
  return count;
}

export interface Habits {
  /** Whether an hour without a record is improbable there, by the hours outside its run. */
  expectsRecords(hour: number, run: EmptyRun): boolean;
  /** At how many of the times that occur, an empty hour would be. */
  readonly told: 'always' | 'sometimes' | 'never';
}

/** What is usual for the hours of a place, which its own hours tell. */
export function habitsOf(hours: HourCounts): Habits {
  const first = hours[0]?.[0] ?? 0;
  const last = hours.at(-1)?.[0] ?? 0;
  const byBin = Map.groupBy(hours, ([hour]) => binOf(hour));
  const all = hours.map(([, records]) => records).sort((a, b) => a - b);

  const isBusy = (records: readonly number[], among: number, share: number): boolean =>
    records.length >= among * share && (records[Math.floor(records.length / 2)] ?? 0) >= busyRecords;
  const expectsRecords = (hour: number, run: EmptyRun): boolean => {
    const within = { first: Math.max(first, run.first), last: Math.min(last, run.last) };
    const isInside = within.last >= within.first;
    const length = isInside ? within.last - within.first + 1 : 0;
    const like = countLike(hour, first, last) - (isInside ? countLike(hour, within.first, within.last) : 0);
    if (like === 0) return isBusy(all, last - first + 1 - length, busyShareOfAll);
    const records = (byBin.get(binOf(hour)) ?? []).map(([, count]) => count).sort((a, b) => a - b);
    return isBusy(records, like, busyShare);
  };

  const week = Array.from({ length: Math.min(last - first + 1, hoursAWeek) }, (_, index) => first + index);
  const told = new Set(week.map((hour) => expectsRecords(hour, { first: hour, last: hour })));
  return {
    expectsRecords,
    told: !told.has(true) ? 'never' : told.has(false) ? 'sometimes' : 'always',
  };
}
