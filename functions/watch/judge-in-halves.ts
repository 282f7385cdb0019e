import type { Delivery } from '../adapters/cloudtrail-delivery.ts';
import type { AccessEvent } from '../core/model/access-event.ts';
import type { StoredFinding } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';

export interface ReadMessage extends Delivery {
  readonly id: string;
  readonly body: string;
}

export type Judge = (events: readonly AccessEvent[]) => Promise<StoredFinding[]>;

export interface Judged {
  readonly findings: readonly StoredFinding[];
  /** Messages whose events could not be judged, and must be delivered again. */
  readonly failed: ReadonlySet<ReadMessage>;
  readonly error: unknown;
}

/** One message among a thousand is found after ten rejections; in an outage, where everything fails, this ends it. */
const rejectionsAllowed = 24;

/**
 * Judges all messages at once; where that fails, in halves, so that one that cannot be judged stops no other.
 *
 * @param hasTime whether halves may still be tried before the invocation ends
 */
export async function judgeInHalves(
  messages: readonly ReadMessage[],
  judge: Judge,
  log: Log,
  hasTime: () => boolean,
): Promise<Judged> {
  const findings: StoredFinding[] = [];
  const failed = new Set<ReadMessage>();
  const parts = messages.length > 0 ? [messages] : [];
  let error: unknown;
  let rejections = 0;
  for (const part of parts) {
    const [only, ...others] = part;
    try {
      if (rejections === 0 || (rejections < rejectionsAllowed && hasTime())) {
        findings.push(...(await judge(part.flatMap(({ events }) => events))));
        continue;
      }
    } catch (rejection) {
      error = rejection;
      rejections += 1;
      const details = { code: codeOf(error), reason: messageOf(error), messages: part.length };
      if (only && others.length === 0)
        log.error('A message could not be judged', { ...details, messageId: only.id });
      else log.warn('Messages could not be judged together', details);
      if (others.length > 0) {
        const middle = Math.ceil(part.length / 2);
        parts.push(part.slice(0, middle), part.slice(middle));
        continue;
      }
    }
    for (const message of part) failed.add(message);
  }
  return { findings, failed, error };
}
