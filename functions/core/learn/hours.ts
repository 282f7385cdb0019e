import { parseDays, parseTimeOfDay, type Weekday, weekdays } from '../contracts/calendar-text.ts';
import { createHours } from '../contracts/calendars.ts';
import type { Calendar } from '../model/named-settings.ts';
import { hourMs, type Use } from './uses.ts';

export interface DraftCalendar {
  readonly name: string;
  readonly zone: string;
  readonly days: string;
  readonly from: string;
  readonly to: string;
}

/** Fewer would be a guess about people who may work at other hours tomorrow. */
const leastAccesses = 30;
const leastDays = 15;
const leastSpanDays = 28;
/** Longer hours than this tell no night from a day. */
const longest = 14;

/** The working hours of people, where all that they did lies in some; an hour is added at both ends. */
export function guessHours(use: Use, zone: string): DraftCalendar | undefined {
  if (use.count < leastAccesses || use.days.size < leastDays) return undefined;
  if (use.last - use.first < leastSpanDays * 24 * hourMs) return undefined;
  const clock = createHours({ zone, days: [...weekdays], from: '00:00', to: '24:00', holidays: [] });
  const seenDays = new Set<Weekday>();
  let first = 24;
  let last = 0;
  for (const hour of use.hours.keys()) {
    const { weekday, time } = clock.local(hour * hourMs);
    const local = Number(time.slice(0, 2));
    seenDays.add(weekday);
    first = Math.min(first, local);
    // Zones that are half an hour off: the hour of UTC reaches into the next one here.
    last = Math.max(last, time.endsWith(':00') ? local + 1 : local + 2);
  }
  const from = Math.max(0, first - 1);
  const to = Math.min(24, last + 1);
  if (to - from > longest) return undefined;
  const isWeek = !seenDays.has('Sat') && !seenDays.has('Sun');
  return {
    name: `${isWeek ? 'workdays' : 'daily'}-${pad(from)}-${pad(to)}`,
    zone,
    days: isWeek ? 'Mon-Fri' : 'Mon-Sun',
    from: `${pad(from)}:00`,
    to: `${pad(to)}:00`,
  };
}

/** So many hours at either end, of a day that somebody may work, in which nobody ever did. */
const idleHours = 3;

/** The hours that were used, where the calendar permits many more; `undefined` where it fits, or too little is known. */
export function unusedHours(use: Use, calendar: Calendar): string | undefined {
  const guessed = guessHours(use, calendar.zone);
  const from = parseTimeOfDay(calendar.from) ?? 0;
  const to = parseTimeOfDay(calendar.to) ?? 24 * 60;
  if (!guessed || from > to) return undefined;
  const usedFrom = parseTimeOfDay(guessed.from) ?? 0;
  const usedTo = parseTimeOfDay(guessed.to) ?? 24 * 60;
  const isIdle = usedFrom - from >= idleHours * 60 || to - usedTo >= idleHours * 60;
  const days = parseDays(calendar.days);
  const isIdleAtWeekends =
    guessed.days === 'Mon-Fri' && (days?.has('Sat') === true || days?.has('Sun') === true);
  return isIdle || isIdleAtWeekends
    ? `${guessed.days} ${guessed.from}-${guessed.to} ${calendar.zone}`
    : undefined;
}

const pad = (hour: number): string => String(hour).padStart(2, '0');
