import type { SecretRef } from '../model/access-event.ts';
import type { ContractSettings, SecretEntry } from '../model/contract-settings.ts';
import type { Accounts } from '../model/named-settings.ts';
import { compileGlob, isGlob } from './glob.ts';

export type Tags = Readonly<Record<string, string>>;

/**
 * How exactly an entry names a secret; compared from left to right, more is more specific:
 * exact name; characters of a name's pattern before its first `*`; characters of it without `*`; account; number of
 * tags; Region.
 */
export type Specificity = readonly [
  exact: number,
  prefix: number,
  literal: number,
  account: number,
  tags: number,
  region: number,
];

export interface MatchedEntry {
  /** Its place in `secrets`, from 0. */
  readonly index: number;
  readonly entry: SecretEntry;
  readonly specificity: Specificity;
  /** The pattern by which it knows the name, where it asks for one. */
  readonly pattern: string | undefined;
}

/** @returns entries that match a secret, the most specific first; of equals the one that stands later */
export type EntryMatcher = (secret: SecretRef, tags: Tags | undefined) => readonly MatchedEntry[];

export function createEntryMatcher(settings: Pick<ContractSettings, 'accounts' | 'secrets'>): EntryMatcher {
  const entries = settings.secrets.map((entry, index) => compileEntry(entry, index, settings.accounts));
  return (secret, tags) =>
    entries
      .flatMap((match) => match(secret, tags) ?? [])
      .sort((a, b) => compareSpecificity(b.specificity, a.specificity) || b.index - a.index);
}

export function compareSpecificity(a: Specificity, b: Specificity): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The 12 digits of an account that settings name by name or digits. */
export const accountId = (named: string, accounts: Accounts): string =>
  Object.hasOwn(accounts, named) ? (accounts[named] ?? named) : named;

export const namesOf = ({ match }: SecretEntry): readonly string[] => [match.name ?? []].flat();

type NameSpecificity = readonly [exact: number, prefix: number, literal: number];

function compileEntry(
  entry: SecretEntry,
  index: number,
  accounts: Accounts,
): (secret: SecretRef, tags: Tags | undefined) => MatchedEntry | undefined {
  const { match } = entry;
  const account = match.account === undefined ? undefined : accountId(match.account, accounts);
  const wantedTags = Object.entries(match.tag ?? {}).map(
    ([key, pattern]) => [key, compileGlob(pattern)] as const,
  );
  const names = namesOf(entry)
    .map((pattern) => ({ pattern, matches: compileGlob(pattern), specificity: specificityOfName(pattern) }))
    .sort((a, b) => compareNames(b.specificity, a.specificity));
  return (secret, tags) => {
    if (account !== undefined && account !== secret.account) return undefined;
    if (match.region !== undefined && match.region !== secret.region) return undefined;
    const name = names.find(({ matches }) => matches(secret.name));
    if (names.length > 0 && !name) return undefined;
    const hasTags = wantedTags.every(([key, matches]) => {
      const value = tags && Object.hasOwn(tags, key) ? tags[key] : undefined;
      return value !== undefined && matches(value);
    });
    if (!hasTags) return undefined;
    return {
      index,
      entry,
      pattern: name?.pattern,
      specificity: [
        ...(name?.specificity ?? ([0, 0, 0] as const)),
        account === undefined ? 0 : 1,
        wantedTags.length,
        match.region === undefined ? 0 : 1,
      ],
    };
  };
}

const specificityOfName = (pattern: string): NameSpecificity => {
  const literal = pattern.replaceAll('*', '').length;
  return isGlob(pattern) ? [0, pattern.indexOf('*'), literal] : [1, literal, literal];
};

const compareNames = (a: NameSpecificity, b: NameSpecificity): number =>
  a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
