import type { AccessEvent } from '../model/access-event.ts';

/**
 * Of two deliveries of one event, the one that tells more. A call across accounts is in both accounts' trails, and the
 * owner's copy names only the caller's account.
 */
export const tellingMore = (known: AccessEvent | undefined, other: AccessEvent): AccessEvent =>
  known && (known.actor.kind !== 'account' || other.actor.kind === 'account') ? known : other;

/** Each event once. */
export function distinctEvents(events: Iterable<AccessEvent>): AccessEvent[] {
  const distinct = new Map<string, AccessEvent>();
  for (const event of events) distinct.set(event.key, tellingMore(distinct.get(event.key), event));
  return [...distinct.values()];
}
