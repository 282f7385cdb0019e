import type { PolicyReach } from '../model/access-event.ts';
import type { Posture, Rotation } from '../model/contract-settings.ts';
import type { SecretDescription } from '../model/secret-state.ts';

/** One secret as it is, and what the settings ask of it. */
export interface PostureState {
  readonly secret: SecretDescription;
  /** What its resource policy lets in; `null`: none, or nothing open. `unknown`: it could not be read. */
  readonly policy: PolicyReach | null | 'unknown';
  readonly posture: Posture | undefined;
  readonly rotation: Rotation | undefined;
  readonly isDecoy: boolean;
}
