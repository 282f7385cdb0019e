import type { Calendar } from '../model/named-settings.ts';
import { parseDays, parseTimeOfDay, type Weekday, weekdays } from './calendar-text.ts';

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
/** No zone's offset changes but at a quarter of an hour. */
const slotMs = 15 * minuteMs;
const slotsRemembered = 20_000;

/** A moment as a clock on the wall of a zone shows it. */
export interface LocalTime {
  /** `2026-12-25` */
  readonly date: string;
  readonly weekday: Weekday;
  /** `03:12` */
  readonly time: string;
}

export interface Hours {
  readonly zone: string;
  contains(time: number): boolean;
  local(time: number): LocalTime;
  isHoliday(time: number): boolean;
}

/** The hours of a calendar. A span over midnight belongs, with its days and holidays, to the day on which it begins. */
export function createHours(calendar: Calendar): Hours {
  const wallTime = createWallClock(calendar.zone);
  const days = parseDays(calendar.days) ?? new Set(weekdays);
  const holidays = new Set(calendar.holidays);
  const from = parseTimeOfDay(calendar.from) ?? 0;
  const to = parseTimeOfDay(calendar.to) ?? dayMinutes;

  /** The moment on a clock, and a moment of the day on which its span began. */
  const placed = (time: number): { minute: number; began: number } => {
    const wall = wallTime(time);
    const minute = Math.floor(wall / minuteMs) % dayMinutes;
    return { minute, began: from > to && minute < to ? wall - dayMinutes * minuteMs : wall };
  };
  return {
    zone: calendar.zone,
    contains(time) {
      const { minute, began } = placed(time);
      const within = from < to ? minute >= from && minute < to : minute >= from || minute < to;
      return within && days.has(weekdayOf(began)) && !(holidays.size > 0 && holidays.has(dateOf(began)));
    },
    local(time) {
      const wall = wallTime(time);
      return {
        date: dateOf(wall),
        weekday: weekdayOf(wall),
        time: clockOf(wall),
      };
    },
    isHoliday: (time) => holidays.has(dateOf(placed(time).began)),
  };
}

const weekdayOf = (wall: number): Weekday => weekdays[(new Date(wall).getUTCDay() + 6) % 7] ?? 'Mon';

/** Written by hand: toISOString was among the slowest parts of a judgement. */
function dateOf(wall: number): string {
  const date = new Date(wall);
  return `${padded(date.getUTCFullYear(), 4)}-${padded(date.getUTCMonth() + 1)}-${padded(date.getUTCDate())}`;
}

function clockOf(wall: number): string {
  const date = new Date(wall);
  return `${padded(date.getUTCHours())}:${padded(date.getUTCMinutes())}`;
}

const padded = (number: number, length = 2): string => String(number).padStart(length, '0');

/**
 * What a clock in a zone shows, as if it were UTC, so that dates can be reckoned. Intl knows all zones and their
 * history, but takes microseconds, hence the memory.
 */
function createWallClock(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  return (time) => {
    const slot = Math.floor(time / slotMs);
    let offset = offsets.get(slot);
    if (offset === undefined) {
      const parts = new Map(
        format.formatToParts(slot * slotMs).map(({ type, value }) => [type, Number(value)]),
      );
      const at = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
      offset =
        Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second')) -
        slot * slotMs;
      if (offsets.size >= slotsRemembered) offsets.clear();
      offsets.set(slot, offset);
    }
    return time + offset;
  };
}
