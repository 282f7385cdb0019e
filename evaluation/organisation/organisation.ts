import { stage } from './attacks/staging.ts';
import type { CloudTrailRecord } from './calls.ts';
import { buildWorld } from './inventory/world.ts';
import { type Attack, type AttackKind, type Grade, grades } from './labels.ts';
import { changesOf } from './peace/changes.ts';
import { peaceOf } from './peace/day.ts';
import { type Oddity, odditiesOf } from './peace/oddities.ts';

export { type Attack, type AttackKind, attackKinds, type Grade } from './labels.ts';

export interface OrganisationOptions {
  readonly seed: number;
  /** 90 */
  readonly days?: number;
  /** 200 */
  readonly secrets?: number;
  /** Of which 40 % are people; 300. */
  readonly principals?: number;
  /** yyyy-mm-dd; 2026-01-05, a Monday. */
  readonly firstDay?: string;
  /** No attack before this day; 35. */
  readonly quietDays?: number;
  /** Which grades of each kind; default: one of each. `() => []` is peace. */
  readonly attacks?: (kind: AttackKind) => readonly Grade[];
}

/** A secret as its operators know it. */
export interface OwnedSecret {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly owner: string;
  readonly isDecoy: boolean;
  readonly createdOnDay: number;
}

export interface Organisation {
  readonly seed: number;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly firstDay: string;
  readonly days: number;
  readonly secrets: readonly OwnedSecret[];
  /** Names that the operators would know to declare. */
  readonly decoys: readonly string[];
  /** In order of their beginning. */
  readonly attacks: readonly Attack[];
  /**
   * The records of that UTC day in order of time; those of one second, peaceful ones first. Nested objects are shared
   * between records: whoever changes one must copy it before.
   */
  recordsOf(day: number): CloudTrailRecord[];
  /** Everything peaceful that is out of the ordinary. */
  readonly peacefulOddities: readonly Oddity[];
}

/** A believable organisation; the same for the same options, and its peace the same whatever the attacks. */
export function generateOrganisation(options: OrganisationOptions): Organisation {
  const {
    seed,
    days = 90,
    secrets = 200,
    principals = 300,
    firstDay = '2026-01-05',
    quietDays = 35,
  } = options;
  const world = buildWorld(seed, { days, secrets, principals, firstDay });
  const changes = changesOf(world);
  const staged = stage(world, quietDays, options.attacks ?? (() => grades));
  return {
    seed,
    accounts: Object.values(world.accounts),
    regions: world.regions,
    firstDay,
    days,
    secrets: world.secrets.map(({ name, account, region, arn, tags, owner, isDecoy, createdOnDay }) => ({
      name,
      account,
      region,
      arn,
      tags,
      owner,
      isDecoy,
      createdOnDay,
    })),
    decoys: world.secrets.filter(({ isDecoy }) => isDecoy).map(({ name }) => name),
    attacks: staged.attacks,
    recordsOf: (day) =>
      // Sorting is stable, so what comes first of one second does not depend on the engine.
      [...peaceOf(world, changes, day).entries, ...staged.recordsOf(day)]
        .sort((a, b) => a.at - b.at)
        .map(({ record }) => record),
    peacefulOddities: odditiesOf(world, changes),
  };
}
