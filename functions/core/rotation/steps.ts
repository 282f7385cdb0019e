import {
  RotationDelayedError,
  type RotationProblem,
  RotationRefusedError,
  SecretConflictError,
} from '../errors.ts';
import { shellWord } from '../format/shell-word.ts';
import { isProven, type KeyProbe } from '../model/key-probe.ts';
import type { SecretDescription, SecretValue } from '../model/secret-state.ts';
import type { Clock, KeyCredentials, KeyProvider, RotationStore, SecretStore } from '../ports.ts';
import { changeTime, observe, unprovenSwitch } from './observe.ts';
import type { RotationPolicy } from './rotation-policy.ts';
import { incidentOf, newRecord, type RotationRecord, withStory } from './rotation-record.ts';
import type { RotationRequest } from './rotation-request.ts';
import { keyIn, type NamedKey, withKey } from './secret-value.ts';

export interface StepDependencies {
  readonly secrets: SecretStore;
  readonly provider: KeyProvider;
  readonly policy: RotationPolicy;
  readonly records: RotationStore;
  /** Minted mode: the account's credentials, read when a key is to be made. */
  readonly credentials?: () => Promise<KeyCredentials>;
  readonly clock: Clock;
}

/**
 * Takes one step of a rotation. Each may be taken any number of times, by several at once, and may end anywhere: whatever
 * happens there is one current version, it is one whose key was seen to work right before, and the version before it
 * keeps a label until every consumer is proven to have moved.
 *
 * @throws RotationRefusedError where a person must act; the pending version then loses its label, so that it blocks nothing
 * @throws RotationDelayedError where it may be tried again
 */
export async function takeStep(request: RotationRequest, dependencies: StepDependencies): Promise<void> {
  const { secrets, clock, records } = dependencies;
  const secret = await secrets.describe(request.secretId);
  try {
    await step(secret, request, dependencies);
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== undefined && error instanceof Error) {
      await records.update(secret, (record) =>
        withProblem(record, secret, problem, error.message, request.token, clock.now()),
      );
    }
    if (error instanceof RotationRefusedError && error.problem !== 'NOT_PENDING') {
      await letGo(secret, request.token, secrets);
    }
    throw error;
  }
}

const problemOf = (error: unknown): RotationProblem | undefined =>
  error instanceof RotationRefusedError || error instanceof RotationDelayedError
    ? error.problem
    : error instanceof SecretConflictError
      ? 'SECRET_CONFLICT'
      : undefined;

async function step(secret: SecretDescription, request: RotationRequest, dependencies: StepDependencies) {
  const { token } = request;
  const stages = secret.versions[token] ?? [];
  if (stages.includes('AWSCURRENT')) {
    if (request.step === 'finishSecret') await tidy(secret, token, dependencies);
    return;
  }
  if (!stages.includes('AWSPENDING')) {
    throw new RotationRefusedError(
      'NOT_PENDING',
      `Version ${token} is not pending any more: its rotation has ended. Nothing is left to do for it`,
    );
  }
  switch (request.step) {
    case 'createSecret':
      return createSecret(secret, token, dependencies);
    case 'setSecret':
      // A key begins to work when its issuer makes it: there is nothing to set.
      return;
    case 'testSecret':
      return testSecret(secret, token, dependencies);
    case 'finishSecret':
      return finishSecret(secret, token, dependencies);
  }
}

/** Puts the next key under AWSPENDING: the staged one, or one that the issuer makes. */
async function createSecret(secret: SecretDescription, token: string, dependencies: StepDependencies) {
  const { secrets, policy, records, clock } = dependencies;
  refuseUnproven(await records.read(secret), secret);
  const current = await currentValue(secret, secrets);
  const { key: currentKey } = keyIn(current, policy.field);
  if (await secrets.value(secret.arn, { versionId: token })) return;
  const next =
    policy.mode === 'minted'
      ? await mintedKey(secret, token, dependencies)
      : await stagedKey(secret, currentKey, dependencies);
  try {
    await secrets.put(secret.arn, {
      token,
      text: withKey(current, policy.field, next),
      stages: ['AWSPENDING'],
    });
  } catch (error) {
    // An earlier attempt, whose answer was lost, has put its value: that one stays.
    if (!(error instanceof SecretConflictError)) throw error;
    if (!(await secrets.value(secret.arn, { versionId: token }))) throw error;
  }
  await records.update(secret, (record) =>
    withStory(
      {
        ...openRecord(record, secret),
        minting: (record?.minting ?? []).map((each) =>
          each.name === next.name ? { ...each, stored: true } : each,
        ),
      },
      clock.now(),
      `rotation began with ${next.name === null ? 'a key without a name' : `the key "${next.name}"`}`,
    ),
  );
}

async function stagedKey(
  secret: SecretDescription,
  currentKey: string,
  { secrets, policy, provider }: StepDependencies,
): Promise<NamedKey> {
  const staged = await secrets.value(secret.arn, { stage: policy.nextStage });
  const command = `secrets-audit rotation stage ${shellWord(secret.name)}`;
  if (!staged) {
    throw new RotationRefusedError(
      'NO_STAGED_KEY',
      `No key is staged under ${policy.nextStage}. Make one in ${provider.dashboard}, then: ${command}`,
    );
  }
  const next = keyIn(staged, policy.field);
  checkShape(next.key, provider, command);
  if (next.key === currentKey) {
    throw new RotationRefusedError(
      'KEY_NOT_NEW',
      `The staged key is the one that is current already. Make a new one in ${provider.dashboard}, then: ${command}`,
    );
  }
  return next;
}

function checkShape(key: string, provider: KeyProvider, command: string): void {
  const problem = provider.shapeProblem(key);
  if (problem !== undefined)
    throw new RotationRefusedError('KEY_SHAPE', `${problem}. Stage another: ${command}`);
}

/**
 * Asks the issuer for a key. Each request makes another one, so its name is remembered before: where the answer, or the
 * storing, is lost, the story names what may exist at the issuer without being stored anywhere.
 */
async function mintedKey(
  secret: SecretDescription,
  token: string,
  { provider, records, credentials, clock }: StepDependencies,
): Promise<NamedKey> {
  if (!provider.mint || !credentials) {
    throw new RotationRefusedError(
      'MINT_REFUSED',
      `${provider.title} makes no keys when asked: use mode staged`,
    );
  }
  let name = '';
  await records.update(secret, (record) => {
    const before = record?.minting ?? [];
    name = `${secret.name.replaceAll('/', '-')}-${token.slice(0, 8)}-${before.length + 1}`;
    return {
      ...openRecord(record, secret),
      minting: [...before, { name, at: clock.now(), stored: false }].slice(-mintingKept),
    };
  });
  const minted = await provider.mint(await credentials(), name);
  if ('key' in minted) return { key: minted.key, name };
  if ('retry' in minted) throw new RotationDelayedError('ISSUER_AWAY', minted.retry);
  await records.update(
    secret,
    (record) => record && { ...record, minting: record.minting.filter((each) => each.name !== name) },
  );
  throw new RotationRefusedError(
    'MINT_REFUSED',
    `${provider.title} made no key: ${minted.refused}. Check the account's credentials in rotation.accountSecret`,
  );
}

const mintingKept = 20;

async function testSecret(secret: SecretDescription, token: string, dependencies: StepDependencies) {
  const { secrets, policy } = dependencies;
  const current = await currentValue(secret, secrets);
  const pending = (await secrets.value(secret.arn, { versionId: token })) ?? current;
  // A test of the configuration alone (RotateImmediately false) has no value, or the current one: that secret and issuer
  // can be reached is all it shows. Nothing is promoted by it; finishSecret asks for another key.
  const isOther = keyIn(pending, policy.field).key !== keyIn(current, policy.field).key;
  await prove(pending, isOther ? current : undefined, dependencies, secret);
}

/** Moves AWSCURRENT, after asking once more: whoever calls this, no key becomes current that was not seen to work now. */
async function finishSecret(secret: SecretDescription, token: string, dependencies: StepDependencies) {
  const { secrets, policy, records, clock } = dependencies;
  const currentId = versionWith('AWSCURRENT', secret);
  const pending = await secrets.value(secret.arn, { versionId: token });
  if (!pending || currentId === undefined) {
    throw new RotationRefusedError(
      'NOT_PENDING',
      `Version ${token} has no value: its rotation has to begin again`,
    );
  }
  refuseUnproven(await records.read(secret), secret);
  const current = await currentValue(secret, secrets);
  const next = await prove(pending, current, dependencies, secret);
  await keepVersion(secret, currentId, dependencies);
  await records.update(secret, (record) =>
    withStory(
      {
        ...openRecord(record, secret),
        how: 'rotation',
        oldVersion: currentId,
        newVersion: token,
        oldKeyName: keyIn(current, policy.field).name,
        newKeyName: next.name,
        oldKey: null,
        oldKeyDeadAt: null,
        movedAt: null,
      },
      clock.now(),
      'the new key answered; it is about to become current',
    ),
  );
  await secrets.moveStage(secret.arn, 'AWSCURRENT', { to: token, from: currentId });
  await tidy(secret, token, dependencies);
}

/**
 * Puts a label of its own on a version. AWSPREVIOUS moves whenever anybody puts a value, and Secrets Manager deletes
 * versions without a label; this one stays until a rotation that may begin, because all before is proven, has ended.
 */
export async function keepVersion(
  secret: SecretDescription,
  version: string,
  { secrets, policy }: Pick<StepDependencies, 'secrets' | 'policy'>,
): Promise<void> {
  // The whole id: two that begin alike would want one label, and the second rotation could never end.
  const stage = `${policy.keepPrefix}${version}`;
  if (versionWith(stage, secret) === version) return;
  await secrets.moveStage(secret.arn, stage, { to: version });
}

/** What is left after the switch: the staged version is used up, and the record says when it happened. */
async function tidy(secret: SecretDescription, token: string, dependencies: StepDependencies) {
  const { secrets, policy, records, clock } = dependencies;
  const record = await records.read(secret);
  // A version that became current again by a rollback is no rotation's end: what was current before it must be kept.
  if (record?.newVersion !== token || record.how !== 'rotation') return;
  for (const [version, stages] of Object.entries(secret.versions)) {
    const isUsedUp = (stage: string) =>
      stage === policy.nextStage
        ? version !== token
        : stage.startsWith(policy.keepPrefix) && version !== record.oldVersion;
    for (const stage of stages.filter(isUsedUp))
      await secrets.moveStage(secret.arn, stage, { from: version });
  }
  if (record.switchedAt !== null) return;
  const after = await secrets.describe(secret.arn);
  await records.update(secret, (latest) => {
    if (latest?.newVersion !== token || latest.switchedAt !== null) return undefined;
    return withStory(
      { ...latest, switchedAt: changeTime(after, clock.now()), problem: null },
      clock.now(),
      `switched: ${latest.newKeyName === null ? 'the new key' : `the key "${latest.newKeyName}"`} is current`,
    );
  });
}

/**
 * Asks the issuer about a key.
 *
 * @param current the value whose account the key must be of; `undefined` where it is the one that is asked about
 * @throws RotationRefusedError, RotationDelayedError where it was not seen to work
 */
async function prove(
  value: SecretValue,
  current: SecretValue | undefined,
  { provider, policy }: StepDependencies,
  secret: SecretDescription,
): Promise<NamedKey> {
  const named = keyIn(value, policy.field);
  const command = `secrets-audit rotation stage ${shellWord(secret.name)}`;
  checkShape(named.key, provider, command);
  const probe = await provider.probe(named.key);
  assertProven(probe, provider.title);
  if (!current) return named;
  const currentKey = keyIn(current, policy.field).key;
  if (currentKey === named.key) {
    throw new RotationRefusedError(
      'KEY_NOT_NEW',
      `The pending key is the one that is current already. Stage another: ${command}`,
    );
  }
  if (probe.account === undefined) return named;
  const { account } = await provider.probe(currentKey);
  if (account !== undefined && account !== probe.account) {
    throw new RotationRefusedError(
      'KEY_OF_OTHER_ACCOUNT',
      `The new key belongs to another account of ${provider.title} than the current one. Stage one of the same account: ${command}`,
    );
  }
  return named;
}

/** @throws RotationRefusedError, RotationDelayedError saying what the issuer answered and what to do */
export function assertProven(probe: KeyProbe, issuer: string): void {
  if (isProven(probe)) return;
  switch (probe.standing) {
    case 'invalid':
      throw new RotationRefusedError(
        'KEY_INVALID',
        `${issuer} does not know the new key (${probe.reason}). It was not made current`,
      );
    case 'restricted':
      throw new RotationRefusedError(
        'ADDRESS_LOCKED',
        `${issuer} refuses the address that asks (${probe.reason}): the key can be neither proven nor refuted from here. Let rotate run in subnets with an allowed, fixed address: egress in audit.yaml`,
      );
    case 'retry':
      throw new RotationDelayedError('ISSUER_AWAY', `${issuer} gives no answer now (${probe.reason})`);
    default:
      throw new RotationDelayedError(
        'ISSUER_UNCLEAR',
        `${issuer} gives an answer that says nothing of the key (${probe.reason})`,
      );
  }
}

function refuseUnproven(record: RotationRecord | undefined, secret: SecretDescription): void {
  const unproven = unprovenSwitch(record, secret);
  if (!unproven) return;
  throw new RotationRefusedError(
    'UNPROVEN_ROTATION',
    `The last change of the value is not proven yet, and another would lose the old key that is still in use: ${unproven}. See secrets-audit rotation status ${shellWord(secret.name)}; in an emergency close it by: secrets-audit rotation prove ${shellWord(secret.name)} --close --reason "..."`,
  );
}

async function currentValue(secret: SecretDescription, secrets: SecretStore): Promise<SecretValue> {
  const value = await secrets.value(secret.arn, { stage: 'AWSCURRENT' });
  if (value) return value;
  throw new RotationRefusedError(
    'NO_CURRENT_VALUE',
    'The secret has no current value. Put the key that is in use now into it first',
  );
}

/** So that the next rotation can begin: Secrets Manager refuses one while AWSPENDING is on another version. */
async function letGo(secret: SecretDescription, token: string, secrets: SecretStore): Promise<void> {
  try {
    await secrets.moveStage(secret.arn, 'AWSPENDING', { from: token });
  } catch (error) {
    // Somebody else has moved it.
    if (!(error instanceof SecretConflictError)) throw error;
  }
}

export const versionWith = (
  stage: string,
  { versions }: Pick<SecretDescription, 'versions'>,
): string | undefined => Object.entries(versions).find(([, stages]) => stages.includes(stage))?.[0];

/** The record of the story that is going on; a new one where the last is closed or nothing is remembered. */
function openRecord(record: RotationRecord | undefined, secret: SecretDescription): RotationRecord {
  if (record?.status === 'open') return record;
  const current = versionWith('AWSCURRENT', secret) ?? null;
  return newRecord(incidentOf(secret, current), current, record);
}

function withProblem(
  record: RotationRecord | undefined,
  secret: SecretDescription,
  code: RotationProblem,
  reason: string,
  version: string,
  now: number,
): RotationRecord | undefined {
  // An unproven rotation goes on; that another one was refused is no problem of its own story.
  // A value that somebody put meanwhile has a story of its own, which a new one must not take the place of.
  const seen = record?.status === 'closed' ? observe(record, secret, now) : record;
  const open = openRecord(seen, secret);
  const known = open.problem;
  // Attempts after the label was let go say less than the one that let it go.
  if (code === 'NOT_PENDING' && known)
    return { ...open, problem: { ...known, last: now, count: known.count + 1 } };
  if (code === 'NOT_PENDING') return undefined;
  const same = known?.code === code;
  return withStory(
    {
      ...open,
      problem: {
        code,
        reason,
        version,
        first: same ? known.first : now,
        last: now,
        count: same ? known.count + 1 : 1,
      },
    },
    now,
    `refused: ${reason}`,
  );
}
