import { describe, expect, it, test } from '@jest/globals';
import type { Standing } from '../../../functions/core/check.ts';
import { checks } from '../../../functions/core/checks/index.ts';
import type { ConsumerProgress, ConsumerStanding } from '../../../functions/core/rotation/proof.ts';
import { rotationPolicy } from '../../../functions/core/rotation/rotation-policy.ts';
import { newRecord, type RotationRecord } from '../../../functions/core/rotation/rotation-record.ts';
import type { RotationState } from '../../../functions/core/rotation/rotation-state.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const created = Date.UTC(2026, 7, 24, 9);
const due = created + 90 * dayMs;
const switchedAt = due;
const graceEnd = switchedAt + 5 * dayMs;

const policyOf = (mode: 'staged' | 'minted' = 'staged') => {
  const policy = rotationPolicy({ provider: 'clockwork', mode, field: 'api_key' });
  if (!policy) throw new Error('no policy');
  return policy;
};

const version = (id: string, at: number, ...stages: string[]) => ({ id, created: at, stages });

const rotation = {
  enabled: true,
  functionArn: null,
  schedule: 'rate(90 days)',
  afterDays: null,
  last: null,
  next: null,
};

const state = (more: Partial<RotationState> = {}): RotationState => ({
  secret: {
    arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:sms/clockwork-AbCdEf',
    name: 'sms/clockwork',
    account: '111122223333',
    region: 'eu-west-1',
    tags: {},
    created: 0,
    lastChanged: created,
    lastAccessed: null,
    deleted: null,
    kmsKeyId: null,
    owningService: null,
    rotation,
    versions: {},
  },
  policy: policyOf(),
  issuer: { title: 'Clockwork', dashboard: 'the dashboard' },
  versions: [],
  current: version('v-1', created, 'AWSCURRENT'),
  previous: undefined,
  pending: undefined,
  next: undefined,
  record: undefined,
  consumers: [],
  isAddressLocked: false,
  ...more,
});

const record = (more: Partial<RotationRecord> = {}): RotationRecord => ({
  ...newRecord('i', 'v-0'),
  ...more,
});

const switched = (more: Partial<RotationRecord> = {}): RotationRecord =>
  record({
    how: 'rotation',
    newVersion: 'v-1',
    switchedAt,
    oldKeyName: 'first',
    oldKey: { standing: 'valid', reason: 'the key works', at: switchedAt + hourMs },
    ...more,
  });

const problem = (code: string, count = 1) => ({
  code,
  reason: 'Clockwork says no',
  version: 'v-9',
  first: due,
  last: due,
  count,
});

const consumer = (
  name: string,
  progress: ConsumerProgress,
  delivery: ConsumerStanding['delivery'] = 'injected',
): ConsumerStanding => ({
  consumer: `ecs prod/${name}`,
  clause: name,
  named: { kind: 'ecs', name: `prod/${name}` },
  identity: null,
  delivery,
  lastRead: null,
  progress,
  because: 'because',
});

const lagging = [consumer('sms', 'moved'), consumer('billing', 'lagging')];
const moved = [consumer('sms', 'moved')];

function judge(id: string, given: RotationState, now: number, params: object = {}): Standing | undefined {
  const check = checks.find((each) => each.id === id);
  if (!check) throw new Error(`no check ${id}`);
  const standing = check.judge(given as never, check.params.parse(params) as never, now);
  if (standing === 'unknown') throw new Error('unknown');
  return standing;
}

/** Stage and severity, which decide who hears of it and whether again. */
const short = (standing: Standing | undefined) =>
  standing && `${standing.stage ?? ''} ${standing.severity ?? 'own'}`;

describe('rotation-due', () => {
  const next = version('v-2', due, 'CLOCKWORK_NEXT');
  test.each<[string, number, string | undefined]>([
    ['a moment before it warns', due - 14 * dayMs - 1, undefined],
    ['14 days before', due - 14 * dayMs, 'soon low'],
    ['a moment before it is due', due - 1, 'soon low'],
    ['when it is due', due, 'due medium'],
    ['a moment before it is a day over', due + dayMs - 1, 'due medium'],
    ['a day over', due + dayMs, 'overdue medium'],
    ['at the end of the grace', due + 5 * dayMs, 'overdue medium'],
    ['beyond the grace', due + 5 * dayMs + 1, 'overdue-high high'],
  ])('%s', (_, now, expected) => {
    expect(short(judge('rotation-due', state({ next }), now))).toBe(expected);
  });

  it('says that a key is needed, which is another stage', () => {
    const without = judge('rotation-due', state(), due);
    expect(short(without)).toBe('due and needs a key medium');
    expect(without?.title).toBe('Rotation of sms/clockwork is due and needs a key');
    expect(without?.explanation).toContain('No key is staged under CLOCKWORK_NEXT');
    const minted = judge('rotation-due', state({ policy: policyOf('minted') }), due);
    expect(minted?.explanation).not.toContain('staged');
  });

  it('is said before its time where a person asked, or a rotation found no key', () => {
    const early = created + dayMs;
    const asked = judge(
      'rotation-due',
      state({ next, record: record({ asked: { by: 'anika', at: 1 } }) }),
      early,
    );
    expect(short(asked)).toBe('begins low');
    expect(asked?.title).toBe('Rotation of sms/clockwork begins, as anika asked');
    const tried = judge(
      'rotation-due',
      state({ record: record({ problem: problem('NO_STAGED_KEY', 3) }) }),
      early,
    );
    expect(tried).toMatchObject({ stage: 'due and needs a key', count: 3, announce: 'always' });
    expect(tried?.explanation).toContain('Rotation was tried 3 times without one.');
  });

  it('is over at the switch, and unknown without a value', () => {
    expect(judge('rotation-due', state({ record: switched() }), due + dayMs)).toBeUndefined();
    expect(judge('rotation-due', state({ current: undefined }), due + dayMs)).toBeUndefined();
  });

  it('says what would stop, and to plan restarts where something holds the key', () => {
    expect(judge('rotation-due', state(), due)?.facts?.join(' ')).toContain('nothing that is known');
    const standing = judge('rotation-due', state({ consumers: [consumer('sms', 'unseen')] }), due);
    expect(standing?.facts?.join(' ')).toContain('ecs prod/sms  because');
    expect(standing?.advice?.join()).toContain('Plan the restarts');
    const reads = judge('rotation-due', state({ consumers: [consumer('sms', 'unseen', 'runtime')] }), due);
    expect(reads?.advice?.join()).not.toContain('Plan the restarts');
  });
});

describe('rotation-blocked', () => {
  const codes = [
    'NO_KEY_FIELD',
    'BINARY_SECRET',
    'KEY_SHAPE',
    'KEY_NOT_NEW',
    'KEY_INVALID',
    'KEY_OF_OTHER_ACCOUNT',
    'ADDRESS_LOCKED',
    'MINT_REFUSED',
    'UNPROVEN_ROTATION',
    'NO_CURRENT_VALUE',
    'ISSUER_AWAY',
    'ISSUER_UNCLEAR',
    'SECRET_CONFLICT',
  ];
  test.each(codes)('%s has words and steps of its own', (code) => {
    const standing = judge('rotation-blocked', state({ record: record({ problem: problem(code, 2) }) }), due);
    expect(standing).toMatchObject({
      stage: code,
      severity: code === 'ISSUER_AWAY' ? 'low' : 'medium',
      count: 2,
      evidence: ['v-9'],
      announce: 'always',
    });
    expect(standing?.title).not.toContain('it was refused');
    expect(standing?.advice?.length).toBeGreaterThan(0);
    expect(standing?.advice?.join()).not.toContain('SECRET ');
  });

  it('leaves a missing key to rotation-due, and a closed story alone', () => {
    expect(
      judge('rotation-blocked', state({ record: record({ problem: problem('NO_STAGED_KEY') }) }), due),
    ).toBeUndefined();
    const closed = record({ status: 'closed', problem: problem('KEY_INVALID') });
    expect(judge('rotation-blocked', state({ record: closed }), due)).toBeUndefined();
  });

  it('names keys that may lie at the issuer, stored nowhere', () => {
    const minting = [
      { name: 'lost', at: 1, stored: false },
      { name: 'used', at: 1, stored: true },
    ];
    const standing = judge(
      'rotation-blocked',
      state({ record: record({ problem: problem('ISSUER_AWAY'), minting }) }),
      due,
    );
    expect(standing?.advice).toContain('Look for "lost" in the dashboard, and deactivate it there.');
    expect([...(standing?.facts ?? []), ...(standing?.advice ?? [])].join()).not.toContain('used');
  });

  it('a version is stuck after an hour, or what the settings say', () => {
    const pending = version('v-2', due, 'AWSPENDING');
    expect(judge('rotation-blocked', state({ pending }), due + hourMs - 1)).toBeUndefined();
    expect(judge('rotation-blocked', state({ pending }), due + hourMs)).toMatchObject({
      stage: 'stuck',
      evidence: ['v-2'],
    });
    expect(judge('rotation-blocked', state({ pending }), due + hourMs, { stuckMinutes: 61 })).toBeUndefined();
    expect(judge('rotation-blocked', state(), due + hourMs)).toBeUndefined();
  });
});

describe('rotation-off', () => {
  const withRotation = (more: Partial<typeof rotation> | object) =>
    state({ secret: { ...state().secret, rotation: { ...rotation, ...more } } });
  const latest = due + 90 * dayMs + dayMs;
  test.each<[string, object, string | undefined]>([
    ['as the policy asks', { next: due }, undefined],
    ['with an unknown next date', {}, undefined],
    ['off', { enabled: false }, 'off own'],
    ['by days', { afterDays: 90, schedule: null }, 'by-days low'],
    ['at a rate of the policy', { schedule: 'rate(2160 hours)' }, undefined],
    ['at a slower rate', { schedule: 'rate(91 days)' }, 'weaker own'],
    ['at the latest date', { next: latest }, undefined],
    ['later than that', { next: latest + 1 }, 'weaker own'],
  ])('%s', (_, given, expected) => {
    expect(short(judge('rotation-off', withRotation(given), due))).toBe(expected);
  });

  it('quotes schedule and policy', () => {
    expect(
      judge('rotation-off', withRotation({ next: latest + dayMs, schedule: 'cron(0 9 1 1 ? *)' }), due)
        ?.explanation,
    ).toBe(
      'The policy asks for a rotation every 90 days. By cron(0 9 1 1 ? *) the next rotation is 22 Feb 2027; by the policy it is due 22 Nov 2026.',
    );
  });
});

describe('rotation-moving', () => {
  test.each<[string, number, string]>([
    ['at the switch', switchedAt, 'live low'],
    ['a moment before the grace ends', graceEnd - 1, 'live low'],
    ['when it ends', graceEnd, 'late medium'],
  ])('%s', (_, now, expected) => {
    expect(short(judge('rotation-moving', state({ record: switched(), consumers: lagging }), now))).toBe(
      expected,
    );
  });

  test.each<[string, Partial<RotationState>]>([
    ['before a switch', { record: record(), consumers: lagging }],
    ['when everybody has moved', { record: switched(), consumers: moved }],
    [
      'when the old key is dead, which is graver',
      { record: switched({ oldKeyDeadAt: due }), consumers: lagging },
    ],
    ['in a closed story', { record: switched({ status: 'closed' }), consumers: lagging }],
  ])('is silent %s', (_, given) => {
    expect(judge('rotation-moving', state(given), switchedAt + hourMs)).toBeUndefined();
  });

  it('names who lags, how each moves, and that it can be undone only while the old key is alive', () => {
    const consumers = [
      ...lagging,
      consumer('cron', 'unseen', 'runtime'),
      consumer('x y', 'unknown'),
      {
        ...consumer('lambda', 'lagging', 'runtime'),
        named: { kind: 'lambda', name: 'receipts' },
        consumer: 'lambda receipts',
      },
      { ...consumer('vm', 'lagging'), named: { kind: 'ec2', name: 'vm' }, consumer: 'ec2 vm' },
    ];
    const standing = judge('rotation-moving', state({ record: switched(), consumers }), graceEnd);
    expect(standing?.title).toBe(
      'Rotation of sms/clockwork is not complete after 5 days: billing and 4 more not known to have the new key',
    );
    expect(standing?.advice).toEqual([
      'aws ecs update-service --cluster prod --service billing --force-new-deployment',
      'Let lambda receipts read AWSCURRENT: it asks for the old version.',
      'Restart ec2 vm: it holds the old key until then.',
      `See that ecs prod/cron uses the new key, then: secrets-audit rotation prove sms/clockwork --attest 'ecs prod/cron' --reason "..."`,
      `See that ecs prod/x y uses the new key, then: secrets-audit rotation prove sms/clockwork --attest 'ecs prod/x y' --reason "..."`,
      'secrets-audit rotation prove sms/clockwork',
      'Then deactivate the old key "first" in the dashboard, and not before: billing and 4 more would stop working.',
      'Trouble: secrets-audit rotation rollback sms/clockwork --reason "..."   (the old key is alive)',
    ]);
    const unknown = switched({ oldKey: { standing: 'retry', reason: 'r', at: 1 } });
    expect(
      judge('rotation-moving', state({ record: unknown, consumers }), graceEnd)?.advice?.join(),
    ).not.toContain('rollback');
  });

  it('two that lag do so together; after a rollback it says so', () => {
    const consumers = [consumer('a', 'lagging'), consumer('b', 'lagging')];
    expect(judge('rotation-moving', state({ record: switched(), consumers }), graceEnd)?.title).toMatch(
      /: a and b lag$/,
    );
    expect(
      judge(
        'rotation-moving',
        state({ record: switched({ how: 'rollback' }), consumers: lagging }),
        switchedAt,
      )?.title,
    ).toBe('sms/clockwork was rolled back: 1 of 2 consumers has the new key');
  });
});

describe('old-key-retire', () => {
  it('from the moment that everybody has moved until the grace ends', () => {
    expect(
      judge(
        'old-key-retire',
        state({ record: switched({ movedAt: due + 7 }), consumers: moved }),
        graceEnd - 1,
      ),
    ).toMatchObject({
      stage: 'retire',
      since: due + 7,
      announce: 'always',
    });
    expect(
      judge('old-key-retire', state({ record: switched(), consumers: moved }), graceEnd),
    ).toBeUndefined();
    expect(
      judge('old-key-retire', state({ record: switched(), consumers: lagging }), switchedAt),
    ).toBeUndefined();
    expect(
      judge('old-key-retire', state({ record: switched({ oldKeyDeadAt: 1 }), consumers: moved }), switchedAt),
    ).toBeUndefined();
  });

  it('says what the issuer says, and that no consumer is known', () => {
    const unasked = judge('old-key-retire', state({ record: switched({ oldKey: null }) }), switchedAt);
    expect(unasked?.explanation).toMatch(/^No consumer is known\. .*not asked yet/);
    const works = judge('old-key-retire', state({ record: switched(), consumers: moved }), switchedAt);
    expect(works?.explanation).toContain('The old key still answers');
  });
});

describe('old-key-alive', () => {
  const asked = (standing: 'valid' | 'unfunded' | 'restricted' | 'unknown') =>
    state({ record: switched({ oldKey: { standing, reason: 'r', at: graceEnd } }), consumers: moved });
  test.each<[string, RotationState, number, string | undefined]>([
    ['a moment before the grace ends', asked('valid'), graceEnd - 1, undefined],
    ['when it ends', asked('valid'), graceEnd, 'alive medium'],
    ['without credit it is alive too', asked('unfunded'), graceEnd, 'alive medium'],
    ['before a second grace ends', asked('valid'), graceEnd + 5 * dayMs - 1, 'alive medium'],
    ['when that ends', asked('valid'), graceEnd + 5 * dayMs, 'alive-long high'],
    ['where the issuer refuses our address', asked('restricted'), graceEnd, 'unknown medium'],
    ['what is not known is never high', asked('unknown'), graceEnd + 50 * dayMs, 'unknown-long medium'],
    ['while consumers are in the way', { ...asked('valid'), consumers: lagging }, graceEnd, undefined],
    ['dead', state({ record: switched({ oldKeyDeadAt: 1 }), consumers: moved }), graceEnd, undefined],
    ['not asked yet', state({ record: switched({ oldKey: null }), consumers: moved }), graceEnd, undefined],
  ])('%s', (_, given, now, expected) => {
    expect(short(judge('old-key-alive', given, now))).toBe(expected);
  });
});

it('an outage of the issuer leaves what was said of an old key, for as long as a second grace', () => {
  const check = checks.find(({ id }) => id === 'old-key-alive');
  const away = switched({ oldKey: { standing: 'retry', reason: 'no answer', at: graceEnd } });
  const said = (now: number) =>
    check?.judge(state({ record: away, consumers: moved }) as never, {} as never, now);
  expect(said(graceEnd + 5 * dayMs - 1)).toBe('unknown');
  expect(said(graceEnd + 5 * dayMs)).toMatchObject({ stage: 'unknown-long', severity: 'medium' });
});

describe('old-key-dead-in-use', () => {
  const dead = switched({
    oldKeyDeadAt: due + 1,
    oldKey: { standing: 'invalid', reason: '58', at: due + 1 },
  });
  it('is high where somebody is known to hold it, and medium where somebody may', () => {
    const known = judge('old-key-dead-in-use', state({ record: dead, consumers: lagging }), due + 2);
    expect(known).toMatchObject({ severity: 'high', stage: 'lagging', since: due + 1, announce: 'always' });
    expect(known?.explanation).toContain('1 of 2 consumers has the new key; 1 consumer holds the old one.');
    const unseen = [consumer('a', 'unseen'), consumer('b', 'unknown')];
    const perhaps = judge('old-key-dead-in-use', state({ record: dead, consumers: unseen }), due + 2);
    expect(perhaps).toMatchObject({ severity: 'medium', stage: 'unseen' });
    expect(perhaps?.explanation).toContain('of 2 consumers it is not known');
  });

  test.each<[string, Partial<RotationState>]>([
    ['alive', { record: switched(), consumers: lagging }],
    ['dead, and everybody moved', { record: dead, consumers: moved }],
    ['closed', { record: { ...dead, status: 'closed' }, consumers: lagging }],
  ])('is silent where it is %s', (_, given) => {
    expect(judge('old-key-dead-in-use', state(given), due + 2)).toBeUndefined();
  });
});

describe('rotation-complete', () => {
  const closed = switched({ status: 'closed', closed: { at: due + dayMs, because: 'proven' } });
  test.each<[string, number, object, boolean]>([
    ['a day', due + 2 * dayMs, {}, true],
    ['and no longer', due + 2 * dayMs + 1, {}, false],
    ['as the settings say', due + 2 * dayMs + 1, { hours: 25 }, true],
  ])('is so for %s', (_, now, params, isSo) => {
    expect(judge('rotation-complete', state({ record: closed }), now, params) !== undefined).toBe(isSo);
  });

  it('says whether it was proven', () => {
    expect(judge('rotation-complete', state({ record: closed }), due + dayMs)).toMatchObject({
      stage: 'proven',
    });
    const unproven = { ...closed, closed: { at: due + dayMs, because: 'gone (anika)' } };
    const standing = judge('rotation-complete', state({ record: unproven }), due + dayMs);
    expect(standing).toMatchObject({
      stage: 'closed',
      title: 'Rotation of sms/clockwork was closed without proof',
    });
    expect(standing?.advice?.join()).toContain('Deactivate the old key "first"');
  });

  it('says nothing of a secret that is seen for the first time', () => {
    const first = record({ status: 'closed', closed: { at: due, because: 'first seen' } });
    expect(judge('rotation-complete', state({ record: first }), due)).toBeUndefined();
    expect(judge('rotation-complete', state({ record: switched() }), due)).toBeUndefined();
  });
});

describe('value-outside-rotation', () => {
  it('is so for a switch that nobody of the suite made, while its story is open', () => {
    const outside = switched({ how: 'outside' });
    expect(judge('value-outside-rotation', state({ record: outside }), due)).toMatchObject({
      since: switchedAt,
      evidence: ['v-1'],
    });
    for (const other of [
      switched(),
      switched({ how: 'rollback' }),
      { ...outside, status: 'closed' as const },
    ]) {
      expect(judge('value-outside-rotation', state({ record: other }), due)).toBeUndefined();
    }
    const unknown = judge('value-outside-rotation', state({ record: { ...outside, oldVersion: null } }), due);
    expect(unknown?.explanation).not.toContain('null');
  });
});
