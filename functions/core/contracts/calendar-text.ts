export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export type Weekday = (typeof weekdays)[number];

const indexOf = (day: string): number => weekdays.indexOf(day as Weekday);

/** The days of `Mon-Fri`, `Sat` or a list of such; a span may run over Sunday. `undefined` where one is no day. */
export function parseDays(written: string | readonly string[]): ReadonlySet<Weekday> | undefined {
  const days = new Set<Weekday>();
  for (const part of [written].flat()) {
    const [from = '', to = from, ...rest] = part.split('-');
    const first = indexOf(from);
    const last = indexOf(to);
    if (first === -1 || last === -1 || rest.length > 0) return undefined;
    for (let day = first; ; day = (day + 1) % 7) {
      const name = weekdays[day];
      if (name) days.add(name);
      if (day === last) break;
    }
  }
  return days;
}

/** `08:00`; `24:00` is the day's end. */
export const timeOfDayForm = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;

/** Minutes since midnight; `undefined` where the text is no time. */
export function parseTimeOfDay(written: string): number | undefined {
  const match = timeOfDayForm.exec(written);
  if (!match) return undefined;
  const [, hours = '24', minutes = '00'] = match;
  return Number(hours) * 60 + Number(minutes);
}

/** Whether it is the name of a zone in the IANA time zone database; an offset such as +01:00 is not. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
