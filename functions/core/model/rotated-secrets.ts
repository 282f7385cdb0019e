import { createResolver } from '../contracts/applied-contract.ts';
import { accountId, namesOf } from '../contracts/entries.ts';
import { isGlob } from '../contracts/glob.ts';
import type { InventoryPlace } from '../ports.ts';
import { type RotationPolicy, rotationPolicy } from '../rotation/rotation-policy.ts';
import type { SecretRef } from './access-event.ts';
import type { Clause } from './contract-clause.ts';
import type { ContractSettings, SecretEntry } from './contract-settings.ts';
import type { Mode } from './mode.ts';

/** A secret whose key the suite rotates, and tests. */
export interface RotatedSecret {
  /** For Secrets Manager: the name, which is unique in its account and Region. */
  readonly secretId: string;
  readonly secret: SecretRef;
  readonly policy: RotationPolicy;
  /** The entry that names its provider. */
  readonly entry: SecretEntry;
  /** As far as the settings say it without the secret's tags. */
  readonly owner: string | undefined;
  /** Of its contract, which names what uses the key. */
  readonly clauses: readonly Clause[];
}

/**
 * The secrets of one account and Region that the settings name in full with a key provider, in the order of the settings.
 * The most specific entry with a `rotation` decides, as everywhere. An entry that also asks for tags counts here: it names
 * its secrets, and tags are not known before one is asked for.
 *
 * @param place what a template that fits every account and Region leaves out is taken to be that of each entry
 */
export function rotatedSecrets(
  settings: Pick<ContractSettings, 'accounts' | 'secrets' | 'defaults'> & { readonly mode: Mode },
  place: Partial<InventoryPlace>,
): RotatedSecret[] {
  const appliedTo = createResolver({
    ...settings,
    secrets: settings.secrets.map((entry) => ({ ...entry, match: { ...entry.match, tag: undefined } })),
  });
  const named = new Map<string, SecretRef>();
  for (const entry of settings.secrets) {
    if (entry.rotation?.provider === undefined) continue;
    const account = entry.match.account && accountId(entry.match.account, settings.accounts);
    const { region } = entry.match;
    const here = { account: place.account ?? account ?? '', region: place.region ?? region ?? '' };
    if ((account ?? here.account) !== here.account || (region ?? here.region) !== here.region) continue;
    for (const name of namesOf(entry)) {
      if (!isGlob(name) && !named.has(name)) named.set(name, { name, ...here, arn: null });
    }
  }
  return [...named.values()].flatMap((secret) => {
    const { by, rotation, owner, clauses } = appliedTo(secret, undefined);
    const entry = by.rotation?.kind === 'entry' ? settings.secrets[by.rotation.index] : undefined;
    const policy = rotationPolicy(rotation);
    return entry && policy ? [{ secretId: secret.name, secret, policy, entry, owner, clauses }] : [];
  });
}
