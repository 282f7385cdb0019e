import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedRequest {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As it came, byte for byte. */
  readonly body: string;
}

/** Slack's own advice against replays ("Verifying requests from Slack"). */
const longestDelayMs = 5 * 60_000;

/**
 * Whether Slack signed a request for the app with this signing secret, and just now.
 *
 * @param now milliseconds
 */
export function isSignedBySlack(
  { headers, body }: SignedRequest,
  signingSecret: string,
  now: number,
): boolean {
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  const given = headers['x-slack-signature'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(given)) return false;
  if (Math.abs(now - Number(timestamp) * 1_000) > longestDelayMs) return false;
  const expected = `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
