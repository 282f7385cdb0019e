import equal from 'fast-deep-equal';
import type { Clause } from '../model/contract-clause.ts';
import type { SecretEntry } from '../model/contract-settings.ts';
import type { Settings } from '../model/settings.ts';
import type { SettingsSource } from '../model/settings-source.ts';
import { plural } from '../phrases.ts';
import { type AppliedContract, createResolver } from './applied-contract.ts';
import { loudnessOf } from './clauses.ts';
import type { SettingsProblem } from './consistency.ts';
import { accountId, compareSpecificity } from './entries.ts';
import { coversGlob } from './glob.ts';
import { identityKindOf } from './identities.ts';
import type { InventoriedSecret } from './inventory.ts';
import { writtenSecrets } from './written-secrets.ts';

type Inventory = ReadonlyMap<string, InventoriedSecret> | undefined;

interface Resolved {
  readonly name: string;
  readonly applied: AppliedContract;
}

function resolveAll(settings: Settings, inventory: Inventory): Resolved[] {
  const resolve = createResolver(settings);
  return [
    ...[...(inventory?.values() ?? [])].map(({ secret, tags }) => ({ name: secret.name, secret, tags })),
    ...writtenSecrets(settings),
  ].map(({ name, secret, tags }) => ({ name, applied: resolve(secret, tags) }));
}

const decided = ['allow', 'decoy', 'owner', 'ownerTag', 'mode', 'impact', 'rotation', 'posture'] as const;

const saidBy = (entry: SecretEntry) => decided.filter((key) => entry[key] !== undefined);

/** What two entries both decide, differently. A decoy is the opposite of any list of clauses. */
function disputed(a: SecretEntry, b: SecretEntry): string[] {
  const said = saidBy(a).filter((key) => b[key] !== undefined && !equal(a[key], b[key]));
  const isDecoyOfOne = (a.decoy && b.allow) || (a.allow && b.decoy);
  return isDecoyOfOne ? ['allow', ...said] : said;
}

const lineAt = (source: SettingsSource, path: readonly PropertyKey[]): string => {
  const line = source.line(path);
  return line === undefined ? path.join('.') : `line ${line}`;
};

/** Entries that know a secret equally exactly and say different things of it. */
export function rivalEntries(
  settings: Settings,
  inventory: Inventory,
  source: SettingsSource,
): SettingsProblem[] {
  const rivals = new Map<string, { earlier: number; later: number; keys: string[]; names: Set<string> }>();
  for (const { name, applied } of resolveAll(settings, inventory)) {
    for (const [position, later] of applied.entries.entries()) {
      const earlier = applied.entries[position + 1];
      if (!earlier || compareSpecificity(later.specificity, earlier.specificity) !== 0) continue;
      const keys = disputed(later.entry, earlier.entry);
      if (keys.length === 0) continue;
      const id = `${earlier.index} ${later.index}`;
      const known = rivals.get(id) ?? { earlier: earlier.index, later: later.index, keys, names: new Set() };
      rivals.set(id, known);
      known.names.add(name);
    }
  }
  return [...rivals.values()].map(({ earlier, later, keys, names }) => {
    const [name] = names;
    const others = names.size > 1 ? ` and ${plural(names.size - 1, 'other name')}` : '';
    return {
      path: ['secrets', later],
      message: `matches ${name}${others} exactly as well as the entry at ${lineAt(source, ['secrets', earlier])}; this later one decides ${keys.join(', ')}`,
    };
  });
}

/** Entries that match, and of which everything is said by others. */
export function ineffectiveEntries(
  settings: Settings,
  inventory: Inventory,
  source: SettingsSource,
): SettingsProblem[] {
  const matched = new Map<number, Set<number>>();
  const effective = new Set<number>();
  for (const { applied } of resolveAll(settings, inventory)) {
    for (const by of Object.values(applied.by)) if (by.kind === 'entry') effective.add(by.index);
    for (const [position, { index }] of applied.entries.entries()) {
      const above = matched.get(index) ?? new Set();
      matched.set(index, above);
      for (const other of applied.entries.slice(0, position)) above.add(other.index);
    }
  }
  return settings.secrets.flatMap((entry, index) => {
    const path = ['secrets', index];
    const said = saidBy(entry);
    if (said.length === 0) return [{ path, message: 'says nothing of the secrets that it matches' }];
    // Which tag names an owner has its effect where a tag is, which is not known of every secret.
    if (effective.has(index) || said.includes('ownerTag')) return [];
    const above = [...(matched.get(index) ?? [])].sort((a, b) => a - b);
    const lines = above.map((other) => lineAt(source, ['secrets', other])).join(', ');
    return [{ path, message: `has no effect: all that it says is decided by other entries (${lines})` }];
  });
}

/** Clauses of which one permits only what another does, more or less loudly. */
export function containedClauses(settings: Settings, source: SettingsSource): SettingsProblem[] {
  return settings.secrets.flatMap(({ allow = [] }, entry) =>
    allow.flatMap((clause, index) => {
      const wider = allow.findIndex(
        (other, position) =>
          position !== index &&
          loudnessOf(other) !== loudnessOf(clause) &&
          contains(other, clause, settings) &&
          // Of two that are the same, the later is told.
          (position < index || !contains(clause, other, settings)),
      );
      const other = allow[wider];
      if (!other) return [];
      const place = lineAt(source, ['secrets', entry, 'allow', wider]);
      return [
        {
          path: ['secrets', entry, 'allow', index],
          message: `clause ${clause.id} permits nothing that ${other.id} (${place}) does not; where both permit, the louder one speaks, which is ${loudnessOf(clause) > loudnessOf(other) ? clause.id : other.id}`,
        },
      ];
    }),
  );
}

function contains(wide: Clause, narrow: Clause, { accounts }: Settings): boolean {
  const kind = identityKindOf(narrow);
  const account = ({ account: named }: Clause) => named && accountId(named, accounts);
  return (
    identityKindOf(wide) === kind &&
    account(wide) === account(narrow) &&
    coversGlob(wide[kind] ?? '', narrow[kind] ?? '') &&
    containsAll(wide.actions, narrow.actions) &&
    containsAll(wide.from, narrow.from) &&
    (wide.hours === undefined || wide.hours === narrow.hours)
  );
}

const containsAll = (wide: 'any' | readonly string[], narrow: 'any' | readonly string[]): boolean =>
  wide === 'any' || (narrow !== 'any' && narrow.every((item) => wide.includes(item)));
