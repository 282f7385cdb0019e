/**
 * Can odd hours alone tell an insider from colleagues on call? `node evaluation/odd-hours.ts` counts, on the tuning
 * seeds, the days on which people read far from every hour that is known of them: in peace, and by insiders of the hard
 * grade. docs/evaluation.md quotes it.
 */
import { dayNumber } from '../functions/core/history/days-seen.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import { normaliseCloudTrail } from '../functions/core/normalise/cloudtrail.ts';
import { generateOrganisation, type Organisation } from './organisation/organisation.ts';
import { tuningSeeds } from './organisation/seeds.ts';
import { asText } from './tables.ts';

const quietDays = 35;
const limits = [
  { knownDays: 4, distance: 3 },
  { knownDays: 9, distance: 4 },
  { knownDays: 7, distance: 5 },
] as const;

interface OddDay {
  readonly knownDays: number;
  /** Hours to the nearest known one. */
  readonly distance: number;
  readonly isAttack: boolean;
}

function* oddDays(organisation: Organisation): Generator<OddDay> {
  const insiders = new Set(
    organisation.attacks
      .filter(({ kind, grade }) => kind === 'insider-at-night' && grade === 'hard')
      .flatMap(({ eventIds }) => eventIds),
  );
  const attacks = new Set(organisation.attacks.flatMap(({ eventIds }) => eventIds));
  const known = new Map<string, { hours: Set<number>; days: Set<number> }>();
  for (let day = 0; day < organisation.days; day += 1) {
    const events = organisation.recordsOf(day).flatMap((record) => normaliseCloudTrail(record) ?? []);
    const people = events.filter(({ actor, outcome }) => actor.kind === 'person' && outcome === 'allowed');
    const judged = new Set<string>();
    for (const event of people) {
      const habits = known.get(event.actor.principal);
      if (!habits || day < quietDays || event.action !== 'read' || judged.has(event.actor.principal))
        continue;
      const isInsider = insiders.has(event.id);
      if (attacks.has(event.id) && !isInsider) continue;
      judged.add(event.actor.principal);
      yield {
        knownDays: habits.days.size,
        distance: Math.min(...[...habits.hours].map((hour) => hoursBetween(hour, hourOf(event)))),
        isAttack: isInsider,
      };
    }
    for (const event of people) {
      const habits = known.get(event.actor.principal) ?? { hours: new Set(), days: new Set() };
      known.set(event.actor.principal, habits);
      habits.hours.add(hourOf(event));
      habits.days.add(dayNumber(event.time ?? 0));
    }
  }
}

const hourOf = ({ time }: AccessEvent): number => new Date(time ?? 0).getUTCHours();

const hoursBetween = (a: number, b: number): number => Math.min((a - b + 24) % 24, (b - a + 24) % 24);

const found = tuningSeeds.flatMap((seed) => [...oddDays(generateOrganisation({ seed }))]);
const count = (isAttack: boolean, limit: (typeof limits)[number]): string =>
  String(
    found.filter(
      (day) =>
        day.isAttack === isAttack && day.knownDays >= limit.knownDays && day.distance >= limit.distance,
    ).length,
  );

process.stdout.write(
  asText({
    title: `Days outside known hours (${tuningSeeds.length} organisations, ${tuningSeeds.length} hard insiders)`,
    head: ['known on at least', 'hours from any known hour, at least', 'days in peace', 'attacks'],
    rows: limits.map((limit) => [
      `${limit.knownDays} days`,
      String(limit.distance),
      count(false, limit),
      count(true, limit),
    ]),
  }),
);
