import { describe, expect, it } from '@jest/globals';
import { checkSettings } from '../../../functions/core/contracts/check-settings.ts';
import { inventoryIn } from '../../../functions/core/contracts/inventory.ts';
import { UnreadableInputError } from '../../../functions/core/errors.ts';
import { secretArn } from '../../support/records.ts';
import { clockwork, named, settingsOf } from './settings-of.ts';

const inventoryOf = (...names: string[]) =>
  inventoryIn({ SecretList: names.map((name) => ({ ARN: secretArn(name), Name: name })) });

/** Warnings, with the lines of `text` alone. */
const warningsOf = (text: string, ...names: string[]): string[] =>
  checkSettings(settingsOf(text), named + text, 'audit.yaml', {
    now: Date.parse('2026-12-01T00:00:00Z'),
    ...(names.length > 0 && { inventory: inventoryOf(...names) }),
  }).map((warning) =>
    warning.replace(
      /(audit\.yaml:|line )(\d+)/g,
      (_, label, line) => `${label}${line - named.split('\n').length + 1}`,
    ),
  );

it('the sample has nothing doubtful', () => {
  expect(warningsOf(clockwork)).toEqual([]);
  expect(warningsOf(clockwork, 'sms/clockwork')).toEqual([]);
});

it('names that no secret has, with the nearest', () => {
  const text = `secrets:
  - match: {name: sms/clokwork}
    allow: [{id: a, role: r, actions: any, from: any}]
  - match:
      name:
        - prod/*
        - stagin/*
    owner: platform
exceptions:
  - {secret: sms/clokwork, clause: a, from: any, owner: platform, reason: x, until: 2027-01-01T00:00:00Z}
suppressions:
  - {id: s, match: {secret: prd/db}, owner: platform, reason: x, until: 2027-01-01T00:00:00Z}
`;
  expect(warningsOf(text, 'sms/clockwork', 'prod/db', 'staging/db')).toEqual([
    'audit.yaml:2: secrets.0.match.name: no secret of the inventory is named sms/clokwork; the nearest is sms/clockwork',
    'audit.yaml:7: secrets.1.match.name.1: no secret of the inventory matches stagin/*; the nearest is staging/db',
    'audit.yaml:10: exceptions.0.secret: no secret of the inventory is named sms/clokwork; the nearest is sms/clockwork',
    'audit.yaml:12: suppressions.0.match.secret: no secret of the inventory is named prd/db; the nearest is prod/db',
  ]);
  expect(warningsOf(text)).toEqual([]);
});

it('what has ended', () => {
  const text = `${clockwork}exceptions:
  - {secret: sms/*, clause: oncall, from: any, owner: platform, reason: x, until: 2026-11-30T23:59:59Z}
  - {secret: sms/*, clause: oncall, from: any, owner: platform, reason: x, until: 2026-12-01T00:00:00Z}
suppressions:
  - {id: s, match: {detector: mass-retrieval}, owner: platform, reason: x, until: 2025-01-01T00:00:00Z}
`;
  expect(warningsOf(text)).toEqual([
    expect.stringMatching(/^audit\.yaml:\d+: exceptions\.0\.until: ended at 2026-11-30T23:59:59Z: /),
    expect.stringMatching(/^audit\.yaml:\d+: suppressions\.0\.until: ended at 2025-01-01T00:00:00Z: /),
  ]);
});

it('a detector that there is not', () => {
  const text = `suppressions:
  - {id: s, match: {detector: mass-retrival}, owner: platform, reason: x, until: 2027-01-01T00:00:00Z}
  - {id: t, match: {detector: detector-error}, owner: platform, reason: x, until: 2027-01-01T00:00:00Z}
`;
  expect(warningsOf(text)).toEqual([
    'audit.yaml:2: suppressions.0.match.detector: there is no detector mass-retrival; the nearest is mass-retrieval',
  ]);
});

describe('entries', () => {
  it('that match equally exactly and differ', () => {
    const text = `secrets:
  - {match: {name: "prod/*"}, owner: platform, impact: a}
  - {match: {name: other}, owner: platform}
  - {match: {name: "prod/*"}, owner: messaging, mode: observe}
`;
    expect(warningsOf(text)).toEqual([
      'audit.yaml:4: secrets.2: matches prod/* exactly as well as the entry at line 2; this later one decides owner',
    ]);
  });

  it('that do so only for secrets that are there', () => {
    const text = `secrets:
  - {match: {name: "a*c"}, decoy: true}
  - {match: {name: "a*d"}, allow: []}
  - {match: {name: ["b*", "a*e"]}, allow: []}
  - {match: {name: "a*f*"}, mode: observe}
  - {match: {name: "a*g*"}, mode: announce}
`;
    expect(warningsOf(text)).toEqual([]);
    expect(warningsOf(text, 'a-c', 'a-d', 'b', 'a-e', 'a-f-g', 'a-g-f')).toEqual([
      'audit.yaml:6: secrets.4: matches a-f-g and 1 other name exactly as well as the entry at line 5; this later one decides mode',
    ]);
  });

  it('of which a decoy is the opposite of a contract', () => {
    const text = `secrets:
  - {match: {name: x}, allow: []}
  - {match: {name: x}, decoy: true}
`;
    expect(warningsOf(text)).toEqual([
      'audit.yaml:2: secrets.0: has no effect: all that it says is decided by other entries (line 3)',
      'audit.yaml:3: secrets.1: matches x exactly as well as the entry at line 2; this later one decides allow',
    ]);
  });

  it('that say the same need no warning of rivalry, but one has no effect', () => {
    const text = `secrets:
  - {match: {name: x}, owner: platform}
  - {match: {name: x}, owner: platform, mode: observe}
`;
    expect(warningsOf(text)).toEqual([
      'audit.yaml:2: secrets.0: has no effect: all that it says is decided by other entries (line 3)',
    ]);
  });

  it('that say nothing; and wide ones that others only narrow', () => {
    const text = `secrets:
  - {match: {name: "*"}, owner: platform}
  - {match: {name: "prod/*"}, owner: messaging}
  - {match: {name: "prod/db"}}
  - {match: {name: "*"}, ownerTag: team}
`;
    expect(warningsOf(text, 'prod/db')).toEqual([
      'audit.yaml:4: secrets.2: says nothing of the secrets that it matches',
    ]);
  });
});

describe('clauses of which one contains another', () => {
  const warningsOfClauses = (...clauses: string[]) =>
    warningsOf(
      `secrets:\n  - match: {name: x}\n    allow:\n${clauses.map((clause) => `      - {${clause}}\n`).join('')}`,
    );

  it('are told where one is louder', () => {
    expect(
      warningsOfClauses(
        'id: wide, role: "ci-*", actions: [read, describe], from: any',
        'id: narrow, role: ci-deploy, actions: [read], from: [vpn], hours: uk, announce: always',
      ),
    ).toEqual([
      'audit.yaml:5: secrets.0.allow.1: clause narrow permits nothing that wide (line 4) does not; where both permit, the louder one speaks, which is narrow',
    ]);
  });

  it('are told once where both are the same', () => {
    expect(
      warningsOfClauses(
        'id: a, role: r, actions: any, from: any, severity: high',
        'id: b, role: r, actions: any, from: any',
      ),
    ).toEqual([
      'audit.yaml:5: secrets.0.allow.1: clause b permits nothing that a (line 4) does not; where both permit, the louder one speaks, which is a',
    ]);
  });

  it.each([
    ['as loud', 'id: a, role: "*", actions: any, from: any', 'id: b, role: r, actions: any, from: any'],
    [
      'who',
      'id: a, role: x, actions: any, from: any',
      'id: b, role: r, actions: any, from: any, announce: always',
    ],
    [
      'of another account',
      'id: a, role: r, account: tools, actions: any, from: any',
      'id: b, role: r, actions: any, from: any, announce: always',
    ],
    [
      'what',
      'id: a, role: r, actions: [read], from: any',
      'id: b, role: r, actions: any, from: any, announce: always',
    ],
    [
      'where',
      'id: a, role: r, actions: any, from: [vpn]',
      'id: b, role: r, actions: any, from: [prod-nat], announce: always',
    ],
    [
      'when',
      'id: a, role: r, actions: any, from: any, hours: uk',
      'id: b, role: r, actions: any, from: [vpn], announce: always',
    ],
  ])('are not told: %s', (_, ...clauses) => {
    expect(warningsOfClauses(...clauses).filter((warning) => warning.includes('allow.1'))).toEqual([]);
  });
});

describe('the inventory', () => {
  it('is what list-secrets prints', () => {
    const inventory = inventoryIn({
      SecretList: [
        {
          ARN: secretArn('app/db'),
          Name: 'app/db',
          Tags: [{ Key: 'owner', Value: 'x' }, { Key: 'empty' }],
          Other: 1,
        },
      ],
    });
    expect([...inventory]).toEqual([
      [
        '111122223333:eu-west-1:app/db',
        {
          secret: { name: 'app/db', account: '111122223333', region: 'eu-west-1', arn: secretArn('app/db') },
          tags: { owner: 'x', empty: '' },
        },
      ],
    ]);
  });

  it.each([
    [undefined],
    [[]],
    [{}],
    [{ SecretList: [{ Name: 'x' }] }],
    [{ SecretList: [{ ARN: 'arn:aws:s3:::x', Name: 'x' }] }],
  ])('and %j is refused', (answer) => {
    expect(() => inventoryIn(answer)).toThrow(UnreadableInputError);
  });
});
