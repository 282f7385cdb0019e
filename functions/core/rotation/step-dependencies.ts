import type { Clock, KeyCredentials, KeyProvider, RotationStore, SecretStore } from '../ports.ts';
import type { RotationPolicy } from './rotation-policy.ts';

/** What the steps of a rotation need of the world. */
export interface StepDependencies {
  readonly secrets: SecretStore;
  readonly provider: KeyProvider;
  readonly policy: RotationPolicy;
  readonly records: RotationStore;
  /** Minted mode: the account's credentials, read when a key is to be made. */
  readonly credentials?: () => Promise<KeyCredentials>;
  readonly clock: Clock;
}
