import {
  RotationDelayedError,
  RotationRefusedError,
  SecretConflictError,
  SecretsAuditError,
} from '../functions/core/errors.ts';
import { exitCodes } from './exit-codes.ts';

/** The command cannot be carried out as it was written; the message is for who wrote it. */
export class UsageError extends Error {}

export interface Failure {
  readonly code: number;
  readonly message: string;
}

/**
 * What to say of an error, and the exit code: 1 where the rotation was refused, 2 where something could not be read.
 *
 * @returns `undefined` where it is a fault of the program
 */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof UsageError) return unusable(error.message);
  if (error instanceof RotationRefusedError) return refused(`Refused: ${error.message}.`);
  if (error instanceof RotationDelayedError)
    return refused(`Not possible now: ${error.message}. Try again later.`);
  if (error instanceof SecretConflictError) {
    return refused(
      `Somebody else changed the secret at the same time: ${error.message}. See what is there now, and try again.`,
    );
  }
  if (error instanceof SecretsAuditError) return unusable(error.message);
  // What prompts throw when a person presses Ctrl-C.
  if (error.name === 'ExitPromptError') return refused('Nothing was changed.');
  return ofAws(error);
}

const refused = (message: string): Failure => ({ code: exitCodes.findings, message });
const unusable = (message: string): Failure => ({ code: exitCodes.unusable, message });

const noCredentials = new Set(['CredentialsProviderError', 'TokenProviderError']);
/** "Common errors" of the AWS API references. */
const refusedCredentials = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'UnrecognizedClientException',
]);
const noPermission = new Set(['AccessDeniedException', 'AccessDenied']);

function ofAws(error: Error): Failure | undefined {
  const { name, message } = error;
  if (noCredentials.has(name)) {
    return unusable(
      `no usable AWS credentials: name a profile by AWS_PROFILE, or sign in with aws sso login (${message})`,
    );
  }
  if (refusedCredentials.has(name)) {
    return unusable(`AWS does not accept the credentials (${name}): sign in again`);
  }
  if (noPermission.has(name)) return unusable(permissionText(message));
  if (/^Region is missing/.test(message)) {
    return unusable('no AWS Region: name one by --region, or set AWS_REGION');
  }
  if ('$metadata' in error || '$fault' in error || /^\w+ of .* failed \(\w+\)$/.test(message)) {
    return unusable(`AWS refused (${name}): ${message}`);
  }
  if (isNetworkFailure(error)) return unusable(`AWS could not be reached (${message || name})`);
  return undefined;
}

function permissionText(message: string): string {
  const action =
    /not authorized to perform: ([\w-]+:\w+)/.exec(message)?.[1] ??
    /^(\w+) of .* failed/.exec(message)?.[1]?.replace(/^/, 'secretsmanager:');
  return `AWS refuses: these credentials lack ${action ?? 'a permission'} (${message})`;
}

function isNetworkFailure(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'TimeoutError' || /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENET)/.test(code);
}
