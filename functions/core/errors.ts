/**
 * The suite's errors. Each has a stable `code` (documented in docs/errors.md) that scripts, dead-letter messages and
 * alarms may rely on; the message is for people and may change.
 */
export abstract class SecretsAuditError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A file, message or record that is not what it should be. Trying again does not help. */
export class UnreadableInputError extends SecretsAuditError {
  readonly code = 'UNREADABLE_INPUT';
}

/** Settings that cannot be used; names every problem with file and line. */
export class SettingsError extends SecretsAuditError {
  readonly code = 'SETTINGS_INVALID';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** A receiver (Slack, SNS) that refuses for good. Trying again does not help; a person must act. */
export class DeliveryRefusedError extends SecretsAuditError {
  readonly code = 'DELIVERY_REFUSED';
}

/** A receiver that may accept later. */
export class DeliveryDelayedError extends SecretsAuditError {
  readonly code = 'DELIVERY_DELAYED';
  /** Seconds that the receiver asked us to wait, where it did. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, retryAfterSeconds?: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** There is no secret of that name or ARN, or it may not be seen. */
export class SecretNotFoundError extends SecretsAuditError {
  readonly code = 'SECRET_NOT_FOUND';
}

/** Somebody else changed a secret's versions or labels at the same time. What was wanted did not happen. */
export class SecretConflictError extends SecretsAuditError {
  readonly code = 'SECRET_CONFLICT';
}

/** Why a step of a rotation was not taken; docs/rotation.md says what to do about each. */
export const rotationProblemCodes = [
  'NO_STAGED_KEY',
  'NO_KEY_FIELD',
  'BINARY_SECRET',
  'KEY_SHAPE',
  'KEY_NOT_NEW',
  'KEY_INVALID',
  'KEY_OF_OTHER_ACCOUNT',
  'ADDRESS_LOCKED',
  'MINT_REFUSED',
  'UNPROVEN_ROTATION',
  'NOT_PENDING',
  'NO_CURRENT_VALUE',
  'ISSUER_AWAY',
  'ISSUER_UNCLEAR',
  'SECRET_CONFLICT',
] as const;

export type RotationProblem = (typeof rotationProblemCodes)[number];

/** A step of a rotation that cannot go on until a person acts. Nothing became current by it. */
export class RotationRefusedError extends SecretsAuditError {
  readonly code = 'ROTATION_REFUSED';
  readonly problem: RotationProblem;

  constructor(problem: RotationProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** A step of a rotation that could not be taken now, and may be taken later. Nothing became current by it. */
export class RotationDelayedError extends SecretsAuditError {
  readonly code = 'ROTATION_DELAYED';
  readonly problem: RotationProblem;

  constructor(problem: RotationProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}
