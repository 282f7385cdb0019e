import { describe, expect, it, test } from '@jest/globals';
import { concluded } from '../../../functions/core/rotation/examine-rotation.ts';
import { observe, unprovenSwitch } from '../../../functions/core/rotation/observe.ts';
import {
  askForRotation,
  attestConsumer,
  closeUnproven,
} from '../../../functions/core/rotation/persons-word.ts';
import { rollBack } from '../../../functions/core/rotation/roll-back.ts';
import { newRecord, type RotationRecord } from '../../../functions/core/rotation/rotation-record.ts';
import { takeStep } from '../../../functions/core/rotation/steps.ts';
import { dayMs, minuteMs, rotatedSecret } from '../../support/rotation/rotated-secret.ts';
import { arn } from '../../support/rotation/secrets-manager.ts';

const json = (value: object) => ({ kind: 'text', text: JSON.stringify(value) }) as const;

/** A rotation that has a version pending; in mode staged with a key that is staged. */
async function begun(options: Parameters<typeof rotatedSecret>[0] = {}) {
  const rotated = rotatedSecret(options);
  await rotated.examine();
  rotated.clock.time += minuteMs;
  if (options.mode !== 'minted') await rotated.stage();
  const token = await rotated.secret.rotate();
  return { ...rotated, token };
}

describe('createSecret', () => {
  it('puts the staged key into the current JSON, and keeps what else is there', async () => {
    const { secret, step, token, issuer, current } = await begun();
    const before = current();
    await step('createSecret', token);
    const value = JSON.parse(secret.textOf(token) ?? '');
    expect(value).toEqual({
      api_key: [...issuer.alive.keys()].at(-1),
      api_key_name: 'second',
      sender: 'ACME',
    });
    expect(current()).toBe(before);
    expect(secret.stagesOf(token)).toEqual(['AWSPENDING']);
  });

  it('called again it changes nothing, also where another key is staged meanwhile', async () => {
    const { secret, step, stage, token } = await begun();
    await step('createSecret', token);
    const value = secret.textOf(token);
    await stage();
    await step('createSecret', token);
    expect(secret.textOf(token)).toBe(value);
  });

  it('two at once leave one value', async () => {
    const { secret, step, token } = await begun();
    await Promise.all([step('createSecret', token), step('createSecret', token)]);
    expect(JSON.parse(secret.textOf(token) ?? '').api_key_name).toBe('second');
  });

  test.each([
    ['another form', json({ other: 'x' }), 'NO_KEY_FIELD'],
    ['bytes', { kind: 'binary' } as const, 'BINARY_SECRET'],
    ['no key', json({ api_key: 'nonsense' }), 'KEY_SHAPE'],
  ])('refuses %s, remembers why, and lets the pending version go', async (_, value, problem) => {
    const { secret, step, token, records, examine } = await begun();
    secret.putByHand(value, 'CLOCKWORK_NEXT');
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem });
    expect(secret.labels.has('AWSPENDING')).toBe(false);
    expect(records.record?.problem).toMatchObject({ code: problem, version: token, count: 1 });
    expect((await examine()).record?.status).toBe('open');
  });

  it('refuses the current key', async () => {
    const { secret, step, token, firstKey } = await begun();
    secret.putByHand(json({ api_key: firstKey }), 'CLOCKWORK_NEXT');
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'KEY_NOT_NEW' });
  });

  it('refuses without a staged key; what it is asked again afterwards counts, and hides nothing', async () => {
    const { secret, step, examine, records } = rotatedSecret();
    await examine();
    const token = await secret.rotate();
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'NO_STAGED_KEY' });
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'NOT_PENDING' });
    expect(records.record?.problem).toMatchObject({ code: 'NO_STAGED_KEY', count: 2 });
  });

  it('refuses while the last switch is not proven', async () => {
    const { secret, step, stage, rotate, examine } = rotatedSecret();
    await examine();
    await stage();
    await rotate();
    await stage();
    const token = await secret.rotate();
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'UNPROVEN_ROTATION' });
  });

  it('refuses where there is no current value', async () => {
    const { secret, step, token } = await begun();
    secret.labels.delete('AWSCURRENT');
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'NO_CURRENT_VALUE' });
  });
});

describe('createSecret, where the issuer makes the key', () => {
  it('asks once, and remembers that the key is stored', async () => {
    const { secret, step, token, records, issuer } = await begun({ mode: 'minted' });
    await step('createSecret', token);
    await step('createSecret', token);
    expect(issuer.alive.size).toBe(2);
    expect(records.record?.minting).toMatchObject([{ name: 'sms-clockwork-00000000-1', stored: true }]);
    expect(JSON.parse(secret.textOf(token) ?? '').api_key_name).toBe('sms-clockwork-00000000-1');
  });

  it('a key whose storing failed is named until somebody has looked, and the next has another name', async () => {
    const { secret, step, token, records, ports, issuer, firstKey, examine } = await begun({
      mode: 'minted',
    });
    const put = ports.secrets.put;
    secret.put = async () => {
      throw new Error('throttled');
    };
    await expect(step('createSecret', token)).rejects.toThrow('throttled');
    secret.put = put.bind(secret);
    await step('createSecret', token);
    expect(records.record?.minting.map(({ stored }) => stored)).toEqual([false, true]);
    const [orphan, used] = records.record?.minting ?? [];
    expect(orphan?.name).not.toBe(used?.name);
    for (const name of ['testSecret', 'finishSecret'] as const) await step(name, token);
    issuer.alive.delete(firstKey);
    await examine();
    // It lies at the issuer still when another story has begun.
    expect(newRecord('next', null, records.record).minting).toEqual([orphan]);
  });

  it('an answer that was lost is put off, and the key is remembered', async () => {
    const { step, token, records, issuer, secret } = await begun({ mode: 'minted' });
    issuer.mint = async () => ({ retry: 'no answer' });
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'ISSUER_AWAY' });
    expect(records.record?.minting).toMatchObject([{ stored: false }]);
    expect(secret.labels.get('AWSPENDING')).toBe(token);
  });

  it('a refusal made no key, so none is remembered', async () => {
    const { step, token, records, issuer, secret } = await begun({ mode: 'minted' });
    issuer.mint = async () => ({ refused: '2 Invalid Username Or Password' });
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'MINT_REFUSED' });
    expect(records.record?.minting).toEqual([]);
    expect(secret.labels.has('AWSPENDING')).toBe(false);
  });

  it('refuses without credentials', async () => {
    const { ports, token } = await begun({ mode: 'minted' });
    const { credentials: _, ...without } = ports;
    await expect(takeStep({ step: 'createSecret', secretId: arn, token }, without)).rejects.toMatchObject({
      problem: 'MINT_REFUSED',
    });
  });
});

describe('testSecret', () => {
  test.each([
    ['dead', 'KEY_INVALID', true],
    ['away', 'ISSUER_AWAY', false],
    ['locked', 'ADDRESS_LOCKED', true],
    ['unclear', 'ISSUER_UNCLEAR', false],
  ] as const)('a key that is %s: %s', async (what, problem, isLetGo) => {
    const { secret, step, token, issuer, records } = await begun();
    await step('createSecret', token);
    if (what === 'dead') issuer.alive.delete([...issuer.alive.keys()].at(-1) ?? '');
    else issuer.mood = what;
    await expect(step('testSecret', token)).rejects.toMatchObject({ problem });
    expect(secret.labels.has('AWSPENDING')).toBe(!isLetGo);
    expect(records.record?.problem?.code).toBe(problem);
  });

  it('refuses a key of another account', async () => {
    const { secret, step, issuer, examine, stage } = rotatedSecret();
    await examine();
    await stage(issuer.make('2002'));
    const token = await secret.rotate();
    await step('createSecret', token);
    await expect(step('testSecret', token)).rejects.toMatchObject({ problem: 'KEY_OF_OTHER_ACCOUNT' });
  });

  it('takes a key where the issuer says no account', async () => {
    const { step, token, issuer } = await begun();
    await step('createSecret', token);
    issuer.probe = async () => ({ standing: 'unfunded', reason: 'no credit' });
    await expect(step('testSecret', token)).resolves.toBeUndefined();
  });

  test.each(['no value', 'the current value'])(
    'a test of the configuration alone, with %s, passes',
    async (what) => {
      const { secret, step, current, issuer } = rotatedSecret();
      const text = secret.textOf(current());
      const token = await secret.rotate();
      if (what === 'the current value' && text)
        await secret.put(arn, { token, text, stages: ['AWSPENDING'] });
      await step('testSecret', token);
      issuer.mood = 'away';
      await expect(step('testSecret', token)).rejects.toMatchObject({ problem: 'ISSUER_AWAY' });
    },
  );
});

describe('finishSecret', () => {
  it('moves the label, keeps the version before, and takes used labels away', async () => {
    const { secret, rotate, stage, examine, current, records, clock } = rotatedSecret();
    await examine();
    const first = current();
    await stage();
    const staged = secret.labels.get('CLOCKWORK_NEXT');
    const token = await rotate();
    expect(staged).toBeDefined();
    expect(Object.fromEntries(secret.labels)).toEqual({
      AWSCURRENT: token,
      AWSPENDING: token,
      AWSPREVIOUS: first,
      [`CLOCKWORK_KEEP_${first}`]: first,
    });
    expect(records.record).toMatchObject({
      status: 'open',
      how: 'rotation',
      oldVersion: first,
      newVersion: token,
      switchedAt: clock.time,
      oldKeyName: 'first',
      newKeyName: 'second',
      problem: null,
    });
  });

  it('leaves a key that was staged after this one was taken: it is the next', async () => {
    const { secret, step, stage, token } = await begun();
    await step('createSecret', token);
    await stage();
    const staged = secret.labels.get('CLOCKWORK_NEXT');
    await step('finishSecret', token);
    expect(secret.labels.get('CLOCKWORK_NEXT')).toBe(staged);
  });

  it('called again, and any step after it, changes nothing', async () => {
    const { secret, rotate, stage, step, examine, records } = rotatedSecret();
    await examine();
    await stage();
    const token = await rotate();
    const before = [new Map(secret.labels), records.record];
    for (const name of ['finishSecret', 'createSecret', 'setSecret', 'testSecret'] as const) {
      await step(name, token);
    }
    expect([secret.labels, records.record]).toEqual(before);
  });

  it('finishes what was interrupted right after the switch', async () => {
    const { secret, token, step, ports, records, clock } = await begun();
    await step('createSecret', token);
    const move = secret.moveStage.bind(secret);
    secret.moveStage = async (id, stage, moved) => {
      await move(id, stage, moved);
      if (stage === 'AWSCURRENT') throw new Error('the process ended');
    };
    await expect(step('finishSecret', token)).rejects.toThrow('the process ended');
    expect(records.record?.switchedAt).toBeNull();
    secret.moveStage = move;
    const switchedAt = clock.time;
    clock.time += minuteMs;
    await takeStep({ step: 'finishSecret', secretId: arn, token }, ports);
    expect(secret.labels.has('CLOCKWORK_NEXT')).toBe(false);
    expect(records.record?.switchedAt).toBeGreaterThanOrEqual(switchedAt);
  });

  it('asks again: a key that died since the test does not become current', async () => {
    const { token, step, issuer, current } = await begun();
    const before = current();
    await step('createSecret', token);
    await step('testSecret', token);
    issuer.alive.delete([...issuer.alive.keys()].at(-1) ?? '');
    await expect(step('finishSecret', token)).rejects.toMatchObject({ problem: 'KEY_INVALID' });
    expect(current()).toBe(before);
  });

  test.each([
    ['a version without a value', undefined, 'NOT_PENDING'],
    ['the current key under another version', 'same', 'KEY_NOT_NEW'],
  ])('refuses %s', async (_, same, problem) => {
    const { secret, step, current, examine } = rotatedSecret();
    await examine();
    const text = secret.textOf(current());
    const token = await secret.rotate();
    if (same && text) await secret.put(arn, { token, text, stages: ['AWSPENDING'] });
    await expect(step('finishSecret', token)).rejects.toMatchObject({ problem });
  });

  it('a success ends the problem that was before', async () => {
    const { token, step, issuer, records } = await begun();
    await step('createSecret', token);
    issuer.mood = 'away';
    await expect(step('testSecret', token)).rejects.toThrow();
    await expect(step('testSecret', token)).rejects.toThrow();
    expect(records.record?.problem).toMatchObject({ code: 'ISSUER_AWAY', count: 2 });
    issuer.mood = 'well';
    await step('finishSecret', token);
    expect(records.record?.problem).toBeNull();
  });
});

describe('staging', () => {
  it('puts a key that was seen to work under the label, and reads no value of the secret', async () => {
    const { secret, issuer, stage, firstKey } = rotatedSecret();
    secret.value = async () => {
      throw new Error('read');
    };
    const key = issuer.make();
    expect(await stage(key)).toMatchObject({ standing: 'valid' });
    const staged = secret.textOf(secret.labels.get('CLOCKWORK_NEXT'));
    expect(JSON.parse(staged ?? '')).toEqual({ api_key: key, api_key_name: 'second' });
    await stage();
    expect(secret.textOf(secret.labels.get('CLOCKWORK_NEXT'))).not.toContain(key);
    expect(firstKey).not.toBe(key);
  });

  test.each([
    ['no key', 'KEY_SHAPE'],
    ['seed-key-dead', 'KEY_INVALID'],
  ])('refuses %s and stages nothing', async (key, problem) => {
    const { secret, stage } = rotatedSecret();
    await expect(stage(key)).rejects.toMatchObject({ problem });
    expect(secret.labels.has('CLOCKWORK_NEXT')).toBe(false);
  });
});

describe('starting', () => {
  it('makes a version where a key is staged, and refuses where none is', async () => {
    const { secret, start, stage, clock } = rotatedSecret();
    await expect(start()).rejects.toMatchObject({ problem: 'NO_STAGED_KEY' });
    clock.time += minuteMs;
    await stage();
    const token = await start();
    expect(secret.labels.get('AWSPENDING')).toBe(token);
  });

  it('needs no staged key where the issuer makes it', async () => {
    const { secret, start } = rotatedSecret({ mode: 'minted' });
    expect(secret.started).toEqual([]);
    await start();
    expect(secret.started).toHaveLength(1);
  });

  it('waits for one that began less than 15 minutes ago, and lets an older one go', async () => {
    const { secret, start, token, clock } = await begun();
    clock.time += 15 * minuteMs - 1;
    await expect(start()).rejects.toMatchObject({ problem: 'SECRET_CONFLICT' });
    clock.time += 1;
    const next = await start();
    expect(next).not.toBe(token);
    expect(secret.labels.get('AWSPENDING')).toBe(next);
  });

  it('refuses while the last switch is not proven', async () => {
    const { start, stage, rotate, examine } = rotatedSecret();
    await examine();
    await stage();
    await rotate();
    await stage();
    await expect(start()).rejects.toMatchObject({ problem: 'UNPROVEN_ROTATION' });
  });
});

describe('rolling back', () => {
  async function switched() {
    const rotated = rotatedSecret();
    await rotated.examine();
    const first = rotated.current();
    await rotated.stage();
    const token = await rotated.rotate();
    return { ...rotated, first, token, back: () => rollBack(arn, 'the new key is throttled', rotated.ports) };
  }

  it('makes the version before current, and follows the other one', async () => {
    const { back, first, token, secret, records, currentKey, firstKey } = await switched();
    expect(await back()).toEqual({ current: first, before: token });
    expect(currentKey()).toBe(firstKey);
    for (const version of [first, token]) {
      expect(secret.stagesOf(version)).toContain(`CLOCKWORK_KEEP_${version}`);
    }
    expect(records.record).toMatchObject({
      status: 'open',
      how: 'rollback',
      oldVersion: token,
      newVersion: first,
      oldKeyName: 'second',
      newKeyName: 'first',
    });
    expect(records.record?.story.at(-1)?.what).toContain('the new key is throttled');
  });

  it('and back again', async () => {
    const { back, first, token } = await switched();
    await back();
    expect(await back()).toEqual({ current: token, before: first });
  });

  test.each([
    ['dead', 'KEY_INVALID'],
    ['locked', 'ISSUER_UNCLEAR'],
  ] as const)('refuses where the old key is %s', async (what, problem) => {
    const { back, issuer, firstKey, token, current } = await switched();
    if (what === 'dead') issuer.alive.delete(firstKey);
    else issuer.mood = what;
    await expect(back()).rejects.toMatchObject({ problem });
    expect(current()).toBe(token);
  });

  it('refuses where nothing was before, or it is gone', async () => {
    const { ports } = rotatedSecret();
    await expect(rollBack(arn, 'r', ports)).rejects.toMatchObject({ problem: 'NO_CURRENT_VALUE' });
    const { back, secret, first } = await switched();
    secret.versions_.delete(first);
    await expect(back()).rejects.toMatchObject({ problem: 'NO_CURRENT_VALUE' });
  });
});

describe('what is observed', () => {
  const now = Date.UTC(2026, 10, 24);
  const described = async (
    stages: Readonly<Record<string, readonly string[]>>,
    lastChanged: number | null = now - 5,
  ) => ({
    ...(await rotatedSecret().secret.describe(arn)),
    versions: stages,
    lastChanged,
  });
  const open = (more: Partial<RotationRecord> = {}): RotationRecord => ({ ...newRecord('i', 'a'), ...more });
  const closed = (more: Partial<RotationRecord> = {}): RotationRecord =>
    open({ status: 'closed', newVersion: 'b', switchedAt: 1, closed: { at: 2, because: 'proven' }, ...more });

  it('first of all: what is there is the beginning', async () => {
    expect(observe(undefined, await described({ a: ['AWSCURRENT'] }), now)).toMatchObject({
      status: 'closed',
      newVersion: 'a',
      switchedAt: null,
      closed: { because: 'first seen' },
    });
    expect(observe(undefined, await described({}), now)).toBeUndefined();
  });

  it('nothing new: the record itself', async () => {
    for (const [record, current] of [
      [open(), 'a'],
      [open({ newVersion: 'b' }), 'a'],
      [open({ newVersion: 'b', switchedAt: 1 }), 'b'],
      [closed(), 'b'],
    ] as const) {
      expect(observe(record, await described({ [current]: ['AWSCURRENT'] }), now)).toBe(record);
    }
  });

  it('a switch whose recording was lost, at AWS’s time; what stood in its way is over', async () => {
    const problem = { code: 'ISSUER_AWAY', reason: 'r', version: 'b', first: 1, last: 1, count: 1 };
    const seen = observe(open({ newVersion: 'b', problem }), await described({ b: ['AWSCURRENT'] }), now);
    expect(seen).toMatchObject({ switchedAt: now - 5, problem: null });
    const other = { ...problem, version: 'c' };
    expect(
      observe(open({ newVersion: 'b', problem: other }), await described({ b: ['AWSCURRENT'] }, null), now),
    ).toMatchObject({ switchedAt: now, problem: other });
  });

  test.each([
    ['closed', closed(), { oldVersion: 'b', newVersion: 'x' }],
    ['open, before its switch', open(), { oldVersion: 'a', newVersion: 'x' }],
    // The oldest key that may still be in use is the one to follow.
    [
      'open, after its switch',
      open({ newVersion: 'b', switchedAt: 1 }),
      { oldVersion: 'a', newVersion: 'x' },
    ],
  ])('a value put outside, where the story is %s', async (_, record, expected) => {
    const secret = await described({ x: ['AWSCURRENT'] });
    expect(observe(record, secret, now)).toMatchObject({ ...expected, status: 'open', how: 'outside' });
    expect(unprovenSwitch(record, secret)).toBeDefined();
  });

  test.each([
    ['closed', closed()],
    ['open', open({ newVersion: 'b', switchedAt: 1 })],
  ])('a rollback by hand, where the story is %s', async (_, record) => {
    expect(observe(record, await described({ a: ['AWSCURRENT'] }), now)).toMatchObject({
      status: 'open',
      how: 'rollback',
      oldVersion: 'b',
      newVersion: 'a',
    });
  });
});

describe('what a probe and the consumers come to', () => {
  const switched: RotationRecord = {
    ...newRecord('i', 'a'),
    newVersion: 'b',
    switchedAt: 1,
    oldKeyName: 'first',
  };
  const dead = { standing: 'invalid', reason: '58' } as const;

  it('dead and everybody moved: closed, proven', () => {
    expect(concluded(switched, dead, true, 9)).toMatchObject({
      status: 'closed',
      closed: { at: 9, because: 'proven' },
      oldKeyDeadAt: 9,
      movedAt: 9,
    });
  });

  it('closes for neither alone', () => {
    expect(concluded(switched, dead, false, 9)).toMatchObject({
      status: 'open',
      oldKeyDeadAt: 9,
      movedAt: null,
    });
    for (const standing of ['valid', 'unfunded', 'restricted', 'retry', 'unknown'] as const) {
      expect(concluded(switched, { standing, reason: 'r' }, true, 9)).toMatchObject({
        status: 'open',
        movedAt: 9,
        oldKeyDeadAt: null,
      });
    }
  });

  it('an outage or a lock keeps what was known, and closes nothing; an answer corrects it', () => {
    const known = { ...switched, oldKeyDeadAt: 5 };
    for (const standing of ['restricted', 'retry', 'unknown'] as const) {
      expect(concluded(known, { standing, reason: 'r' }, true, 9)).toMatchObject({
        status: 'open',
        oldKeyDeadAt: 5,
      });
    }
    expect(concluded(known, { standing: 'valid', reason: 'r' }, true, 9).oldKeyDeadAt).toBeNull();
    expect(concluded(known, dead, false, 9).oldKeyDeadAt).toBe(5);
  });

  it('who moved may be back at the old version', () => {
    expect(
      concluded({ ...switched, movedAt: 5 }, { standing: 'valid', reason: 'r' }, false, 9).movedAt,
    ).toBeNull();
    expect(concluded({ ...switched, movedAt: 5 }, { standing: 'valid', reason: 'r' }, true, 9).movedAt).toBe(
      5,
    );
  });

  it('the story says each once', () => {
    const once = concluded(switched, { standing: 'valid', reason: 'r' }, true, 9);
    const twice = concluded(once, { standing: 'valid', reason: 'r' }, true, 10);
    expect(twice.story).toEqual([
      { at: 9, what: 'every known consumer has the new key; the old key "first" may be deactivated' },
    ]);
  });
});

describe('examining', () => {
  it('asks for an old version that is gone no further than to say so', async () => {
    const { secret, stage, rotate, examine, current } = rotatedSecret();
    await examine();
    const first = current();
    await stage();
    await rotate();
    secret.versions_.delete(first);
    expect((await examine()).record?.oldKey).toMatchObject({ standing: 'unknown' });
  });

  it('says so where the old value holds no key', async () => {
    const { secret, examine, records } = rotatedSecret({ text: () => '{"other":"x"}' });
    await examine();
    secret.putByHand(json({ api_key: 'seed-key-x' }), 'AWSCURRENT');
    expect((await examine()).record?.oldKey).toMatchObject({ standing: 'unknown' });
    expect(records.record?.oldKey?.reason).toContain('api_key');
  });

  it('opens the next story 14 days before it is due, not a moment sooner', async () => {
    const { clock, examine } = rotatedSecret();
    await examine();
    clock.time += 76 * dayMs - 1;
    expect((await examine()).record?.status).toBe('closed');
    clock.time += 1;
    expect((await examine()).record?.status).toBe('open');
  });

  it('tells that the issuer refuses our address', async () => {
    const { issuer, stage, rotate, examine } = rotatedSecret();
    await examine();
    await stage();
    await rotate();
    expect((await examine()).isAddressLocked).toBe(false);
    issuer.mood = 'locked';
    expect((await examine()).isAddressLocked).toBe(true);
  });
});

describe('a person’s word', () => {
  const switched: RotationRecord = { ...newRecord('i', 'a'), newVersion: 'b', switchedAt: 1 };
  const word = { by: 'anika', reason: 'restarted it', at: 9 };

  it('that a consumer has moved counts for the switch that is open, the last word of several', () => {
    const once = attestConsumer(switched, 'ecs prod/sms', { ...word, reason: 'first' });
    const twice = attestConsumer(once, 'ecs prod/sms', word);
    expect(twice?.attested).toEqual([{ consumer: 'ecs prod/sms', ...word }]);
    expect(twice?.story.at(-1)?.what).toBe('anika says that ecs prod/sms has the new key: restarted it');
  });

  it('closes with its reason', () => {
    expect(closeUnproven(switched, word)).toMatchObject({
      status: 'closed',
      closed: { at: 9, because: 'restarted it (anika)' },
    });
  });

  it('says nothing where nothing was switched', () => {
    for (const record of [undefined, newRecord('i', 'a'), { ...switched, status: 'closed' as const }]) {
      expect(attestConsumer(record, 'c', word)).toBeUndefined();
      expect(closeUnproven(record, word)).toBeUndefined();
    }
  });

  it('asks for a rotation, in the story that is open or in a new one', () => {
    const secret = { arn: null, name: 's', account: '1', region: 'r' };
    expect(askForRotation(newRecord('mine', 'a'), secret, 'a', word)).toMatchObject({
      incident: 'mine',
      asked: { by: 'anika', at: 9 },
    });
    const next = askForRotation({ ...switched, status: 'closed' }, secret, 'b', word);
    expect(next).toMatchObject({ status: 'open', oldVersion: 'b', switchedAt: null, former: 'i' });
  });
});
