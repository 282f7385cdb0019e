import { identityOf, type ValueRead } from '../completeness/value-reads.ts';
import type { AppliedContract } from '../contracts/applied-contract.ts';
import { createClauseCompiler } from '../contracts/clauses.ts';
import { namedConsumer } from '../contracts/named-consumer.ts';
import type { SecretRef } from '../model/access-event.ts';
import type { Consumer } from '../model/blast-radius.ts';
import type { Clause } from '../model/contract-clause.ts';
import type { Settings } from '../model/settings.ts';
import { compareText } from '../order.ts';
import { rhythmOf } from './reading-rhythm.ts';

export type ConsumerSettings = Pick<Settings, 'accounts' | 'networks' | 'calendars' | 'exceptions'>;

const machines = new Set(['role', 'user', 'service']);

/**
 * What uses a secret: the machines that read it, and whatever its contract says that it is delivered to. The most recent
 * reader comes first, what was not seen to read last.
 *
 * @param reads of the secret, of those identities that may be consumers
 */
export function consumersOf(
  secret: SecretRef,
  reads: readonly ValueRead[],
  contract: AppliedContract,
  settings: ConsumerSettings,
): Consumer[] {
  const compiler = createClauseCompiler(settings);
  const clauses = contract.clauses
    .filter(({ consumer }) => consumer)
    .map((clause) => ({ clause, isAbout: compiler.compile(clause, secret).isAbout }));
  const seen = new Set<Clause>();
  const byIdentity = Map.groupBy(
    reads.filter(({ event }) => machines.has(event.actor.kind)),
    ({ event }) => identityOf(event),
  );
  const readers = [...byIdentity.values()].flatMap((group): Consumer[] => {
    const actor = group[0]?.event.actor;
    const times = group.flatMap(({ event }) => event.time ?? []);
    if (!actor || times.length === 0) return [];
    const rhythm = rhythmOf(times);
    const about = clauses.filter(({ isAbout }) => isAbout(actor)).map(({ clause }) => clause);
    for (const clause of about) seen.add(clause);
    const read = {
      identity: actor.principal,
      lastRead: new Date(latest(times)).toISOString(),
      everySeconds: rhythm ? Math.round(rhythm.everyMs / 1000) : null,
      nextRead: rhythm ? new Date(rhythm.next).toISOString() : null,
    };
    return about.length === 0
      ? [{ ...read, consumer: null, delivery: null }]
      : about.map((clause) => ({ ...read, ...namedConsumer(clause) }));
  });
  const unseen = clauses
    .filter(({ clause }) => !seen.has(clause))
    .map(({ clause }) => ({
      identity: null,
      lastRead: null,
      everySeconds: null,
      nextRead: null,
      ...namedConsumer(clause),
    }));
  return [
    ...readers.sort(
      (a, b) =>
        compareText(b.lastRead ?? '', a.lastRead ?? '') || compareText(a.identity ?? '', b.identity ?? ''),
    ),
    ...unseen,
  ];
}

/** Not by spreading: a year of reads is more than a call takes arguments. */
const latest = (times: readonly number[]): number =>
  times.reduce((last, time) => Math.max(last, time), Number.NEGATIVE_INFINITY);
