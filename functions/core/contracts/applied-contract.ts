import type { SecretRef } from '../model/access-event.ts';
import type { Clause } from '../model/contract-clause.ts';
import type { ContractSettings, Posture, Rotation, SecretEntry } from '../model/contract-settings.ts';
import type { Mode } from '../model/mode.ts';
import { createEntryMatcher, type MatchedEntry, type Tags } from './entries.ts';

/** Where something that applies was said. */
export type Source =
  | { readonly kind: 'entry'; readonly index: number }
  | { readonly kind: 'defaults' }
  /** The secret's tag with this key. */
  | { readonly kind: 'tag'; readonly key: string }
  /** The suite's own mode. */
  | { readonly kind: 'suite' };

/** What the settings say of one secret, and where. */
export interface AppliedContract {
  /** `clauses`: a contract. `decoy`: nobody may touch it. `history`: no contract, judged by what is usual. `deny`: no contract, nobody is permitted. */
  readonly basis: 'clauses' | 'decoy' | 'history' | 'deny';
  readonly clauses: readonly Clause[];
  readonly isDecoy: boolean;
  readonly mode: Mode;
  readonly owner: string | undefined;
  readonly impact: string | undefined;
  readonly rotation: Rotation | undefined;
  readonly posture: Posture | undefined;
  readonly by: Readonly<
    Partial<Record<'basis' | 'mode' | 'owner' | 'impact' | 'rotation' | 'posture', Source>>
  >;
  /** All that match, the most specific first. */
  readonly entries: readonly MatchedEntry[];
}

export type AppliedSettings = Pick<ContractSettings, 'accounts' | 'secrets' | 'defaults'> & {
  readonly mode: Mode;
};

/** Finds what applies to a secret; a key that the most specific entry leaves out is the next one's to say. */
export function createResolver(
  settings: AppliedSettings,
): (secret: SecretRef, tags: Tags | undefined) => AppliedContract {
  const matcher = createEntryMatcher(settings);
  const { defaults } = settings;
  return (secret, tags) => {
    const entries = matcher(secret, tags);
    const contract = entries.find(({ entry }) => entry.allow !== undefined || entry.decoy !== undefined);
    const owner = ownerOf(entries, tags, defaults);
    const mode = given(entries, 'mode', defaults.mode) ?? { value: settings.mode, by: { kind: 'suite' } };
    const impact = given(entries, 'impact');
    const rotation = given(entries, 'rotation', defaults.rotation);
    const posture = given(entries, 'posture', defaults.posture);
    const isDecoy = contract?.entry.decoy === true;
    return {
      basis: isDecoy ? 'decoy' : contract ? 'clauses' : defaults.unmatched,
      clauses: contract?.entry.allow ?? [],
      isDecoy,
      mode: mode.value,
      owner: owner?.value,
      impact: impact?.value,
      rotation: rotation?.value,
      posture: posture?.value,
      by: {
        basis: contract ? { kind: 'entry', index: contract.index } : { kind: 'defaults' },
        mode: mode.by,
        ...(owner && { owner: owner.by }),
        ...(impact && { impact: impact.by }),
        ...(rotation && { rotation: rotation.by }),
        ...(posture && { posture: posture.by }),
      },
      entries,
    };
  };
}

interface Given<Value> {
  readonly value: Value;
  readonly by: Source;
}

function given<Key extends keyof SecretEntry>(
  entries: readonly MatchedEntry[],
  key: Key,
  fallback?: SecretEntry[Key],
): Given<NonNullable<SecretEntry[Key]>> | undefined {
  for (const { entry, index } of entries) {
    const value = entry[key];
    if (value !== undefined) return { value, by: { kind: 'entry', index } };
  }
  return fallback === undefined
    ? undefined
    : { value: fallback as NonNullable<SecretEntry[Key]>, by: { kind: 'defaults' } };
}

/** An entry's word, then the secret's tag, then the default: a tag is nearer to the secret than what is said of all. */
function ownerOf(
  entries: readonly MatchedEntry[],
  tags: Tags | undefined,
  defaults: ContractSettings['defaults'],
): Given<string> | undefined {
  const named = given(entries, 'owner');
  if (named) return named;
  const key = given(entries, 'ownerTag')?.value ?? defaults.ownerTag;
  const tagged = tags && Object.hasOwn(tags, key) ? tags[key] : undefined;
  if (tagged) return { value: tagged, by: { kind: 'tag', key } };
  return defaults.owner === undefined ? undefined : { value: defaults.owner, by: { kind: 'defaults' } };
}
