import { RotationRefusedError } from '../errors.ts';
import type { KeyProbe } from '../model/key-probe.ts';
import type { KeyProvider, SecretStore } from '../ports.ts';
import { assertProven } from './prove-key.ts';
import type { RotationPolicy } from './rotation-policy.ts';
import { type NamedKey, stagedText } from './secret-value.ts';

export interface StageDependencies {
  readonly secrets: SecretStore;
  readonly provider: KeyProvider;
  readonly policy: RotationPolicy;
  /** Id of the version that is made. */
  readonly newToken: () => string;
}

/**
 * Tests a key that a person made, and puts it under the label for the next one. Reads no value of the secret: whether the
 * key is the current one is seen by the rotation.
 *
 * @returns what the issuer said of it
 * @throws RotationRefusedError, RotationDelayedError where it was not seen to work; then nothing is staged
 */
export async function stageKey(
  secretId: string,
  named: NamedKey,
  { secrets, provider, policy, newToken }: StageDependencies,
): Promise<KeyProbe> {
  const problem = provider.shapeProblem(named.key);
  if (problem !== undefined) throw new RotationRefusedError('KEY_SHAPE', problem);
  const probe = await provider.probe(named.key);
  assertProven(probe, provider.title);
  const secret = await secrets.describe(secretId);
  const token = newToken();
  // PutSecretValue moves the label from the version that had it.
  await secrets.put(secret.arn, {
    token,
    text: stagedText(policy.field, named),
    stages: [policy.nextStage],
  });
  return probe;
}
