/** Time. All moments are whole seconds since 1970, as CloudTrail writes no fractions; days are indexes from the first. */
export const minute = 60;
export const hour = 3600;
export const dayLength = 86_400;

export interface Calendar {
  /** yyyy-mm-dd, UTC. */
  readonly firstDay: string;
  /** The first second of day 0. */
  readonly start: number;
  readonly days: number;
  /** Days on which hardly anybody works. */
  readonly holidays: ReadonlySet<number>;
}

/** Where people are; enough to have two sets of daylight saving rules, one without, and half an hour. */
export type Zone = 'Europe/Berlin' | 'Europe/London' | 'America/New_York' | 'Asia/Kolkata';

export const startOf = (calendar: Calendar, day: number): number => calendar.start + day * dayLength;

export const dayOf = (calendar: Calendar, at: number): number =>
  Math.floor((at - calendar.start) / dayLength);

/** 0 is Sunday. */
export const weekdayOf = (calendar: Calendar, day: number): number =>
  new Date(startOf(calendar, day) * 1000).getUTCDay();

/** Day of the month, from 1. */
export const dateOf = (calendar: Calendar, day: number): number =>
  new Date(startOf(calendar, day) * 1000).getUTCDate();

/** From 0. */
export const monthOf = (calendar: Calendar, day: number): number =>
  new Date(startOf(calendar, day) * 1000).getUTCMonth();

/** Weeks begin on the weekday of day 0. */
export const weekOf = (day: number): number => Math.floor(day / 7);

export function isWorkday(calendar: Calendar, day: number): boolean {
  const weekday = weekdayOf(calendar, day);
  return weekday !== 0 && weekday !== 6 && !calendar.holidays.has(day);
}

const dateOfDay = new Map<number, string>();
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** `eventTime` of a moment, in whole seconds. One for each record, so it formats each date but once. */
export function isoOf(at: number): string {
  const second = ((at % dayLength) + dayLength) % dayLength;
  const day = at - second;
  let date = dateOfDay.get(day);
  if (date === undefined) {
    date = new Date(day * 1000).toISOString().slice(0, 11);
    dateOfDay.set(day, date);
  }
  const ofHour = second % hour;
  return `${date}${twoDigits[(second - ofHour) / hour]}:${twoDigits[(ofHour - (ofHour % minute)) / minute]}:${twoDigits[ofHour % minute]}Z`;
}

/** As in `responseElements.deletionDate`: "Jul 10, 2023, 12:07:59 PM". */
export const longDateOf = (at: number): string =>
  new Date(at * 1000).toLocaleString('en-US', {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  });

/** The moment at which clocks of `zone` show `minuteOfDay` on the local day `day`. */
export function momentOf(calendar: Calendar, zone: Zone, day: number, minuteOfDay: number): number {
  const wall = startOf(calendar, day) + Math.floor(minuteOfDay * minute);
  return wall - offsetOf(zone, wall) * minute;
}

/** What clocks of `zone` show, in minutes since midnight. */
export function localMinuteOf(zone: Zone, at: number): number {
  const wall = at + offsetOf(zone, at) * minute;
  return Math.floor((((wall % dayLength) + dayLength) % dayLength) / minute);
}

/** Minutes east of UTC. Rules of the EU and the USA since 2007; the hour of the change itself is not exact. */
function offsetOf(zone: Zone, at: number): number {
  if (zone === 'Asia/Kolkata') return 330;
  const date = new Date(at * 1000);
  const year = date.getUTCFullYear();
  if (zone === 'America/New_York') {
    const isSummer = at >= sundayOf(year, 2, 8) && at < sundayOf(year, 10, 1);
    return isSummer ? -240 : -300;
  }
  const isSummer = at >= sundayOf(year, 2, 25) && at < sundayOf(year, 9, 25);
  return (zone === 'Europe/Berlin' ? 60 : 0) + (isSummer ? 60 : 0);
}

/** The first second of the first Sunday on or after that date. */
function sundayOf(year: number, month: number, date: number): number {
  const from = new Date(Date.UTC(year, month, date));
  return Date.UTC(year, month, date + ((7 - from.getUTCDay()) % 7)) / 1000;
}
