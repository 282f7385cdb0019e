import { identityOf, type ValueRead } from '../completeness/value-reads.ts';
import type { Contracts } from '../contracts/contracts.ts';
import { networkOf } from '../history/network.ts';
import type { AccessEvent } from '../model/access-event.ts';
import type { BlastRadius, BlastRadiusReader } from '../model/blast-radius.ts';
import { compareText } from '../order.ts';
import type { VersionTimeline } from '../versions/timeline.ts';
import { type VersionRead, versionRead } from '../versions/version-read.ts';

type Timed<Read> = Read & { readonly time: number };
type Refusal = BlastRadius['refused'][number];

export interface ReaderInput {
  /** Since the moment in question, at least one. */
  readonly reads: readonly ValueRead[];
  readonly isNew: boolean | null;
  readonly timeline: VersionTimeline;
  readonly contracts: Pick<Contracts, 'judge'>;
}

/** What one identity read of a secret. */
export function describeReader({ reads, isNew, timeline, contracts }: ReaderInput): BlastRadiusReader[] {
  const versions = new Map<string, { read: VersionRead; count: number }>();
  for (const { event, secret } of reads) {
    const read = versionRead(event, timeline, secret);
    const key = JSON.stringify([read.id, read.id === null ? read.because : read.inferred]);
    const known = versions.get(key);
    versions.set(key, { read: known?.read ?? read, count: (known?.count ?? 0) + 1 });
  }
  const events = reads.map(({ event }) => event);
  const outcomes = new Set(reads.map(({ event, secret }) => contracts.judge({ ...event, secret }).outcome));
  const isOutside = outcomes.has('broken') || outcomes.has('none-permits');
  return seen(events).map((reader) => ({
    ...reader,
    isNew,
    contract: isOutside ? 'outside' : outcomes.has('permitted') ? 'permitted' : 'none',
    networks: distinct(events.map(placeOf)),
    agents: distinct(events.map(({ agent }) => agent.family)),
    versions: [...versions.values()].map(({ read, count }) => ({ ...read, reads: count })),
  }));
}

/** A network of addresses, an endpoint, or the service that called. */
const placeOf = ({ origin }: AccessEvent): string =>
  networkOf(origin) ?? (origin && 'service' in origin ? origin.service : 'unknown');

/** Identities, how often and when; none where no event has a time. */
function seen(events: readonly AccessEvent[]): Refusal[] {
  const times = events.flatMap((event) => (event.time === null ? [] : [{ ...event, time: event.time }]));
  const groups = Map.groupBy(times, identityOf);
  return [...groups.values()].flatMap((group: readonly Timed<AccessEvent>[]) => {
    const [one] = group;
    if (!one) return [];
    const sorted = group.map(({ time }) => time).sort((a, b) => a - b);
    return [
      {
        identity: one.actor.principal,
        kind: one.actor.kind,
        account: one.actor.account,
        count: group.length,
        first: new Date(sorted[0] ?? 0).toISOString(),
        last: new Date(sorted.at(-1) ?? 0).toISOString(),
      },
    ];
  });
}

/** Who was denied a read, the most insistent first. */
export const refusals = (events: readonly AccessEvent[]): Refusal[] =>
  seen(events).sort((a, b) => b.count - a.count || compareText(a.identity, b.identity));

/** Whoever is outside the contract, or appeared only now without a contract that expects it. */
export const isInQuestion = ({ contract, isNew }: BlastRadiusReader): boolean =>
  contract === 'outside' || (isNew === true && contract !== 'permitted');

/** Those in question first, then the new ones, then by their first read. */
export const compareReaders = (a: BlastRadiusReader, b: BlastRadiusReader): number =>
  Number(isInQuestion(b)) - Number(isInQuestion(a)) ||
  Number(b.isNew === true) - Number(a.isNew === true) ||
  compareText(a.first, b.first) ||
  compareText(a.identity, b.identity);

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
