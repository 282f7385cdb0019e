import type { DeliveryDelayedError } from '../core/errors.ts';

const firstWaitSeconds = 5;
const longestWaitSeconds = 15 * 60;

/**
 * Seconds until a message is tried again: as long as the receiver asked, else 5 s doubled with every receive, at most 15
 * minutes. Half of it is left to chance, so that messages which failed together do not come back together.
 *
 * @param receives how often the queue has given the message out, this time included
 * @param chance from 0 to 1
 */
export function secondsUntilRetry(
  error: DeliveryDelayedError | undefined,
  receives: number,
  chance: number,
): number {
  const asked = error?.retryAfterSeconds;
  if (asked !== undefined) return Math.min(longestWaitSeconds, asked + chance * firstWaitSeconds);
  const wait = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** receives);
  return wait / 2 + (chance * wait) / 2;
}
