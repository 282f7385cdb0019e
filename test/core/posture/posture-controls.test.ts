import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { Rotation } from '../../../functions/core/model/contract-settings.ts';
import {
  judgePosture,
  type PostureControlId,
  postureControlIds,
  postureControls,
} from '../../../functions/core/posture/posture-controls.ts';
import type { PostureState } from '../../../functions/core/posture/posture-state.ts';
import { repository } from '../../support/repository.ts';
import { day, now, openToEverybody, stateOf } from './secrets.ts';

const clockwork: Rotation = { provider: 'clockwork', mode: 'staged', field: 'api_key' };

/** `met`, `not asked`, what is unknown, or the fact. */
function verdictOf(id: PostureControlId, state: PostureState): string {
  const verdict = postureControls.find((control) => control.id === id)?.judge(state, now);
  if (typeof verdict === 'string') return verdict;
  return verdict && 'fact' in verdict ? verdict.fact : `unknown: ${verdict?.unknown}`;
}

type Case = readonly [string, PostureState, string];

const cases: Readonly<Record<PostureControlId, readonly Case[]>> = {
  'policy-not-public': [
    ['no policy', stateOf(), 'met'],
    [
      'everybody',
      stateOf({}, { policy: openToEverybody }),
      'Its resource policy allows every AWS principal, and no condition narrows it',
    ],
    ['everybody, narrowed', stateOf({}, { policy: { ...openToEverybody, narrowed: true } }), 'met'],
    [
      'another account',
      stateOf({}, { policy: { openTo: 'accounts', accounts: ['444455556666'], narrowed: false } }),
      'met',
    ],
    ['unreadable', stateOf({}, { policy: 'unknown' }), 'unknown: its resource policy could not be read'],
    ['meant so', stateOf({}, { policy: openToEverybody, posture: { public: true } }), 'not-asked'],
    ['not meant so', stateOf({}, { policy: 'unknown', posture: { public: true } }), 'not-asked'],
  ],
  'rotation-on': [
    ['on', stateOf(), 'met'],
    ['off', stateOf({ rotation: { enabled: false } }), 'Rotation is off'],
    [
      'off, and asked',
      stateOf({ rotation: { enabled: false } }, { posture: { rotation: true } }),
      'Rotation is off',
    ],
    [
      'off, and not asked',
      stateOf({ rotation: { enabled: false } }, { posture: { rotation: false } }),
      'not-asked',
    ],
    ['off, of a service', stateOf({ rotation: { enabled: false }, owningService: 'rds' }), 'not-asked'],
    ['off, a decoy', stateOf({ rotation: { enabled: false } }, { isDecoy: true }), 'not-asked'],
    [
      'off, with a provider',
      stateOf({ rotation: { enabled: false } }, { rotation: clockwork }),
      'Rotation is off',
    ],
  ],
  'rotated-within': [
    ['exactly 90 days', stateOf({ rotation: { last: now - 90 * day } }), 'met'],
    [
      'a moment more',
      stateOf({ rotation: { last: now - 90 * day - 1 } }),
      'Last rotated 26 Aug 2026; the limit is 90 days',
    ],
    [
      'never rotated, made long ago',
      stateOf({ rotation: { last: null }, created: now - 91 * day }),
      'Made 25 Aug 2026 and never rotated; the limit is 90 days',
    ],
    ['never rotated, made lately', stateOf({ rotation: { last: null }, created: now - 90 * day }), 'met'],
    ['made anew after its rotation', stateOf({ rotation: { last: now - 91 * day }, created: now }), 'met'],
    ['only the rotation known', stateOf({ created: null }), 'met'],
    ['by posture', stateOf({}, { posture: { every: '10d' } }), 'met'],
    [
      'by posture, shorter',
      stateOf({}, { posture: { every: '9d' } }),
      'Last rotated 14 Nov 2026; the limit is 9 days',
    ],
    [
      'by rotation',
      stateOf({}, { rotation: { mode: 'staged', field: 'api_key', every: '8h' } }),
      'Last rotated 14 Nov 2026; the limit is 8 hours',
    ],
    [
      'posture before rotation',
      stateOf({}, { posture: { every: '30d' }, rotation: { mode: 'staged', field: 'api_key', every: '1d' } }),
      'met',
    ],
    [
      'with a provider',
      stateOf({ rotation: { last: now - 91 * day } }, { rotation: clockwork }),
      'not-asked',
    ],
    ['a decoy', stateOf({ rotation: { last: now - 91 * day } }, { isDecoy: true }), 'not-asked'],
    ['of a service', stateOf({ rotation: { last: null }, owningService: 'events' }), 'not-asked'],
    [
      'neither known',
      stateOf({ rotation: { last: null }, created: null }),
      'unknown: when it was made and rotated',
    ],
  ],
  'rotation-on-schedule': [
    ['in time', stateOf(), 'met'],
    ['off', stateOf({ rotation: { enabled: false, next: now - 9 * day } }), 'not-asked'],
    ['a day late', stateOf({ rotation: { next: now - day } }), 'met'],
    ['later', stateOf({ rotation: { next: now - day - 1 } }), 'Was to be rotated by 23 Nov 2026 and was not'],
    [
      'later, of a service',
      stateOf({ rotation: { next: now - 3 * day }, owningService: 'rds' }),
      'Was to be rotated by 21 Nov 2026 and was not',
    ],
    ['an interval and its window', stateOf({ rotation: { last: now - 31 * day } }), 'met'],
    [
      'more than that, the next one far',
      stateOf({ rotation: { last: now - 31 * day - 1 } }),
      'Last rotated 24 Oct 2026; its schedule is rate(30 days)',
    ],
    [
      'in hours',
      stateOf({ rotation: { schedule: 'rate(12 hours)', last: now - 2 * day } }),
      'Last rotated 22 Nov 2026; its schedule is rate(12 hours)',
    ],
    ['in hours, kept', stateOf({ rotation: { schedule: 'rate(12 hours)', last: now - 1.5 * day } }), 'met'],
    [
      'by cron, whose days Secrets Manager tells',
      stateOf({ rotation: { schedule: 'cron(0 8 1 * ? *)', afterDays: 7 } }),
      'Last rotated 14 Nov 2026; its schedule is cron(0 8 1 * ? *)',
    ],
    [
      'by cron, without days',
      stateOf({ rotation: { schedule: 'cron(0 8 1 * ? *)', afterDays: null } }),
      'met',
    ],
    [
      'by days, put by hand since: the next date decides',
      stateOf({ rotation: { schedule: null, afterDays: 7, last: now - 80 * day } }),
      'met',
    ],
    [
      'by days, without a next date',
      stateOf({ rotation: { schedule: null, afterDays: 7, last: now - 120 * day, next: null } }),
      'Last rotated 27 Jul 2026; its schedule is every 7 days',
    ],
    ['not rotated yet', stateOf({ rotation: { last: null } }), 'met'],
    [
      'no date at all',
      stateOf({ rotation: { last: null, next: null } }),
      'unknown: when it is to be rotated',
    ],
  ],
  'used-within': [
    // Read at some time of 25 August, 91 days before the 24th of November begins.
    ['until the end of the day', stateOf({ lastAccessed: Date.parse('2026-08-26') }), 'met'],
    [
      'the day before',
      stateOf({ lastAccessed: Date.parse('2026-08-25') }),
      'Last read 25 Aug 2026; the limit is 90 days',
    ],
    [
      'by the settings',
      stateOf({ lastAccessed: Date.parse('2026-11-20') }, { posture: { unused: '3d' } }),
      'Last read 20 Nov 2026; the limit is 3 days',
    ],
    ['by longer settings', stateOf({ lastAccessed: 0 }, { posture: { unused: '99999d' } }), 'met'],
    [
      'never, made long ago',
      stateOf({ lastAccessed: null, created: now - 90 * day - 1 }),
      'Never read since it was made 26 Aug 2026; the limit is 90 days',
    ],
    ['never, made lately', stateOf({ lastAccessed: null, created: now - 90 * day }), 'met'],
    ['a decoy', stateOf({ lastAccessed: null }, { isDecoy: true }), 'not-asked'],
    ['neither known', stateOf({ lastAccessed: null, created: null }), 'unknown: when it was made and read'],
  ],
  'customer-key': [
    ['not asked', stateOf({ kmsKeyId: null }), 'not-asked'],
    ['asked not to be', stateOf({ kmsKeyId: null }, { posture: { customerKey: false } }), 'not-asked'],
    [
      'none',
      stateOf({ kmsKeyId: null }, { posture: { customerKey: true } }),
      'Encrypted with aws/secretsmanager, not with a customer key',
    ],
    ['one', stateOf({}, { posture: { customerKey: true } }), 'met'],
  ],
  tags: [
    ['not asked', stateOf({ tags: {} }), 'not-asked'],
    ['an empty list', stateOf({ tags: {} }, { posture: { tags: [] } }), 'not-asked'],
    ['has it, empty', stateOf({ tags: { owner: '' } }, { posture: { tags: ['owner'] } }), 'met'],
    ['lacks one', stateOf({}, { posture: { tags: ['owner', 'env'] } }), 'Lacks 1 of 2 required tags: env'],
    [
      'in other letters, and a name that every object has',
      stateOf({}, { posture: { tags: ['Owner', 'constructor'] } }),
      'Lacks 2 of 2 required tags: Owner and constructor',
    ],
  ],
};

describe.each(postureControlIds)('%s', (id) => {
  it.each(cases[id])('%s', (_, state, expected) => {
    expect(verdictOf(id, state)).toBe(expected);
  });
});

test('each control is in its place, and in the documentation with the ids that match it', () => {
  expect(postureControls.map(({ id }) => id)).toEqual(postureControlIds);
  const page = readFileSync(join(repository, 'docs/posture.md'), 'utf8');
  for (const { id, asks, matching } of postureControls) {
    const elsewhere = matching.map((each) => `\`${each.replace(/^\S+( Hub)? /, '')}\``).join(', ');
    expect(page).toContain(`| \`${id}\` | ${asks} | ${elsewhere || 'none'} |`);
  }
});

test('a secret that waits for its deletion is asked nothing', () => {
  const state = stateOf({ deleted: now + day, rotation: { enabled: false } }, { policy: openToEverybody });
  expect(judgePosture(state, now)).toEqual({ asked: 0, unmet: [], unknown: [] });
});

test('what is not met is not met later either, while nothing changes, and reads the same', () => {
  const state = fc.record({
    last: fc.option(fc.integer({ min: 0, max: 400 })),
    next: fc.option(fc.integer({ min: -400, max: 400 })),
    accessed: fc.option(fc.integer({ min: 0, max: 400 })),
    created: fc.integer({ min: 0, max: 800 }),
    enabled: fc.boolean(),
    schedule: fc.constantFrom(null, 'rate(30 days)', 'rate(4 hours)', 'cron(0 8 1 * ? *)'),
  });
  fc.assert(
    fc.property(
      state,
      fc.integer({ min: 0, max: 400 }),
      ({ last, next, accessed, created, ...rest }, later) => {
        const ago = (days: number | null) => (days === null ? null : now - days * day);
        const judged = (at: number) =>
          judgePosture(
            stateOf({
              created: ago(created),
              lastAccessed: ago(accessed),
              rotation: { ...rest, last: ago(last), next: ago(next) },
            }),
            at,
          ).unmet;
        const before = judged(now);
        const after = judged(now + later * day);
        for (const { control, since, fact } of before) {
          const same = after.find((each) => each.control.id === control.id);
          expect(same).toBeDefined();
          // A missed date comes before the last rotation, once it has passed.
          if (control.id !== 'rotation-on-schedule') expect(same?.fact).toBe(fact);
          expect(since ?? now).toBeLessThanOrEqual(now);
        }
      },
    ),
  );
});
