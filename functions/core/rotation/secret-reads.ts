import { valueReads } from '../completeness/value-reads.ts';
import type { AccessEvent, SecretRef } from '../model/access-event.ts';
import type { SecretRead } from '../model/secret-reader.ts';

/**
 * The reads of rotated secrets' values that were allowed, for `ReaderStore`. A batch call that names its secrets counts
 * where its own reads are not among the events; one by filters is known by its own reads alone. An event without a time
 * says nothing of when, and is left out.
 *
 * @param events without the suite's own reads
 */
export function secretReadsOf(
  events: readonly AccessEvent[],
  isRotated: (secret: SecretRef) => boolean,
): SecretRead[] {
  return valueReads(events).flatMap(({ secret, event: { time, actor, version } }) =>
    time === null || !isRotated(secret)
      ? []
      : [
          {
            secret,
            principal: actor.principal,
            kind: actor.kind,
            account: actor.account,
            asked: version?.id ?? version?.stage ?? 'AWSCURRENT',
            time,
          },
        ],
  );
}
