import type { ActorKind, SecretRef } from './access-event.ts';

/** One read of a value that was allowed, as far as rotation needs it. */
export interface SecretRead {
  readonly secret: SecretRef;
  readonly principal: string;
  readonly kind: ActorKind;
  readonly account: string;
  /** The version id that the call named; else the label; else AWSCURRENT, which is what it got. */
  readonly asked: string;
  /** Milliseconds; CloudTrail has whole seconds. */
  readonly time: number;
}

/** When one identity first and last asked for one version or label of a secret. */
export interface SecretReader extends Omit<SecretRead, 'secret' | 'time'> {
  readonly first: number;
  readonly last: number;
}
