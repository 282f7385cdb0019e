import { ConfigurationError } from '../adapters/errors.ts';
import { RotationDelayedError, RotationRefusedError, SecretConflictError } from '../core/errors.ts';
import { secretKey } from '../core/model/access-event.ts';
import type { RotatedSecret } from '../core/model/rotated-secrets.ts';
import { parseSecretId } from '../core/normalise/secret-ref.ts';
import type { InventoryPlace } from '../core/ports.ts';
import { rotationRequest } from '../core/rotation/rotation-request.ts';
import type { StepDependencies } from '../core/rotation/step-dependencies.ts';
import { takeStep } from '../core/rotation/steps.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';

export interface RotateDependencies {
  readonly place: InventoryPlace;
  readonly rotated: readonly RotatedSecret[];
  readonly stepsOf: (target: RotatedSecret) => StepDependencies;
  /** Lets `enforce` look at a secret at once, so that a finding does not wait for its schedule. */
  readonly lookAgain: (secretId: string) => Promise<void>;
  readonly log: Log;
}

/** One step of a rotation, as Secrets Manager asks for it. What it throws, Secrets Manager tries again. */
export const createHandler = (dependencies: RotateDependencies) => async (event: unknown) => {
  const { place, rotated, stepsOf, lookAgain, log } = dependencies;
  const request = rotationRequest(event);
  const wanted = secretKey(parseSecretId(request.secretId, place));
  const target = rotated.find(({ secret }) => secretKey(secret) === wanted);
  if (!target) {
    throw new ConfigurationError(
      `audit.yaml names no rotation for ${request.secretId}: add rotation.provider to its entry, or take this function off the secret`,
    );
  }
  const details = { secret: target.secretId, step: request.step, version: request.token };
  const tellEnforce = async () => {
    try {
      await lookAgain(target.secretId);
    } catch (error) {
      // Its schedule looks all the same, within the hour.
      log.warn('enforce could not be asked to look', {
        ...details,
        code: codeOf(error),
        reason: messageOf(error),
      });
    }
  };
  try {
    await takeStep(request, stepsOf(target));
  } catch (error) {
    const problem =
      error instanceof RotationRefusedError || error instanceof RotationDelayedError
        ? error.problem
        : undefined;
    log.warn('A step was not taken', { ...details, code: codeOf(error), problem, reason: messageOf(error) });
    if (problem !== undefined || error instanceof SecretConflictError) await tellEnforce();
    throw error;
  }
  log.info('A step was taken', details);
  if (request.step === 'finishSecret') await tellEnforce();
};
