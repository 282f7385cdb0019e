import type { SecretDescription, SecretVersion } from '../model/secret-state.ts';
import type { ConsumerStanding } from './proof.ts';
import type { RotationPolicy } from './rotation-policy.ts';
import type { RotationRecord } from './rotation-record.ts';
import { isSwitched } from './rotation-record.ts';

/** One secret whose key is rotated: what its labels say, what is remembered, and who uses what. */
export interface RotationState {
  readonly secret: SecretDescription;
  readonly policy: RotationPolicy;
  readonly issuer: { readonly title: string; readonly dashboard: string };
  readonly versions: readonly SecretVersion[];
  readonly current: SecretVersion | undefined;
  readonly previous: SecretVersion | undefined;
  /** AWSPENDING, where that is another version than the current one. */
  readonly pending: SecretVersion | undefined;
  /** The key that an operator staged. */
  readonly next: SecretVersion | undefined;
  readonly record: RotationRecord | undefined;
  /** What uses the key, and whether it has the new one. Before a switch: what would stop working. */
  readonly consumers: readonly ConsumerStanding[];
  /** The issuer refuses the address that asks; neither a new nor an old key can be judged from here. */
  readonly isAddressLocked: boolean;
}

export interface LabelledVersions {
  readonly current: SecretVersion | undefined;
  readonly previous: SecretVersion | undefined;
  readonly pending: SecretVersion | undefined;
  readonly next: SecretVersion | undefined;
}

export function labelled(versions: readonly SecretVersion[], nextStage: string): LabelledVersions {
  const at = (stage: string) => versions.find(({ stages }) => stages.includes(stage));
  const current = at('AWSCURRENT');
  const pending = at('AWSPENDING');
  const next = at(nextStage);
  return {
    current,
    previous: at('AWSPREVIOUS'),
    pending: pending?.id === current?.id ? undefined : pending,
    // Older than the current version: it was used for that one, and its label outlived an interruption.
    next: next && current && next.created <= current.created ? undefined : next,
  };
}

/** When the current value should be replaced. Its age counts from its own version, which no edit of the secret moves. */
export const dueAt = ({ current, policy }: Pick<RotationState, 'current' | 'policy'>): number | undefined =>
  current && current.created + policy.everyMs;

/** The moment at which the old key's grace ends; `undefined` while nothing was switched. */
export const graceEnd = ({ record, policy }: Pick<RotationState, 'record' | 'policy'>): number | undefined =>
  isSwitched(record) ? record.switchedAt + policy.graceMs : undefined;
