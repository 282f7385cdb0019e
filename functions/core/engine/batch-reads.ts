import { dayNumber, seenOn } from '../history/days-seen.ts';
import { identitySubject } from '../history/sightings.ts';
import { type AccessEvent, secretKey } from '../model/access-event.ts';
import type { WindowStore } from '../ports.ts';
import type { Assessor } from './assessor.ts';

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

/**
 * Links the batch calls and the reads of a delivery also to those that came in others.
 *
 * @param events those delivered, and those that are judged again
 * @returns the same, linked; and batch calls of earlier deliveries of which more reads are known now
 */
export async function relinkBatchReads(
  events: readonly AccessEvent[],
  { windows, assessor }: { windows: WindowStore; assessor: Assessor },
): Promise<{ events: AccessEvent[]; reopened: AccessEvent[] }> {
  const byActor = Map.groupBy(
    events.filter(isPartOfBatch),
    ({ actor }) => `${actor.account}/${actor.principal}`,
  );
  const known = new Set(events.map(({ key }) => key));
  const recalled = new Map<string, AccessEvent>();
  for (const [actor, own] of byActor) {
    if (!own.some((event) => event.batch) && !own.some((event) => hasBatches(event, assessor))) continue;
    const times = own.flatMap(({ time }) => time ?? []);
    if (times.length === 0) continue;
    for (const window of ['value-reads', 'batch-retrieval']) {
      const around = await windows.recall(
        `${window}|${actor}`,
        times.reduce((a, b) => Math.min(a, b)) - followsWithinMs,
        times.reduce((a, b) => Math.max(a, b)) + followsWithinMs,
      );
      for (const event of around) if (!known.has(event.key)) recalled.set(event.key, event);
    }
  }
  if (recalled.size === 0) return { events: linkBatchReads(events), reopened: [] };
  const linked = linkBatchReads([...events, ...recalled.values()]);
  return {
    events: linked.filter(({ key }) => known.has(key)),
    reopened: linked.filter(
      ({ key, batch }) =>
        batch && batch.childReads > (recalled.get(key)?.batch?.childReads ?? Number.POSITIVE_INFINITY),
    ),
  };
}

const isPartOfBatch = ({ action, outcome, time }: AccessEvent): boolean =>
  time !== null && outcome === 'allowed' && (action === 'read' || action === 'batch-read');

/** Whether the identity made batch calls that day: the habit is in its profile, so nothing is asked for in vain. */
const hasBatches = (event: AccessEvent, assessor: Assessor): boolean =>
  event.time !== null &&
  ['batch-read', 'batch-read:filter'].some((action) =>
    seenOn(assessor.profile(identitySubject(event)).days('action', action), dayNumber(event.time ?? 0)),
  );

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
