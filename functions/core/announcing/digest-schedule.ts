import { createHours } from '../contracts/calendars.ts';
import type { DigestSettings } from '../model/notify-settings.ts';

const dayMs = 86_400_000;

/** Whole days, from midnight on. */
const wholeDays = { days: 'Mon-Sun', from: '00:00', to: '24:00', holidays: [] };

/**
 * The local date of the digest that is due last, today's if its time has come: what was missed is made up for.
 *
 * @returns `undefined` where none is wanted
 */
export function lastDue({ every, day, at, zone }: DigestSettings, now: number): string | undefined {
  if (every === 'never') return undefined;
  const { local } = createHours({ zone, ...wholeDays });
  for (let back = 0; back <= 7; back += 1) {
    const { date, weekday, time } = local(now - back * dayMs);
    const hasCome = back > 0 || time >= at;
    if (hasCome && (every === 'daily' || weekday === day)) return date;
  }
  return undefined;
}

/** How long ago the one before was. */
export const periodOf = ({ every }: DigestSettings): number => (every === 'daily' ? dayMs : 7 * dayMs);
