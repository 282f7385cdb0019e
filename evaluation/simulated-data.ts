import { secretKey } from '../functions/core/model/access-event.ts';
import { parseSettings } from '../functions/core/model/settings.ts';
import type { EvaluatedData } from './evaluated-data.ts';
import { generateOrganisation } from './organisation/organisation.ts';
import { assignGrades } from './organisation/seeds.ts';

/** One simulated organisation. Plain data: it travels to a worker. */
export interface Simulation {
  readonly seed: number;
  /** Which grades its attacks have: over all organisations each kind has as many of each. */
  readonly index: number;
  readonly days: number;
  readonly secrets: number;
  readonly principals: number;
  /** Of attacks; default: all. */
  readonly kinds?: readonly string[];
}

/** Without attacks, so that an auditor can learn what is usual: 35 of 90 days, and the same part of shorter times. */
export const quietDaysOf = (days: number): number => Math.floor((days * 35) / 90);

export function simulate({ seed, index, days, secrets, principals, kinds }: Simulation): EvaluatedData {
  const quietDays = quietDaysOf(days);
  const grades = assignGrades(index);
  const organisation = generateOrganisation({
    seed,
    days,
    secrets,
    principals,
    quietDays,
    attacks: (kind) => (kinds === undefined || kinds.includes(kind) ? grades(kind) : []),
  });
  return {
    name: `seed ${seed}`,
    startsAt: Date.parse(organisation.firstDay),
    days,
    quietDays,
    settings: parseSettings(settingsText(organisation.decoys), 'audit.yaml'),
    inventory: new Map(organisation.secrets.map((secret) => [secretKey(secret), { tags: secret.tags }])),
    attacks: organisation.attacks.map(({ startedAt, ...attack }) => ({
      ...attack,
      startedAt: Date.parse(startedAt),
    })),
    oddities: organisation.peacefulOddities,
    recordsOf: (day) => organisation.recordsOf(day),
  };
}

/** The organisation's operators have declared their decoys and which tag names the owner, and nothing else. */
const settingsText = (decoys: readonly string[]): string =>
  JSON.stringify({
    version: 1,
    defaults: { ownerTag: 'team' },
    secrets: decoys.map((name) => ({ match: { name }, decoy: true })),
  });
