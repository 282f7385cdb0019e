import type { SecretRef } from '../model/access-event.ts';
import type { ContractSettings } from '../model/contract-settings.ts';
import { accountId, namesOf, type Tags } from './entries.ts';
import { representativeOf } from './glob.ts';

/** A secret, or what stands for all that a pattern matches. */
export interface ExplainedSecret {
  readonly secret: SecretRef;
  /** `undefined`: not known. */
  readonly tags: Tags | undefined;
  /** As the settings write it, or its name. */
  readonly name: string;
}

const unnamed = representativeOf('*');

/**
 * One secret for each name, account and Region that entries write: where it is a pattern, one that no more specific
 * entry means.
 */
export function writtenSecrets({
  accounts,
  secrets,
}: Pick<ContractSettings, 'accounts' | 'secrets'>): ExplainedSecret[] {
  const written = secrets.flatMap((entry) => {
    const { account, region, tag } = entry.match;
    const names = namesOf(entry);
    return (names.length > 0 ? names : ['*']).map((name) => ({
      name,
      secret: {
        name: representativeOf(name),
        account: account === undefined ? unnamed : accountId(account, accounts),
        region: region ?? unnamed,
        arn: null,
      },
      tags:
        tag && Object.fromEntries(Object.entries(tag).map(([key, value]) => [key, representativeOf(value)])),
    }));
  });
  return [...new Map(written.map((secret) => [JSON.stringify(secret), secret])).values()];
}

/** Whether a part of a secret stands for all that it could be. */
export const isOpen = (part: string): boolean => part === unnamed;

/** A secret of which only the name is known. */
export const namedSecret = (name: string): ExplainedSecret => ({
  name,
  secret: { name: representativeOf(name), account: unnamed, region: unnamed, arn: null },
  tags: undefined,
});
