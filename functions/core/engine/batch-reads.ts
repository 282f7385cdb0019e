import { type AccessEvent, secretKey } from '../model/access-event.ts';

/** CloudTrail stamps whole seconds, and a batch's own reads follow it at once. */
const followsWithinMs = 2_000;

/**
 * Counts for each BatchGetSecretValue call the GetSecretValue events that it caused, as far as they are among
 * `events`. AWS logs them for some calls and not for others, and does not say which call caused them; a read is
 * taken for a batch's where credentials, account and Region are the same and either the request id is, or it
 * follows within two seconds and, where the call named its secrets, is one of them.
 *
 * @returns the events, in their order
 */
export function linkBatchReads(events: readonly AccessEvent[]): AccessEvent[] {
  const reads = Map.groupBy(
    events.filter((event) => event.action === 'read' && event.outcome === 'allowed'),
    credentials,
  );
  return events.map((event) => {
    if (!event.batch) return event;
    const childReads = (reads.get(credentials(event)) ?? []).filter((read) => isChild(read, event)).length;
    return { ...event, batch: { ...event.batch, childReads } };
  });
}

const credentials = ({ account, region, actor }: AccessEvent): string =>
  [account, region, actor.principal, actor.accessKeyId].join(' ');

function isChild(read: AccessEvent, { requestId, time, batch }: AccessEvent): boolean {
  if (requestId !== undefined && read.requestId === requestId) return true;
  if (read.time === null || time === null) return false;
  const delay = read.time - time;
  if (delay < 0 || delay > followsWithinMs) return false;
  const named = batch?.secrets.map(secretKey) ?? [];
  return named.length === 0 || (read.secret !== null && named.includes(secretKey(read.secret)));
}
