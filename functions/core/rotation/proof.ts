import { namedConsumer } from '../contracts/named-consumer.ts';
import type { Actor } from '../model/access-event.ts';
import type { Clause } from '../model/contract-clause.ts';
import type { SecretReader } from '../model/secret-reader.ts';
import { compareText } from '../order.ts';
import { plural, shortPrincipal } from '../phrases.ts';
import type { NamedConsumer } from '../ports.ts';
import type { RotationRecord } from './rotation-record.ts';

/** Whether one consumer has the new key. `lagging`: it is known to hold or to read the old one. `unseen`: nothing of it since. */
export type ConsumerProgress = 'moved' | 'lagging' | 'unseen' | 'unknown';

/** What uses the key. */
export interface ConsumerStanding {
  /** For people and for `--attest`: `ecs prod/sms-sender`, or the identity that reads. */
  readonly consumer: string;
  /** Clause of the contract that names it. */
  readonly clause: string | null;
  readonly named: NamedConsumer | null;
  readonly identity: string | null;
  readonly delivery: 'injected' | 'runtime' | null;
  /** Milliseconds. */
  readonly lastRead: number | null;
  readonly progress: ConsumerProgress;
  /** The number: `12 of 12 tasks started after the switch`. */
  readonly because: string;
}

/** What runs of a consumer, as `RunningConsumers` answers. */
export type Starts = { readonly starts: readonly number[] } | { readonly unknown: string };

export interface ProofInput {
  readonly clauses: readonly Clause[];
  /** Whether a clause is about an identity; see contracts/clauses.ts. */
  readonly isAbout: (clause: Clause, actor: Pick<Actor, 'kind' | 'account' | 'principal'>) => boolean;
  readonly readers: readonly SecretReader[];
  /** By `consumerName`. */
  readonly starts: ReadonlyMap<string, Starts>;
  readonly record: RotationRecord | undefined;
  /** Roles of the suite itself that read the secret for rotation: they are no consumers. */
  readonly ownRoles: readonly string[];
}

/** How a consumer is called in messages, in `starts` and for `--attest`. */
export const consumerName = ({ kind, name }: NamedConsumer): string => `${kind} ${name}`;

const machines: ReadonlySet<string> = new Set(['role', 'user', 'service']);

/**
 * What uses the key, from its contract and from who was seen to read it, and whether each has the new one. What cannot
 * be told is said to be so. People are no consumers: what they read they hold in no process that could be restarted.
 */
export function consumerStandings(input: ProofInput): ConsumerStanding[] {
  const byIdentity = Map.groupBy(
    input.readers.filter(({ kind, principal }) => machines.has(kind) && !input.ownRoles.includes(principal)),
    ({ account, principal }) => `${account}/${principal}`,
  );
  const consumers = [...byIdentity.values()].filter((readers) => uses(readers, input.record));
  const declared = input.clauses.filter(({ consumer }) => consumer !== undefined);
  const seen = new Set<Clause>();
  const standings = consumers.flatMap((readers) => {
    const [one] = readers;
    if (!one) return [];
    const clauses = declared.filter((clause) => input.isAbout(clause, one));
    for (const clause of clauses) seen.add(clause);
    return clauses.length === 0
      ? [standingOf(undefined, readers, input)]
      : clauses.map((clause) => standingOf(clause, readers, input));
  });
  const unseen = declared
    .filter((clause) => !seen.has(clause))
    .map((clause) => standingOf(clause, [], input));
  return [...standings, ...unseen].sort((a, b) => compareText(a.consumer, b.consumer));
}

/**
 * Who asks for the current value uses it. Who asks for another version does where that goes on over a switch: a person
 * who looked at the old version once, to repair something, is no consumer.
 */
function uses(readers: readonly SecretReader[], record: RotationRecord | undefined): boolean {
  const switchedAt = record?.switchedAt ?? null;
  return readers.some(
    ({ asked, first, last }) =>
      asked === 'AWSCURRENT' || (switchedAt !== null && first < switchedAt && last > switchedAt),
  );
}

function standingOf(
  clause: Clause | undefined,
  readers: readonly SecretReader[],
  input: ProofInput,
): ConsumerStanding {
  const { consumer: named, delivery } = clause ? namedConsumer(clause) : { consumer: null, delivery: null };
  const identity = readers[0]?.principal ?? null;
  const consumer = named ? consumerName(named) : shortPrincipal(identity ?? 'unknown');
  const lastRead = latest(readers);
  const attested = input.record?.attested.find((each) => each.consumer === consumer);
  const progress = attested
    ? { progress: 'moved' as const, because: `${attested.by} says so: ${attested.reason}` }
    : delivery === 'injected'
      ? injectedProgress(consumer, input)
      : readingProgress(readers, input.record);
  return { consumer, clause: clause?.id ?? null, named, identity, delivery, lastRead, ...progress };
}

type Progress = Pick<ConsumerStanding, 'progress' | 'because'>;

/** It got the value when it started, and holds it until it starts again; who reads then is often a role shared by many. */
function injectedProgress(consumer: string, { starts, record }: ProofInput): Progress {
  const known = starts.get(consumer);
  if (!known) return { progress: 'unknown', because: 'what runs of it was not asked for' };
  if ('unknown' in known) return { progress: 'unknown', because: known.unknown };
  const switchedAt = record?.switchedAt ?? null;
  const running = known.starts.length;
  if (running === 0) return { progress: 'moved', because: 'nothing of it runs, so nothing holds a key' };
  if (switchedAt === null) {
    return {
      progress: 'unseen',
      because: `${plural(running, 'task')} running; holds the key that it started with`,
    };
  }
  const after = known.starts.filter((start) => isAfter(start, switchedAt)).length;
  return after === running
    ? { progress: 'moved', because: `${after} of ${running} tasks started after the switch` }
    : {
        progress: 'lagging',
        because: `${running - after} of ${running} tasks started before the switch, the oldest ${dateOf(Math.min(...known.starts))}: they hold the old key`,
      };
}

/** It reads the value itself. CloudTrail names the version seldom; a read of the label got what had the label then. */
function readingProgress(readers: readonly SecretReader[], record: RotationRecord | undefined): Progress {
  const last = latest(readers);
  const lastText = last === null ? 'never seen to read it' : `last read ${dateOf(last)}`;
  const switchedAt = record?.switchedAt ?? null;
  if (switchedAt === null) return { progress: 'unseen', because: lastText };
  const since = (asked: readonly (string | null)[]) =>
    latest(readers.filter((reader) => asked.includes(reader.asked) && isAfter(reader.last, switchedAt)));
  const current = since(['AWSCURRENT', record?.newVersion ?? null]);
  const previous = since(['AWSPREVIOUS', record?.oldVersion ?? null]);
  if (previous !== null && previous >= (current ?? 0)) {
    return { progress: 'lagging', because: `asked for the old version ${dateOf(previous)}` };
  }
  if (current !== null) return { progress: 'moved', because: `read the new version ${dateOf(current)}` };
  return { progress: 'unseen', because: `${lastText}, not since the switch` };
}

const latest = (readers: readonly SecretReader[]): number | null =>
  readers.length === 0 ? null : readers.reduce((last, reader) => Math.max(last, reader.last), 0);

/** CloudTrail and ECS stamp whole seconds: within the second of the switch nobody can say which came first. */
const isAfter = (time: number, moment: number): boolean =>
  Math.floor(time / 1000) > Math.floor(moment / 1000);

const dateOf = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Whether the old key may be deactivated: everything known to use the key has the new one. */
export const hasEverybodyMoved = (consumers: readonly ConsumerStanding[]): boolean =>
  consumers.every(({ progress }) => progress === 'moved');

/** Who is still in the way: the first are known to use the old key. */
export const inTheWay = (consumers: readonly ConsumerStanding[]): ConsumerStanding[] =>
  ['lagging', 'unseen', 'unknown'].flatMap((wanted) =>
    consumers.filter(({ progress }) => progress === wanted),
  );
