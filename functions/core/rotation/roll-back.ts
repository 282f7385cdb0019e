import { RotationRefusedError } from '../errors.ts';
import { isProven } from '../model/key-probe.ts';
import type { SecretDescription } from '../model/secret-state.ts';
import { keepVersion } from './kept-versions.ts';
import { versionWith } from './labels.ts';
import { observe } from './observe.ts';
import { type RotationRecord, withStory } from './rotation-record.ts';
import { keyIn } from './secret-value.ts';
import type { StepDependencies } from './step-dependencies.ts';

/**
 * The version that a rollback would make current, and the one that is.
 *
 * @throws RotationRefusedError where there is no version to go back to
 */
export function rollbackTarget(
  record: RotationRecord | undefined,
  secret: Pick<SecretDescription, 'versions'>,
): { readonly current: string; readonly old: string } {
  const current = versionWith('AWSCURRENT', secret);
  const isOfLastSwitch = record?.newVersion === current && record?.oldVersion !== current;
  const old = (isOfLastSwitch ? record?.oldVersion : undefined) ?? versionWith('AWSPREVIOUS', secret);
  if (current === undefined || old === undefined || old === current) {
    throw new RotationRefusedError('NO_CURRENT_VALUE', 'There is no version to go back to');
  }
  return { current, old };
}

/**
 * Makes the version before the last switch current again, after its key was seen to work. What was current keeps a
 * label, and its key is followed until it is dead, as after any switch.
 *
 * @param reason a person's, for the story
 * @returns the ids of the version that is current now and of the one that was
 * @throws RotationRefusedError where there is no version to go back to, or its key was not seen to work
 */
export async function rollBack(
  secretId: string,
  reason: string,
  dependencies: Pick<StepDependencies, 'secrets' | 'provider' | 'policy' | 'records' | 'clock'>,
): Promise<{ readonly current: string; readonly before: string }> {
  const { secrets, provider, policy, records, clock } = dependencies;
  const secret = await secrets.describe(secretId);
  const { current, old } = rollbackTarget(await records.read(secret), secret);
  const value = await secrets.value(secret.arn, { versionId: old });
  if (!value) throw new RotationRefusedError('NO_CURRENT_VALUE', `Version ${old} is not there any more`);
  const { key, name } = keyIn(value, policy.field);
  const probe = await provider.probe(key);
  if (!isProven(probe)) {
    throw new RotationRefusedError(
      probe.standing === 'invalid' ? 'KEY_INVALID' : 'ISSUER_UNCLEAR',
      `The key of version ${old} was not seen to work (${probe.reason}), so it was not made current`,
    );
  }
  // It stays where the rotation ended. On a version that is not current it would count as a rotation that goes on
  // ("RotateSecret" in the API reference).
  if (secret.versions[current]?.includes('AWSPENDING')) {
    await secrets.moveStage(secret.arn, 'AWSPENDING', { from: current });
  }
  // Both versions keep a label of their own, whatever is put and wherever this is interrupted.
  await keepVersion(secret, current, dependencies);
  await keepVersion(secret, old, dependencies);
  // What nobody has looked at yet would be forgotten: after the move, labels look as if it had never been.
  await records.update(secret, (latest) => {
    const seen = observe(latest, secret, clock.now());
    return seen === latest ? undefined : seen;
  });
  await secrets.moveStage(secret.arn, 'AWSCURRENT', { to: old, from: current });
  const after = await secrets.describe(secret.arn);
  await records.update(secret, (latest) => {
    const at = clock.now();
    const seen = observe(latest, after, at);
    return (
      seen &&
      withStory({ ...seen, how: 'rollback', newKeyName: name }, at, `reason of the rollback: ${reason}`)
    );
  });
  return { current: old, before: current };
}
