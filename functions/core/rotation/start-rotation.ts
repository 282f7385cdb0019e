import { RotationRefusedError } from '../errors.ts';
import type { SecretDescription, SecretVersion } from '../model/secret-state.ts';
import { letGo } from './kept-versions.ts';
import { unprovenSwitch } from './observe.ts';
import { labelled } from './rotation-state.ts';
import type { StepDependencies } from './step-dependencies.ts';

const minuteMs = 60_000;
/** A step of the rotation function ends long before; what is pending for longer goes on no more. */
const stuckAfterMs = 15 * minuteMs;

type StartDependencies = Pick<StepDependencies, 'secrets' | 'policy' | 'records' | 'clock'>;

/**
 * Whether a rotation may start now. Asked before anybody is told that one begins, too.
 *
 * @returns the secret, and the version that an interrupted rotation left pending
 * @throws RotationRefusedError where no key is staged, the last change is not proven, or a rotation is going on
 */
export async function assertMayStart(
  secretId: string,
  { secrets, policy, records, clock }: StartDependencies,
): Promise<{ readonly secret: SecretDescription; readonly stuck: SecretVersion | undefined }> {
  const secret = await secrets.describe(secretId);
  const { next, pending } = labelled(await secrets.versions(secret.arn), policy.nextStage);
  const unproven = unprovenSwitch(await records.read(secret), secret);
  if (unproven) {
    throw new RotationRefusedError(
      'UNPROVEN_ROTATION',
      `The last change of the value is not proven yet: ${unproven}`,
    );
  }
  if (policy.mode === 'staged' && !next) {
    throw new RotationRefusedError('NO_STAGED_KEY', `No key is staged under ${policy.nextStage}`);
  }
  const age = pending && clock.now() - pending.created;
  if (age !== undefined && age < stuckAfterMs) {
    throw new RotationRefusedError(
      'SECRET_CONFLICT',
      `A rotation began ${Math.max(0, Math.round(age / 1000))} seconds ago and may still go on. After ${stuckAfterMs / minuteMs} minutes it is taken for stuck`,
    );
  }
  return { secret, stuck: pending };
}

/**
 * Starts a rotation now. A version that an interrupted one left pending is let go first, because Secrets Manager refuses
 * to start while it is there.
 *
 * @returns id of the version that is made
 * @throws RotationRefusedError where no key is staged, the last change is not proven, or a rotation is going on
 */
export async function startRotation(secretId: string, dependencies: StartDependencies): Promise<string> {
  const { secrets } = dependencies;
  const { secret, stuck } = await assertMayStart(secretId, dependencies);
  if (stuck) await letGo(secret, stuck.id, secrets);
  return secrets.rotate(secret.arn);
}
