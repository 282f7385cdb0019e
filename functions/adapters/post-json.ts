import { DeliveryDelayedError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { networkFailure } from './network-failure.ts';
import { retryAfterSeconds } from './retry-after.ts';

export interface JsonRequest {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How messages call who receives it; the address is a credential and appears in none. */
  readonly receiver: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number | undefined;
}

/**
 * Posts once; follows no redirect, which would carry what is posted somewhere else.
 *
 * @throws DeliveryDelayedError where there is no answer
 */
export async function postJson(request: JsonRequest): Promise<JsonAnswer> {
  const { url, body, headers, receiver, clock, timeoutMs = 5_000, fetch: send = fetch } = request;
  try {
    const response = await send(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      status: response.status,
      text: await response.text(),
      retryAfterSeconds: retryAfterSeconds(response, clock),
    };
  } catch (error) {
    throw new DeliveryDelayedError(`${receiver} could not be reached (${networkFailure(error)})`);
  }
}

/** The receiver may take it later. */
export const isDelay = (status: number): boolean => status === 429 || status === 408 || status >= 500;
