import { identityOf, valueReads } from '../completeness/value-reads.ts';
import { dayNumber, startOfDay } from '../history/days-seen.ts';
import { type AccessEvent, type SecretRef, secretKey } from '../model/access-event.ts';
import type { AccessRow, Activity } from '../model/report.ts';
import { compareText } from '../order.ts';

export interface ReadTallies {
  /** The most reads first. */
  readonly access: AccessRow[];
  readonly activity: Activity;
}

interface Pair {
  readonly secret: SecretRef;
  readonly actor: AccessEvent['actor'];
  readonly days: Set<number>;
  reads: number;
}

export const isPerson = (kind: string): boolean => kind === 'person' || kind === 'root';

/** Who read what how often, and when; each reading of a value once. */
export function tallyReads(events: readonly AccessEvent[]): ReadTallies {
  const pairs = new Map<string, Pair>();
  const hours = new Map<number, number>();
  const days = new Map<number, { count: number; people: number }>();
  for (const { secret, event } of valueReads(events)) {
    const key = `${secretKey(secret)} ${identityOf(event)}`;
    const pair = pairs.get(key) ?? { secret, actor: event.actor, days: new Set(), reads: 0 };
    pairs.set(key, pair);
    pair.reads += 1;
    if (event.time === null) continue;
    const day = dayNumber(event.time);
    pair.days.add(day);
    const hour = hourOfWeek(event.time);
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
    const ofDay = days.get(day) ?? { count: 0, people: 0 };
    days.set(day, ofDay);
    ofDay.count += 1;
    if (isPerson(event.actor.kind)) ofDay.people += 1;
  }
  return {
    access: [...pairs.values()].map(rowOf).sort(mostFirst),
    activity: { counts: 'reads', hours: hourCells(hours), days: everyDay(days) },
  };
}

function rowOf({ secret: { name, account, region }, actor, days, reads }: Pair): AccessRow {
  const seen = [...days].sort((a, b) => a - b);
  return {
    secret: { name, account, region },
    principal: actor.principal,
    account: actor.account,
    kind: actor.kind,
    reads,
    days: seen.length,
    first: dayText(seen[0]),
    last: dayText(seen.at(-1)),
  };
}

export const mostFirst = (a: AccessRow, b: AccessRow): number =>
  (b.reads ?? b.days) - (a.reads ?? a.days) ||
  compareText(secretKeyOf(a), secretKeyOf(b)) ||
  compareText(a.principal, b.principal);

const secretKeyOf = ({ secret: { account, region, name } }: AccessRow): string =>
  `${account}:${region}:${name}`;

/** 0 is the first hour of Monday, UTC. 1 January 1970 was a Thursday. */
export const hourOfWeek = (time: number): number => (Math.floor(time / 3_600_000) + 3 * 24) % 168;

export const hourCells = (hours: ReadonlyMap<number, number>): Activity['hours'] =>
  [...hours]
    .sort(([a], [b]) => a - b)
    .map(([hour, count]) => ({ weekday: Math.floor(hour / 24), hour: hour % 24, count }));

/** From the first to the last, also those with none: a quiet day is news too. */
export function everyDay(
  days: ReadonlyMap<number, { readonly count: number; readonly people: number }>,
): Activity['days'] {
  const seen = [...days.keys()].sort((a, b) => a - b);
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    day: dayText(first + index) ?? '',
    ...(days.get(first + index) ?? { count: 0, people: 0 }),
  }));
}

export const dayText = (day: number | undefined): string | null =>
  day === undefined ? null : new Date(startOfDay(day)).toISOString().slice(0, 10);
