import { startOfDay } from '../history/days-seen.ts';
import { type ActionGroup, actionGroups } from '../model/contract-clause.ts';
import { compareText } from '../order.ts';
import { more, plural } from '../phrases.ts';
import { busiest, type PlaceTally, placeKey } from './places.ts';
import type { Tally } from './tally.ts';
import { isPeople, type LearnedIdentity, type Use } from './uses.ts';

const nouns: Readonly<Record<ActionGroup, string>> = {
  read: 'read',
  describe: 'describe',
  list: 'list',
  write: 'change',
  stage: 'move of stages',
  policy: 'call about its policy',
};

const plurals: Readonly<Partial<Record<ActionGroup, string>>> = {
  stage: 'moves of stages',
  policy: 'calls about its policy',
};

export const number = (count: number): string => count.toLocaleString('en-GB');

/** `2026-04-04` */
export const dateOf = (day: number): string => new Date(startOfDay(day)).toISOString().slice(0, 10);
export const dateOfTime = (time: number): string => new Date(time).toISOString().slice(0, 10);

export const counted = (count: number, group: ActionGroup): string =>
  count === 1 ? `1 ${nouns[group]}` : `${number(count)} ${plurals[group] ?? `${nouns[group]}s`}`;

/** `1,204 reads and 30 describes`. */
export function countedGroups(groups: ReadonlyMap<ActionGroup, Tally>): string {
  const parts = actionGroups.flatMap((group) => {
    const tally = groups.get(group);
    return tally ? [counted(tally.count, group)] : [];
  });
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

const toolsShown = 3;
const placesShown = 2;

export function toolsOf(use: Use): string {
  const tools = [...use.tools]
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || compareText(a, b))
    .map(([tool]) => tool);
  return `${tools.slice(0, toolsShown).join(', ')}${more(tools.length - toolsShown)}`;
}

const percent = (part: number, whole: number): string => {
  const share = Math.round((part / whole) * 100);
  return `${part < whole && share === 100 ? 99 : share} %`;
};

/** `nat-1 (98 %), people-1 (2 %)`: the most used first. */
export function placesOf(use: Use, nameOf: (tally: PlaceTally) => string): string {
  const shares = new Map<string, number>();
  for (const tally of busiest(use.places)) {
    const name = nameOf(tally);
    shares.set(name, (shares.get(name) ?? 0) + tally.count);
  }
  if (use.elsewhere > 0) shares.set('where the log names no network', use.elsewhere);
  const sorted = [...shares].sort(([a, ofA], [b, ofB]) => ofB - ofA || compareText(a, b));
  if (sorted.length === 1) return sorted[0]?.[0] ?? '';
  const shown = sorted.slice(0, placesShown).map(([name, count]) => `${name} (${percent(count, use.count)})`);
  return `${shown.join(', ')}${more(sorted.length - placesShown)}`;
}

/** `1,204 reads on 88 of 90 days, last 2026-04-04, from nat-1 (98 %) and 1 more, with boto3`. */
export function evidenceOf(
  use: Use,
  identity: LearnedIdentity,
  periodDays: number,
  nameOf: (tally: PlaceTally) => string,
): string {
  const people = isPeople(identity)
    ? ` by ${use.people.size === 1 ? '1 person' : `${use.people.size} people`}`
    : '';
  const refused =
    use.refused > 0 ? `; refused ${use.refused === 1 ? 'once' : `${number(use.refused)} times`}` : '';
  return `${countedGroups(use.groups)}${people} on ${use.days.size} of ${plural(periodDays, 'day')}, last ${dateOfTime(use.last)}, from ${placesOf(use, nameOf)}, with ${toolsOf(use)}${refused}`;
}

const kinds = { role: 'role', user: 'user', permissionSet: 'permission set', service: 'service' } as const;

/** `role billing-api`, `mara with permission set OnCall`; with the account where it is not the secret's. */
export function whoOf(identity: LearnedIdentity, secretAccount: string, use?: Use): string {
  const elsewhere =
    identity.kind === 'service' || identity.account === secretAccount
      ? ''
      : ` of account ${identity.account}`;
  const people = use ? [...use.people.keys()].sort(compareText) : [];
  const named =
    people.length === 1 ? `${people[0]} with ` : people.length > 1 ? `${people.length} people with ` : '';
  return `${named}${kinds[identity.kind]} ${identity.name}${elsewhere}`;
}

/** `once, on 2026-03-02`, `3 times on 2 days, last 2026-03-02`. */
export const frequencyOf = (tally: Tally): string =>
  tally.count === 1
    ? `once, on ${dateOfTime(tally.last)}`
    : `${number(tally.count)} times on ${plural(tally.days.size, 'day')}, last ${dateOfTime(tally.last)}`;

/** `on 2026-03-02`, `on 2 days, last 2026-03-02`. */
export const daysOf = (tally: Tally): string =>
  tally.days.size === 1
    ? `on ${dateOfTime(tally.last)}`
    : `on ${plural(tally.days.size, 'day')}, last ${dateOfTime(tally.last)}`;

/** Where, for what has no named network: blocks themselves. */
export const rawPlacesOf = (use: Use): string => placesOf(use, ({ place }) => placeKey(place));
