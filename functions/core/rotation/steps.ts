import {
  RotationDelayedError,
  type RotationProblem,
  RotationRefusedError,
  SecretConflictError,
} from '../errors.ts';
import { shellWord } from '../format/shell-word.ts';
import type { SecretDescription, SecretValue } from '../model/secret-state.ts';
import type { SecretStore } from '../ports.ts';
import { keepVersion, letGo } from './kept-versions.ts';
import { versionWith } from './labels.ts';
import { mintedKey, stagedKey } from './next-key.ts';
import { changeTime, observe, unprovenSwitch } from './observe.ts';
import { proveKey } from './prove-key.ts';
import { openRecord, type RotationRecord, withStory } from './rotation-record.ts';
import type { RotationRequest } from './rotation-request.ts';
import { keyIn, withKey } from './secret-value.ts';
import type { StepDependencies } from './step-dependencies.ts';

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

async function testSecret(secret: SecretDescription, token: string, dependencies: StepDependencies) {
  const { secrets, policy } = dependencies;
  const current = await currentValue(secret, secrets);
  const pending = (await secrets.value(secret.arn, { versionId: token })) ?? current;
  // A test of the configuration alone (RotateImmediately false) has no value, or the current one: that secret and issuer
  // can be reached is all it shows. Nothing is promoted by it; finishSecret asks for another key.
  const isOther = keyIn(pending, policy.field).key !== keyIn(current, policy.field).key;
  await proveKey(pending, isOther ? current : undefined, dependencies, secret);
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
  const next = await proveKey(pending, current, dependencies, secret);
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

/** What is left after the switch: the staged version is used up, and the record says when it happened. */
async function tidy(secret: SecretDescription, token: string, dependencies: StepDependencies) {
  const { secrets, policy, records, clock } = dependencies;
  const record = await records.read(secret);
  // A version that became current again by a rollback is no rotation's end: what was current before it must be kept.
  if (record?.newVersion !== token || record.how !== 'rotation') return;
  for (const [version, stages] of Object.entries(secret.versions)) {
    for (const stage of stages) {
      const isUsedUp =
        stage === policy.nextStage
          ? await holdSameKey(version, token, secret, dependencies)
          : stage.startsWith(policy.keepPrefix) && version !== record.oldVersion;
      if (isUsedUp) await secrets.moveStage(secret.arn, stage, { from: version });
    }
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

/** Somebody may have staged another key since this rotation took its own: that one is for the next. */
async function holdSameKey(
  staged: string,
  token: string,
  secret: SecretDescription,
  { secrets, policy }: StepDependencies,
): Promise<boolean> {
  if (staged === token) return false;
  try {
    const [one, other] = await Promise.all(
      [staged, token].map((versionId) => secrets.value(secret.arn, { versionId })),
    );
    return (
      one !== undefined &&
      other !== undefined &&
      keyIn(one, policy.field).key === keyIn(other, policy.field).key
    );
  } catch (error) {
    // What holds no key was not used.
    if (error instanceof RotationRefusedError) return false;
    throw error;
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
