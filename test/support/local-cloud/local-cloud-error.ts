/** What can go wrong with the local cloud, in words that stay the same. */
export type LocalCloudErrorCode =
  | 'python-missing'
  | 'venv-missing'
  | 'package-index'
  | 'port-unavailable'
  | 'start-failed'
  | 'start-timeout'
  | 'request-failed'
  | 'stack-failed'
  | 'cdk-failed'
  | 'cdk-timeout';

/** Says what was wrong and what to do about it; `code` is for programs. */
export class LocalCloudError extends Error {
  readonly code: LocalCloudErrorCode;

  constructor(code: LocalCloudErrorCode, message: string) {
    super(message);
    this.name = 'LocalCloudError';
    this.code = code;
  }
}

/** The end of a text, for an error message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
