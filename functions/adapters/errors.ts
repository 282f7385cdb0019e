import { SecretsAuditError } from '../core/errors.ts';

/** Environment, bundled settings or a referenced secret that cannot be used. A person must act. */
export class ConfigurationError extends SecretsAuditError {
  readonly code = 'CONFIGURATION_INVALID';
}

/** Others kept changing the same item. Trying the batch again does help. */
export class StateConflictError extends SecretsAuditError {
  readonly code = 'STATE_CONFLICT';
}
