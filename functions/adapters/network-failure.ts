/**
 * Why `fetch` failed: the system's code, such as ECONNREFUSED, or the error's name, such as TimeoutError. The error itself
 * is left out of messages, because it may quote the address or a header.
 */
export function networkFailure(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  const code = cause?.code;
  return typeof code === 'string' ? code : (name ?? 'unknown error');
}
