import type { Secret } from './secrets.ts';

/** How long a rotation takes from RotationStarted to RotationSucceeded, in seconds. */
export const rotationSeconds = 40;

/** The version that has AWSCURRENT at a moment. */
export function versionAt(secret: Secret, at: number): string {
  const done = secret.rotation?.startsAt.filter((start) => start + rotationSeconds <= at).length ?? 0;
  return secret.versions[Math.min(done, secret.versions.length - 1)] ?? '';
}
