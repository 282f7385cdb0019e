import { SecretConflictError } from '../errors.ts';
import type { SecretDescription } from '../model/secret-state.ts';
import type { SecretStore } from '../ports.ts';
import { versionWith } from './labels.ts';
import type { StepDependencies } from './step-dependencies.ts';

/**
 * Puts a label of its own on a version. AWSPREVIOUS moves whenever anybody puts a value, and Secrets Manager deletes
 * versions without a label; this one stays until a rotation that may begin, because all before is proven, has ended.
 */
export async function keepVersion(
  secret: SecretDescription,
  version: string,
  { secrets, policy }: Pick<StepDependencies, 'secrets' | 'policy'>,
): Promise<void> {
  // The whole id: two that begin alike would want one label, and the second rotation could never end.
  const stage = `${policy.keepPrefix}${version}`;
  if (versionWith(stage, secret) === version) return;
  await secrets.moveStage(secret.arn, stage, { to: version });
}

/** So that the next rotation can begin: Secrets Manager refuses one while AWSPENDING is on another version. */
export async function letGo(secret: SecretDescription, token: string, secrets: SecretStore): Promise<void> {
  try {
    await secrets.moveStage(secret.arn, 'AWSPENDING', { from: token });
  } catch (error) {
    // Somebody else has moved it.
    if (!(error instanceof SecretConflictError)) throw error;
  }
}
