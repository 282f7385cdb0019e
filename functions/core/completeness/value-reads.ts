import { type AccessEvent, type SecretRef, secretKey } from '../model/access-event.ts';
import { timesByKey } from './times.ts';

/** One reading of one secret's value. */
export interface ValueRead {
  readonly secret: SecretRef;
  /** The GetSecretValue call, or the BatchGetSecretValue call that named the secret. */
  readonly event: AccessEvent;
}

/** The identity that stays the same from session to session, in its account. */
export const identityOf = ({ actor }: AccessEvent): string => `${actor.account}/${actor.principal}`;

/** CloudTrail stamps whole seconds, and a batch's own reads follow it at once. */
const followsWithinMs = 2_000;

/** Finds the GetSecretValue events that a batch call caused, by a key that both have. */
function readsByKey(
  events: readonly AccessEvent[],
  keyOf: (read: AccessEvent) => string,
): (key: string, batch: AccessEvent) => boolean {
  const reads = events.filter(({ action, outcome }) => action === 'read' && outcome === 'allowed');
  const times = timesByKey(reads.map((read) => [keyOf(read), read.time] as const));
  const requests = new Set(
    reads.flatMap((read) => (read.requestId === undefined ? [] : `${keyOf(read)} ${read.requestId}`)),
  );
  return (key, { time, requestId }) =>
    (requestId !== undefined && requests.has(`${key} ${requestId}`)) ||
    (time !== null && times.hasWithin(key, time, time + followsWithinMs));
}

/**
 * The successful reads of values, each once: where a batch call's own GetSecretValue events are in the log, the call
 * itself does not count. What a batch call by filters read is only known by these.
 */
export function valueReads(events: readonly AccessEvent[]): ValueRead[] {
  const hasOwnRead = readsByKey(events, (read) => (read.secret ? pairOf(read.secret, read) : ''));
  return events.flatMap((event): ValueRead[] => {
    if (event.outcome !== 'allowed') return [];
    if (event.action === 'read') return event.secret ? [{ secret: event.secret, event }] : [];
    return (event.batch?.secrets ?? [])
      .filter((secret) => !hasOwnRead(pairOf(secret, event), event))
      .map((secret) => ({ secret, event }));
  });
}

const pairOf = (secret: SecretRef, { actor }: AccessEvent): string =>
  `${secretKey(secret)} ${actor.principal} ${actor.accessKeyId ?? ''}`;

/** Successful batch calls by filters of which no own read is in the log: nobody can say what they read. */
export function unknownBatches(events: readonly AccessEvent[]): AccessEvent[] {
  const hasOwnRead = readsByKey(events, credentialsOf);
  return events.filter(
    (event) =>
      event.batch?.secrets.length === 0 &&
      event.outcome === 'allowed' &&
      event.batch.childReads === 0 &&
      !hasOwnRead(credentialsOf(event), event),
  );
}

const credentialsOf = ({ account, region, actor }: AccessEvent): string =>
  `${account} ${region} ${actor.principal} ${actor.accessKeyId ?? ''}`;

/**
 * Whether a batch call by filters can have read a secret. A filter by name matches beginnings of names ("Filter" in the
 * Secrets Manager API reference); what the other filters match is not in the log.
 */
export function mayHaveRead(batch: AccessEvent, secret: SecretRef): boolean {
  if (batch.account !== secret.account || batch.region !== secret.region) return false;
  return (batch.batch?.filters ?? []).every((filter) => {
    const separator = filter.indexOf('=');
    if (filter.slice(0, separator) !== 'name') return true;
    const values = filter.slice(separator + 1).split(',');
    return values.some((value) =>
      value.startsWith('!') ? !secret.name.startsWith(value.slice(1)) : secret.name.startsWith(value),
    );
  });
}
