import { daysBefore, startOfDay } from '../history/days-seen.ts';
import { Profile } from '../history/profile.ts';
import { digestOf } from '../history/sightings.ts';
import { type SecretRef, secretKey } from '../model/access-event.ts';
import type { AccessRow } from '../model/report.ts';
import {
  dayText,
  everyDay,
  hourCells,
  hourOfWeek,
  isPerson,
  mostFirst,
  type ReadTallies,
} from './read-tallies.ts';

export interface HabitOptions {
  /** `account/principal` → the identity's profile as text. */
  readonly habits: ReadonlyMap<string, string>;
  /** A profile names secrets by a digest: only these can be told. */
  readonly secrets: readonly SecretRef[];
  /** UTC days, counted from the epoch; both are counted. */
  readonly firstDay: number;
  readonly lastDay: number;
}

/** Who read what on how many days, and who was at work when: as much of it as is remembered of each identity. */
export function tallyHabits({ habits, secrets, firstDay, lastDay }: HabitOptions): ReadTallies {
  const byDigest = new Map(secrets.map((secret) => [digestOf(secretKey(secret)), secret]));
  const within = (seen: Parameters<typeof daysBefore>[0]): number[] =>
    daysBefore(seen, lastDay + 1).filter((day) => day >= firstDay);
  const access: AccessRow[] = [];
  const hours = new Map<number, number>();
  const days = new Map<number, { count: number; people: number }>();
  for (const [identity, text] of habits) {
    const profile = Profile.parse(text);
    const separator = identity.indexOf('/');
    const who = { account: identity.slice(0, separator), principal: identity.slice(separator + 1) };
    const kind = kindOf(who.principal);
    for (const [digest, seen] of profile.values('secret')) {
      const secret = byDigest.get(digest);
      const read = within(seen);
      if (!secret || read.length === 0) continue;
      const { name, account, region } = secret;
      access.push({
        secret: { name, account, region },
        ...who,
        kind,
        reads: null,
        days: read.length,
        first: dayText(read.at(-1)),
        last: dayText(read[0]),
      });
    }
    for (const [hour, seen] of profile.values('hour')) {
      for (const day of within(seen)) {
        const cell = hourOfWeek(startOfDay(day) + Number(hour) * 3_600_000);
        hours.set(cell, (hours.get(cell) ?? 0) + 1);
      }
    }
    for (const day of within(profile.days('day'))) {
      const ofDay = days.get(day) ?? { count: 0, people: 0 };
      days.set(day, ofDay);
      ofDay.count += 1;
      if (isPerson(kind)) ofDay.people += 1;
    }
  }
  return {
    access: access.sort(mostFirst),
    activity: { counts: 'identities', hours: hourCells(hours), days: everyDay(days) },
  };
}

/** A person's stable identity is the role with the session; a machine's the role alone. */
function kindOf(principal: string): string {
  const resource = principal.split(':').slice(5).join(':');
  if (resource === 'root') return 'root';
  if (/^(assumed-role|federated-user)\//.test(resource)) return 'person';
  return /^(role|user)\//.exec(resource)?.[1] ?? 'unknown';
}
