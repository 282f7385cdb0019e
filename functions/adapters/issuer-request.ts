import pRetry, { type Options as RetryOptions } from 'p-retry';
import type { KeyProbe } from '../core/model/key-probe.ts';
import { networkFailure } from './network-failure.ts';

/** How issuers of keys are spoken to; what is left out is for production. */
export interface IssuerOptions {
  readonly fetch?: typeof fetch;
  /** Milliseconds for one request with its answer. */
  readonly timeoutMs?: number;
  /** Of probes that get no answer; a request that makes something is never repeated. */
  readonly retry?: RetryOptions;
}

export interface IssuerRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type IssuerAnswer =
  | { readonly status: number; readonly body: string }
  /** A reason without address, body or key. */
  | { readonly failure: string };

const defaultTimeoutMs = 5_000;
/** Three attempts with jitter, none of which begins later than this after the first. */
const defaultRetry: RetryOptions = {
  retries: 2,
  minTimeout: 400,
  maxTimeout: 1_600,
  randomize: true,
  maxRetryTime: 6_000,
};
/** Answers of issuers have some hundred bytes; whatever else a proxy sends is not read to its end. */
const longestAnswer = 65_536;

/** Sends one request, which holds a key. Never throws, and follows no redirection: a key goes to one address only. */
export async function askIssuer(
  { url, ...request }: IssuerRequest,
  { fetch: send = fetch, timeoutMs = defaultTimeoutMs }: IssuerOptions,
): Promise<IssuerAnswer> {
  try {
    const response = await send(url, {
      ...request,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: await beginningOf(response) };
  } catch (error) {
    return { failure: `cannot be reached (${networkFailure(error)})` };
  }
}

/** Asks again where there is no answer now, and says at last what the last attempt said. */
export async function probeWithRetries(
  probe: () => Promise<KeyProbe>,
  { retry = defaultRetry }: IssuerOptions,
): Promise<KeyProbe> {
  let last: KeyProbe = { standing: 'retry', reason: 'was not asked' };
  const attempt = async () => {
    last = await probe();
    if (last.standing === 'retry') throw new Error(last.reason);
  };
  await pRetry(attempt, retry).catch(() => undefined);
  return last;
}

async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of body) {
    text += decoder.decode(part, { stream: true });
    // Leaving the loop cancels the rest.
    if (text.length >= longestAnswer) return text.slice(0, longestAnswer);
  }
  return text + decoder.decode();
}
