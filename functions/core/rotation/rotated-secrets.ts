import { accountId, createEntryMatcher, namesOf } from '../contracts/entries.ts';
import { isGlob } from '../contracts/glob.ts';
import type { SecretRef } from '../model/access-event.ts';
import type { ContractSettings, SecretEntry } from '../model/contract-settings.ts';
import type { InventoryPlace } from '../ports.ts';
import { type RotationPolicy, rotationPolicy } from './rotation-policy.ts';

/** A secret whose key the suite rotates, and tests. */
export interface RotatedSecret {
  /** For Secrets Manager: the name, which is unique in its account and Region. */
  readonly secretId: string;
  readonly secret: SecretRef;
  readonly policy: RotationPolicy;
  /** The entry that names its provider. */
  readonly entry: SecretEntry;
}

/**
 * The secrets of one account and Region that the settings name in full with a key provider, in the order of the settings.
 * The most specific entry with a `rotation` decides, as everywhere. An entry that also asks for tags counts here: it names
 * its secrets, and tags are not known before one is asked for.
 */
export function rotatedSecrets(
  settings: Pick<ContractSettings, 'accounts' | 'secrets'>,
  place: InventoryPlace,
): RotatedSecret[] {
  const { account, region } = place;
  const entriesOf = createEntryMatcher({
    accounts: settings.accounts,
    secrets: settings.secrets.map((entry) => ({ ...entry, match: { ...entry.match, tag: undefined } })),
  });
  const isHere = ({ match }: SecretEntry): boolean =>
    (match.account === undefined || accountId(match.account, settings.accounts) === account) &&
    (match.region === undefined || match.region === region);
  const names = settings.secrets
    .filter((entry) => entry.rotation?.provider !== undefined && isHere(entry))
    .flatMap(namesOf)
    .filter((name) => !isGlob(name));
  return [...new Set(names)].flatMap((name) => {
    const secret: SecretRef = { name, account, region, arn: null };
    const index = entriesOf(secret, undefined).find(({ entry }) => entry.rotation !== undefined)?.index;
    const entry = index === undefined ? undefined : settings.secrets[index];
    const policy = rotationPolicy(entry?.rotation);
    return entry && policy ? [{ secretId: name, secret, policy, entry }] : [];
  });
}
