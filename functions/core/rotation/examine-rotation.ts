import type { AppliedContract } from '../contracts/applied-contract.ts';
import { createClauseCompiler } from '../contracts/clauses.ts';
import { namedConsumer } from '../contracts/named-consumer.ts';
import { RotationRefusedError } from '../errors.ts';
import type { SecretRef } from '../model/access-event.ts';
import type { Clause } from '../model/contract-clause.ts';
import type { KeyProbe } from '../model/key-probe.ts';
import type { SecretDescription, SecretVersion } from '../model/secret-state.ts';
import type { Settings } from '../model/settings.ts';
import type {
  Clock,
  KeyProvider,
  ReaderStore,
  RotationStore,
  RunningConsumers,
  SecretStore,
} from '../ports.ts';
import { observe } from './observe.ts';
import { consumerName, consumerStandings, hasEverybodyMoved, type Starts } from './proof.ts';
import type { RotationPolicy } from './rotation-policy.ts';
import { incidentOf, isSwitched, newRecord, type RotationRecord, withStory } from './rotation-record.ts';
import { dueAt, labelled, type RotationState } from './rotation-state.ts';
import { keyIn } from './secret-value.ts';

export interface ExamineDependencies {
  readonly secrets: Pick<SecretStore, 'describe' | 'versions' | 'value'>;
  readonly provider: KeyProvider;
  readonly policy: RotationPolicy;
  readonly records: RotationStore;
  readonly readers: Pick<ReaderStore, 'of'>;
  readonly running: RunningConsumers;
  readonly contract: Pick<AppliedContract, 'clauses'>;
  readonly settings: Pick<Settings, 'accounts' | 'networks' | 'calendars' | 'exceptions'>;
  /** Roles of the suite that read the secret. */
  readonly ownRoles: readonly string[];
  readonly clock: Clock;
  /** Only to show it: remembers nothing, asks the issuer nothing, and so reads no value. */
  readonly readOnly?: boolean;
}

/**
 * Looks at one secret that is rotated: what its labels say, who uses which version, what the issuer says of the old key;
 * and remembers what follows. Moves no label and puts no value; with `readOnly` it leaves nothing behind at all.
 *
 * @throws SecretNotFoundError
 */
export async function examineRotation(
  secretId: string,
  dependencies: ExamineDependencies,
): Promise<RotationState> {
  const { secrets, policy, provider, readers, clock, readOnly = false } = dependencies;
  const records = readOnly ? unstored(dependencies.records) : dependencies.records;
  const secret = await secrets.describe(secretId);
  const versions = await secrets.versions(secret.arn);
  const labels = labelled(versions, policy.nextStage);
  const seen = await records.update(secret, (record) => {
    const next = opened(observe(record, secret, clock.now()), secret, labels.current, policy, clock.now());
    return next === record ? undefined : next;
  });
  const consumers = consumerStandings({
    clauses: dependencies.contract.clauses,
    isAbout: clauseAboutness(secret, dependencies.settings),
    readers: await readers.of(secret),
    starts: await startsOf(dependencies),
    record: seen,
    ownRoles: dependencies.ownRoles,
  });
  const probe = isSwitched(seen) && !readOnly ? await probeOld(secret, seen, dependencies) : undefined;
  const record = probe
    ? await records.update(secret, (latest) =>
        // Somebody else, or a rollback, may have begun another story meanwhile: then this probe says nothing of it.
        latest?.status === 'open' && latest.oldVersion === seen?.oldVersion
          ? concluded(latest, probe, hasEverybodyMoved(consumers), clock.now())
          : undefined,
      )
    : seen;
  return {
    secret,
    policy,
    issuer: { title: provider.title, dashboard: provider.dashboard },
    versions,
    ...labels,
    record,
    consumers,
    isAddressLocked:
      (probe ?? (isSwitched(seen) ? seen.oldKey : null))?.standing === 'restricted' ||
      record?.problem?.code === 'ADDRESS_LOCKED',
  };
}

/** What changes would come to; nothing is stored. */
const unstored = (records: Pick<RotationStore, 'read'>): RotationStore => ({
  read: (secret) => records.read(secret),
  async update(secret, change) {
    const record = await records.read(secret);
    return change(record) ?? record;
  },
});

/** A rotation that will be due soon begins its story; one that was closed is over. */
function opened(
  record: RotationRecord | undefined,
  secret: SecretDescription,
  current: SecretVersion | undefined,
  policy: RotationPolicy,
  now: number,
): RotationRecord | undefined {
  const due = dueAt({ current, policy });
  if (record?.status !== 'closed' || !current || due === undefined || now < due - policy.warnMs)
    return record;
  return withStory(
    newRecord(incidentOf(secret, current.id), current.id, record),
    now,
    `due ${new Date(due).toISOString().slice(0, 10)}`,
  );
}

/** Whether a clause of the secret's contract is about an identity. */
export const clauseAboutness = (secret: SecretRef, settings: ExamineDependencies['settings']) => {
  const compiler = createClauseCompiler(settings);
  const compiled = new Map<Clause, ReturnType<typeof compiler.compile>>();
  return (clause: Clause, actor: Parameters<ReturnType<typeof compiler.compile>['isAbout']>[0]): boolean => {
    const known = compiled.get(clause) ?? compiler.compile(clause, secret);
    compiled.set(clause, known);
    return known.isAbout(actor);
  };
};

async function startsOf({ contract, running }: ExamineDependencies): Promise<Map<string, Starts>> {
  const starts = new Map<string, Starts>();
  for (const clause of contract.clauses) {
    const { consumer, delivery } = namedConsumer(clause);
    if (!consumer || delivery !== 'injected' || starts.has(consumerName(consumer))) continue;
    starts.set(consumerName(consumer), await running.startsOf(consumer));
  }
  return starts;
}

/** What the issuer says of the key that was current before. */
async function probeOld(
  secret: SecretDescription,
  { oldVersion }: RotationRecord,
  { secrets, provider, policy }: ExamineDependencies,
): Promise<KeyProbe> {
  if (oldVersion === null)
    return { standing: 'unknown', reason: 'which version was current before is not known' };
  const value = await secrets.value(secret.arn, { versionId: oldVersion });
  if (!value) return { standing: 'unknown', reason: 'the old version is not there any more' };
  try {
    return await provider.probe(keyIn(value, policy.field).key);
  } catch (error) {
    if (error instanceof RotationRefusedError) return { standing: 'unknown', reason: error.message };
    throw error;
  }
}

/** What a probe of the old key and the consumers come to. A rotation closes only here, or by a person with a reason. */
export function concluded(
  record: RotationRecord,
  probe: KeyProbe,
  everybodyMoved: boolean,
  now: number,
): RotationRecord {
  const isDead = probe.standing === 'invalid';
  const isAlive = probe.standing === 'valid' || probe.standing === 'unfunded';
  const name = record.oldKeyName === null ? 'the old key' : `the old key "${record.oldKeyName}"`;
  let next: RotationRecord = {
    ...record,
    oldKey: { standing: probe.standing, reason: probe.reason, at: now },
    // An outage or an address lock says nothing: what was known of the key stays.
    oldKeyDeadAt: isDead ? (record.oldKeyDeadAt ?? now) : isAlive ? null : record.oldKeyDeadAt,
    movedAt: everybodyMoved ? (record.movedAt ?? now) : null,
  };
  if (everybodyMoved && record.movedAt === null) {
    next = withStory(next, now, `every known consumer has the new key; ${name} may be deactivated`);
  }
  if (isDead && record.oldKeyDeadAt === null) next = withStory(next, now, `${name} is dead`);
  if (!isDead || !everybodyMoved) return next;
  return withStory(
    { ...next, status: 'closed', closed: { at: now, because: 'proven' } },
    now,
    'proven: every known consumer has the new key and the old one is dead',
  );
}
