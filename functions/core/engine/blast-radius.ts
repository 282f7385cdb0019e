import { createCoveredTime } from '../completeness/covered-time.ts';
import { missingCalls } from '../completeness/missing-calls.ts';
import {
  identityOf,
  mayHaveRead,
  unknownBatches,
  type ValueRead,
  valueReads,
} from '../completeness/value-reads.ts';
import { namedConsumer } from '../contracts/named-consumer.ts';
import { shellWord } from '../format/shell-word.ts';
import { type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import type { BlastRadius, Consumer } from '../model/blast-radius.ts';
import { compareText } from '../order.ts';
import { versionTimeline } from '../versions/timeline.ts';
import { consumersOf } from './blast-radius-consumers.ts';
import type { BlastRadiusInput } from './blast-radius-input.ts';
import { compareReaders, describeReader, isInQuestion, refusals } from './blast-radius-readers.ts';
import { unknownsOf } from './blast-radius-unknown.ts';

const consumerDays = 30;
const dayMs = 86_400_000;

/** Who may have a value that leaked, what stops when it is revoked, and what to rotate in which order. */
export function blastRadius(input: BlastRadiusInput): BlastRadius {
  const { secret, since, events, contracts } = input;
  const covered = createCoveredTime(input.coverage);
  const place = covered.place(secret.account, secret.region);
  const key = secretKey(secret);
  const all = valueReads(events).filter(({ event }) => event.time !== null);
  const own = all.filter((read) => secretKey(read.secret) === key);
  const reachesBack = place !== undefined && Date.parse(place.from) < since;
  const before = new Set(all.filter((read) => !isSince(read, since)).map(pairOf));
  const timeline = versionTimeline(events);

  const recent = own.filter((read) => isSince(read, since));
  const readers = [...Map.groupBy(recent, ({ event }) => identityOf(event)).values()]
    .flatMap((reads) => {
      const [one] = reads;
      const isNew = one && reachesBack ? !before.has(pairOf(one)) : null;
      return describeReader({ reads, isNew, timeline, contracts });
    })
    .sort(compareReaders);
  const questioned = new Set(
    readers.filter(isInQuestion).map(({ account, identity }) => `${account}/${identity}`),
  );

  const end = own.reduce(
    (last, { event }) => Math.max(last, event.time ?? 0),
    Date.parse(place?.to ?? '') || 0,
  );
  // Whoever read before T needs the secret, also where somebody else has used the same credentials since.
  const strangers = new Set(
    readers
      .filter((reader) => isInQuestion(reader) && reader.isNew === true)
      .map(({ account, identity }) => `${account}/${identity}`),
  );
  const consumers = consumersOf(
    secret,
    own.filter(
      ({ event }) => (event.time ?? 0) >= end - consumerDays * dayMs && !strangers.has(identityOf(event)),
    ),
    contracts.of(secret),
    input.settings,
  );
  return {
    schemaVersion: '1.0',
    secret: { name: secret.name, account: secret.account, region: secret.region, arn: secret.arn },
    since: new Date(since).toISOString(),
    evidence: place ? { from: place.from, to: place.to } : null,
    readers,
    refused: refusals(
      events.filter(
        (event) =>
          event.action === 'read' &&
          event.outcome === 'denied' &&
          (event.time ?? 0) >= since &&
          secretsOf(event).some((each) => secretKey(each) === key),
      ),
    ),
    consumers,
    consumerDays,
    rotation: rotationOrder(input, all, { before, questioned, reachesBack, consumers }),
    unknown: unknownsOf(input, {
      covered,
      consumerDays,
      batches: unknownBatches(events).filter(
        (batch) => (batch.time ?? since) >= since && mayHaveRead(batch, secret),
      ),
      missing: missingCalls(events, covered).filter(
        (call) => Date.parse(call.time) >= since && secretKey({ ...call.secret, arn: null }) === key,
      ),
      isVersionInferred: readers.some(({ versions }) => versions.some(({ inferred }) => inferred)),
      isVersionUnknown: readers.some(({ versions }) => versions.some(({ id }) => id === null)),
    }),
  };
}

const isSince = ({ event }: ValueRead, since: number): boolean => (event.time ?? 0) >= since;

const pairOf = ({ secret, event }: ValueRead): string => `${secretKey(secret)} ${identityOf(event)}`;

interface RotationBasis {
  /** Pairs of secret and identity that were known before. */
  readonly before: ReadonlySet<string>;
  readonly questioned: ReadonlySet<string>;
  readonly reachesBack: boolean;
  readonly consumers: readonly Consumer[];
}

/** The secret itself, then what the readers in question read besides: what was not theirs to read first. */
function rotationOrder(
  { secret, since, contracts }: BlastRadiusInput,
  all: readonly ValueRead[],
  { before, questioned, reachesBack, consumers }: RotationBasis,
): BlastRadius['rotation'] {
  const theirs = Map.groupBy(
    all.filter((read) => isSince(read, since) && questioned.has(identityOf(read.event))),
    (read) => secretKey(read.secret),
  );
  const others = [...theirs]
    .filter(([key]) => key !== secretKey(secret))
    .flatMap(([, reads]) => (reads[0] ? [{ target: reads[0].secret, reads }] : []));
  const stepFor = (target: SecretRef, reads: readonly ValueRead[]): BlastRadius['rotation'][number] => ({
    secret: { name: target.name, account: target.account, region: target.region },
    reads: reads.length,
    readers: [...new Set(reads.map(({ event }) => event.actor.principal))].sort(compareText),
    isUnusual: reachesBack ? reads.some((read) => !before.has(pairOf(read))) : null,
    commands: commandsFor(
      target,
      secretKey(target) === secretKey(secret) ? consumers : contracts.of(target).clauses.map(namedConsumer),
    ),
  });
  return [
    stepFor(secret, theirs.get(secretKey(secret)) ?? []),
    ...others
      .map(({ target, reads }) => stepFor(target, reads))
      .sort(
        (a, b) =>
          Number(b.isUnusual === true) - Number(a.isUnusual === true) ||
          b.reads - a.reads ||
          compareText(a.secret.name, b.secret.name),
      ),
  ];
}

/** Consumers that get the value when they start must be started again. */
function commandsFor(
  { name, region }: SecretRef,
  consumers: readonly Pick<Consumer, 'consumer' | 'delivery'>[],
): string[] {
  const restarts = consumers.flatMap(({ consumer, delivery }) =>
    consumer && delivery === 'injected' ? [restart(consumer, region)] : [],
  );
  return [
    `aws secretsmanager rotate-secret --secret-id ${shellWord(name)} --region ${shellWord(region)}`,
    ...new Set(restarts),
  ];
}

function restart({ kind, name }: NonNullable<Consumer['consumer']>, region: string): string {
  const parts = name.split('/');
  if (kind === 'ecs' && parts.length === 2) {
    const [cluster = '', service = ''] = parts;
    return `aws ecs update-service --cluster ${shellWord(cluster)} --service ${shellWord(service)} --force-new-deployment --region ${shellWord(region)}`;
  }
  if (kind === 'eks' && parts.length === 3) {
    const [cluster = '', namespace = '', deployment = ''] = parts;
    return `kubectl --context ${shellWord(cluster)} -n ${shellWord(namespace)} rollout restart deployment ${shellWord(deployment)}`;
  }
  return `# restart ${kind} ${shellWord(name)}: it gets the value only when it starts`;
}
