/**
 * What an issuer's answer says of a key. `valid`: it works. `unfunded`: it works, and the account has no credit.
 * `invalid`: the issuer does not know it. `restricted`: refused for something else than the key, such as the address that
 * asks: this proves no key and shows none to be dead. `retry`: no answer now. `unknown`: an answer that says nothing.
 */
export const keyStandings = ['valid', 'unfunded', 'invalid', 'restricted', 'retry', 'unknown'] as const;

export type KeyStanding = (typeof keyStandings)[number];

/** The answer to one question about one key. Holds nothing of the key itself. */
export interface KeyProbe {
  readonly standing: KeyStanding;
  /** For people: the issuer's code and words, such as `58 Invalid API Key`. */
  readonly reason: string;
  /** The issuer's own id of the account, where it tells one; only ever compared. */
  readonly account?: string;
  readonly balance?: KeyBalance;
}

export interface KeyBalance {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** `prepaid`: what is left. `spent`: what this month has cost so far, where the account is invoiced. */
  readonly kind: 'prepaid' | 'spent';
}

/** Whether a key may become current: it was seen to work. */
export const isProven = ({ standing }: KeyProbe): boolean => standing === 'valid' || standing === 'unfunded';
