import type { SecretRef } from '../model/access-event.ts';
import type { KeyBalance, KeyStanding } from '../model/key-probe.ts';
import type { SecretReader } from '../model/secret-reader.ts';

/** One probe of the current key. Times in milliseconds. */
export interface UsageSample {
  readonly at: number;
  readonly standing: KeyStanding;
  readonly reason: string;
  readonly balance: KeyBalance | null;
}

/** What is known of the use of one key at its issuer. */
export interface UsageState {
  readonly secret: SecretRef;
  /** In order of time; the last one is the newest. */
  readonly samples: readonly UsageSample[];
  /** Who read the secret, by CloudTrail. */
  readonly readers: readonly SecretReader[];
  /** The contract names consumers that hold the key without reading it again. */
  readonly hasInjectedConsumers: boolean;
  /** Messages sent an hour, imported from the issuer's exports and receipts; hours (milliseconds) in order. */
  readonly sent: readonly { readonly hour: number; readonly messages: number }[];
}
