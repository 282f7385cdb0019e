import type { MiddlewareObj } from '@middy/core';
import { SecretsAuditError } from '../core/errors.ts';
import type { Log } from './logger.ts';

/** A stable code for alarms and the runbook; other libraries' errors have their name. */
export const codeOf = (error: unknown): string =>
  error instanceof SecretsAuditError ? error.code : error instanceof Error ? error.name : 'UNKNOWN';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Logs why an invocation failed, once; without a response middy throws the error on to Lambda, which counts it. */
export const errorReporting = (log: Log): MiddlewareObj => ({
  onError: ({ error }) => {
    log.error('The invocation failed', {
      code: codeOf(error),
      reason: messageOf(error),
      error: error as Error,
    });
  },
});
