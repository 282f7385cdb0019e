import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import type { ContractVerdict } from '../../../functions/core/model/assessment.ts';
import {
  account,
  type CloudTrailRecord,
  denied,
  event,
  otherAccount,
  role,
  root,
  rotationEvent,
  secretArn,
  user,
} from '../../support/records.ts';
import { clockwork, contractsOf, settingsOf } from './settings-of.ts';

/** Wednesday, 10:00 in London. */
const workday = '2026-12-02T10:00:00Z';
const oncall = (person: string) => role('AWSReservedSSO_OnCall_0123456789abcdef', person);

/** A read of sms/clockwork from the VPN. */
const read = (overrides: CloudTrailRecord = {}) =>
  event({
    eventTime: workday,
    sourceIPAddress: '198.51.100.3',
    userIdentity: oncall('mara'),
    requestParameters: { secretId: 'sms/clockwork' },
    ...overrides,
  });

const verdictOf = (overrides: CloudTrailRecord, settings = clockwork): ContractVerdict =>
  contractsOf(settings).judge(read(overrides));

const exec = role('sms-sender-exec', 'task-1');

describe('permitted', () => {
  it.each<[string, CloudTrailRecord, object]>([
    ['a person on call, in hours, and it is told', {}, { clause: 'oncall', announce: 'always' }],
    ['by address', { userIdentity: exec, sourceIPAddress: '203.0.113.10' }, { clause: 'sender' }],
    ['by an IPv6 address', { userIdentity: exec, sourceIPAddress: '2001:db8:1:2::3' }, { clause: 'sender' }],
    [
      'by VPC endpoint',
      { userIdentity: exec, sourceIPAddress: '10.0.0.7', vpcEndpointId: 'vpce-0a1b2c3d' },
      { clause: 'sender' },
    ],
    [
      'a role with a path, named without it',
      { userIdentity: role('sms-sender-exec', 'x', '/teams/sms/'), sourceIPAddress: '203.0.113.10' },
      { clause: 'sender' },
    ],
    [
      'break-glass, never silent and with its severity',
      { userIdentity: role('break-glass', 'x'), sourceIPAddress: '192.0.2.1', eventName: 'DeleteSecret' },
      { clause: 'breakglass', announce: 'always', severity: 'critical' },
    ],
    [
      'what Secrets Manager asks of KMS for a permitted reader, whose own network is in the read',
      {
        userIdentity: exec,
        eventSource: 'kms.amazonaws.com',
        eventName: 'Decrypt',
        sourceIPAddress: 'secretsmanager.amazonaws.com',
        requestParameters: { encryptionContext: { SecretARN: secretArn('sms/clockwork') } },
      },
      { clause: 'sender' },
    ],
  ])('%s', (_, overrides, expected) => {
    expect(verdictOf(overrides)).toEqual({ outcome: 'permitted', ...expected });
  });

  it('and a rate is handed on', () => {
    const settings = `
secrets:
  - match: {name: sms/*}
    allow: [{id: a, role: r, actions: any, from: any, rate: {events: 5, per: hour}}]
`;
    expect(verdictOf({ userIdentity: role('r', 'x') }, settings)).toEqual({
      outcome: 'permitted',
      clause: 'a',
      rate: { events: 5, minutes: 60 },
    });
  });

  it('the louder of two clauses speaks, whatever their order', () => {
    const quiet = '{id: quiet, role: "*", actions: any, from: any}';
    const loud = '{id: loud, role: r, actions: any, from: any, announce: always}';
    const louder = '{id: louder, role: r, actions: any, from: any, severity: high}';
    for (const clauses of [
      [quiet, loud, louder],
      [louder, loud, quiet],
    ]) {
      const settings = `secrets: [{match: {name: "*"}, allow: [${clauses.join(', ')}]}]`;
      expect(verdictOf({ userIdentity: role('r', 'x') }, settings)).toMatchObject({ clause: 'louder' });
      expect(verdictOf({ userIdentity: role('other', 'x') }, settings)).toEqual({
        outcome: 'permitted',
        clause: 'quiet',
      });
    }
  });
});

describe('broken', () => {
  const permits =
    'clause "oncall" of sms/clockwork permits permission set OnCall to read from vpn (198.51.100.0/28), Mon-Fri 08:00-19:00 Europe/London';

  it.each<[string, CloudTrailRecord, string[], string]>([
    [
      'another network',
      { sourceIPAddress: '192.0.2.77' },
      ['where'],
      `${permits}; this was a read from 192.0.2.77, a network that it does not name`,
    ],
    [
      'another hour',
      { eventTime: '2026-12-02T19:00:00Z' },
      ['when'],
      `${permits}; this was a read on Wed 2026-12-02 at 19:00 Europe/London, outside these hours`,
    ],
    [
      'a holiday',
      { eventTime: '2026-12-25T10:00:00Z' },
      ['when'],
      `${permits}; this was a read on Fri 2026-12-25 at 10:00 Europe/London, a holiday`,
    ],
    [
      'another action, from an endpoint, at night',
      {
        eventName: 'PutSecretValue',
        eventTime: '2026-12-03T02:12:00Z',
        vpcEndpointId: 'vpce-0ffffff0',
      },
      ['what', 'where', 'when'],
      `${permits}; this was a change (PutSecretValue), which it does not permit, from VPC endpoint vpce-0ffffff0, an endpoint that it does not name, on Thu 2026-12-03 at 02:12 Europe/London, outside these hours`,
    ],
    [
      'a service that calls on behalf',
      { sourceIPAddress: 'cloudformation.amazonaws.com' },
      ['where'],
      `${permits}; this was a read from cloudformation.amazonaws.com, a service that it does not name`,
    ],
    [
      'no origin in the log',
      { sourceIPAddress: undefined },
      ['where'],
      `${permits}; this was a read from a place that the log does not name`,
    ],
    [
      'an address that is none',
      { sourceIPAddress: '000.00.00.00' },
      ['where'],
      `${permits}; this was a read from 000.00.00.00, a network that it does not name`,
    ],
  ])('%s', (_, overrides, respects, quote) => {
    expect(verdictOf(overrides)).toEqual({ outcome: 'broken', clause: 'oncall', respects, quote });
  });

  it('summer time is followed', () => {
    expect(verdictOf({ eventTime: '2026-07-01T07:30:00Z' })).toMatchObject({ outcome: 'permitted' });
    expect(verdictOf({ eventTime: '2026-12-02T07:30:00Z' })).toMatchObject({ respects: ['when'] });
  });

  it('an event without a time is not held against a calendar', () => {
    expect(verdictOf({ eventTime: undefined })).toMatchObject({ outcome: 'permitted' });
  });

  it('a refused call is judged as well: it was tried', () => {
    expect(
      verdictOf({ ...denied('GetSecretValue', secretArn('sms/clockwork')), sourceIPAddress: '192.0.2.77' }),
    ).toMatchObject({
      outcome: 'broken',
    });
  });

  it('the nearest clause is quoted: of those about the identity, the one that fails in fewest respects', () => {
    const settings = `
secrets:
  - match: {name: sms/clockwork}
    allow:
      - {id: far, role: r, actions: [write], from: [vpn]}
      - {id: near, role: r, actions: [read], from: [prod-nat], severity: high}
      - {id: as-near, role: r, actions: [write], from: any}
      - {id: other, role: other, actions: [read], from: [vpn]}
`;
    expect(verdictOf({ userIdentity: role('r', 'x'), sourceIPAddress: '192.0.2.1' }, settings)).toMatchObject(
      {
        outcome: 'broken',
        clause: 'near',
        respects: ['where'],
        severity: 'high',
      },
    );
  });
});

describe('none permits', () => {
  it.each<[string, CloudTrailRecord, string]>([
    ['a role', { userIdentity: role('intruder', 'x') }, 'role intruder'],
    ['a user', { userIdentity: user('anika') }, 'user anika'],
    ['root', { userIdentity: root() }, `the root user of account ${account}`],
    [
      'a person with another permission set',
      { userIdentity: role('AWSReservedSSO_Admin_0123456789abcdef', 'bo') },
      'bo with permission set Admin',
    ],
    [
      'a permission set whose name only begins so',
      { userIdentity: role('AWSReservedSSO_OnCall_EU_0123456789abcdef', 'bo') },
      'bo with permission set OnCall_EU',
    ],
    [
      'a role that names itself like the permission set',
      { userIdentity: role('OnCall', 'x') },
      'role OnCall',
    ],
    [
      'the same role in another account',
      {
        userIdentity: {
          ...exec,
          accountId: otherAccount,
          sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${otherAccount}:role/sms-sender-exec` } },
        },
        requestParameters: { secretId: secretArn('sms/clockwork') },
      },
      `role sms-sender-exec of account ${otherAccount}`,
    ],
  ])('%s', (_, overrides, who) => {
    expect(verdictOf(overrides)).toEqual({
      outcome: 'none-permits',
      quote: `No clause of sms/clockwork permits ${who}; it permits: sender (role sms-sender-exec), ci (role ci-deploy), oncall (permission set OnCall), breakglass (role break-glass)`,
    });
  });

  it('a long contract is not quoted whole', () => {
    const clauses = Array.from(
      { length: 9 },
      (_, index) => `{id: c${index}, role: r${index}, actions: any, from: any}`,
    );
    const { quote } = verdictOf({}, `secrets: [{match: {name: "*"}, allow: [${clauses}]}]`) as {
      quote: string;
    };
    expect(quote).toMatch(/c5 \(role r5\) and 3 more$/);
  });

  it.each([
    [
      'an empty contract',
      'secrets: [{match: {name: sms/*}, allow: []}]',
      'The contract of sms/clockwork permits nobody; this was mara with permission set OnCall',
    ],
    [
      'a decoy',
      'secrets: [{match: {name: sms/*}, decoy: true}]',
      'sms/clockwork is a decoy, which nobody has a reason to touch; this was mara with permission set OnCall',
    ],
    [
      'secrets without a contract, where that is denied',
      'defaults: {unmatched: deny}',
      'No contract is written for sms/clockwork, and defaults.unmatched is deny; this was mara with permission set OnCall',
    ],
  ])('%s', (_, settings, quote) => {
    expect(verdictOf({}, settings)).toEqual({ outcome: 'none-permits', quote });
  });
});

describe('unregulated', () => {
  it.each<[string, CloudTrailRecord]>([
    ['a secret that no entry matches', { requestParameters: { secretId: 'sms/other' } }],
    [
      'a secret of the same name in another account',
      { requestParameters: { secretId: secretArn('sms/clockwork').replace(account, otherAccount) } },
    ],
    ['a listing, which names no secret', { eventName: 'ListSecrets', requestParameters: {} }],
    ['a random password', { eventName: 'GetRandomPassword', requestParameters: {} }],
    ['a change of a trail', { eventSource: 'cloudtrail.amazonaws.com', eventName: 'StopLogging' }],
  ])('%s', (_, overrides) => {
    expect(verdictOf(overrides)).toEqual({ outcome: 'unregulated' });
  });

  it('service events, which are nobody’s access, even to a decoy', () => {
    const contracts = contractsOf('secrets: [{match: {name: "*"}, decoy: true}]');
    expect(contracts.judge(event(rotationEvent('RotationSucceeded', 'sms/clockwork')))).toEqual({
      outcome: 'unregulated',
    });
  });
});

describe('who', () => {
  const permits = (clause: string, overrides: CloudTrailRecord): boolean =>
    verdictOf(
      overrides,
      `secrets: [{match: {name: "*"}, allow: [{id: a, ${clause}, actions: any, from: any}]}]`,
    ).outcome === 'permitted';
  const inTools = (name: string, path = '/') => ({
    userIdentity: {
      ...role(name, 'x', path),
      accountId: otherAccount,
      sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${otherAccount}:role${path}${name}` } },
    },
    requestParameters: { secretId: secretArn('sms/clockwork') },
  });

  it.each<[string, CloudTrailRecord, boolean]>([
    ['role: "ci-*"', { userIdentity: role('ci-deploy', 'x') }, true],
    ['role: "ci-*"', { userIdentity: user('ci-deploy') }, false],
    ['role: "*"', { userIdentity: oncall('mara') }, false],
    ['role: "*"', { userIdentity: root() }, false],
    ['user: "*"', { userIdentity: user('anika') }, true],
    ['role: ci, account: tools', inTools('ci'), true],
    ['role: ci, account: prod', inTools('ci'), false],
    [`role: ci, account: "${otherAccount}"`, inTools('ci'), true],
    [`role: "arn:aws:iam::${otherAccount}:role/ci"`, inTools('ci', '/teams/'), true],
    [`role: "arn:aws:iam::${otherAccount}:role/ci"`, { userIdentity: role('ci', 'x') }, false],
    [`role: "arn:aws:iam::${account}:role/teams/*"`, { userIdentity: role('ci', 'x', '/teams/') }, true],
    [`role: "arn:aws:iam::${account}:role/teams/*"`, { userIdentity: role('ci', 'x', '/') }, false],
    [`user: "arn:aws:iam::${account}:user/anika"`, { userIdentity: user('anika') }, true],
    ['permissionSet: "On*"', { userIdentity: oncall('mara') }, true],
    ['permissionSet: On_Call', { userIdentity: role('AWSReservedSSO_On_Call_0123456789abcdef', 'x') }, true],
    [
      'service: backup.amazonaws.com',
      { userIdentity: { type: 'AWSService', invokedBy: 'backup.amazonaws.com' } },
      true,
    ],
    [
      'service: backup.amazonaws.com',
      { userIdentity: { type: 'AWSService', invokedBy: 'x.amazonaws.com' } },
      false,
    ],
  ])('%s and %j: %s', (clause, overrides, expected) => {
    expect(permits(clause, overrides)).toBe(expected);
  });
});

describe('a batch', () => {
  const batch = (...secretIdList: string[]) =>
    read({ eventName: 'BatchGetSecretValue', requestParameters: { secretIdList } });

  it('is judged by the gravest of its secrets', () => {
    const contracts = contractsOf(`
secrets:
  - match: {name: closed}
    allow: []
  - match: {name: open}
    allow: [{id: a, permissionSet: OnCall, actions: [read], from: any}]
  - match: {name: far}
    allow: [{id: a, permissionSet: OnCall, actions: [read], from: [prod-nat]}]
`);
    expect(contracts.judge(batch('other')).outcome).toBe('unregulated');
    expect(contracts.judge(batch('other', 'open')).outcome).toBe('permitted');
    expect(contracts.judge(batch('open', 'far', 'other')).outcome).toBe('broken');
    expect(contracts.judge(batch('far', 'closed', 'open')).outcome).toBe('none-permits');
    expect(contracts.judge(batch()).outcome).toBe('unregulated');
  });
});

describe('an exception', () => {
  const until = '2026-12-09T08:00:00Z';
  const made = (rest: string) =>
    `${clockwork}exceptions: [{secret: sms/clockwork, clause: oncall, owner: messaging, reason: on-call abroad, until: ${until}, ${rest}}]`;
  const abroad = { sourceIPAddress: '192.0.2.77' };

  it('loosens its clause, says so, and holds up to its last moment', () => {
    expect(verdictOf(abroad, made('from: any'))).toEqual({
      outcome: 'permitted',
      clause: 'oncall',
      announce: 'always',
      exception: `on-call abroad (messaging, until ${until})`,
    });
    expect(verdictOf({ ...abroad, eventTime: until }, made('from: any')).outcome).toBe('permitted');
    expect(verdictOf({ ...abroad, eventTime: '2026-12-09T08:00:01Z' }, made('from: any')).outcome).toBe(
      'broken',
    );
  });

  it('is not named where the clause permits without it', () => {
    expect(verdictOf({}, made('from: any'))).toEqual({
      outcome: 'permitted',
      clause: 'oncall',
      announce: 'always',
    });
  });

  it('is not needed where another clause permits', () => {
    const settings = `
secrets:
  - match: {name: sms/clockwork}
    allow:
      - {id: loosened, permissionSet: OnCall, actions: [read], from: [vpn]}
      - {id: plain, permissionSet: OnCall, actions: [read], from: any}
exceptions: [{secret: sms/clockwork, clause: loosened, from: any, owner: messaging, reason: x, until: ${until}}]
`;
    expect(verdictOf(abroad, settings)).toEqual({ outcome: 'permitted', clause: 'plain' });
  });

  it('is for its secrets alone', () => {
    const settings = `
secrets:
  - {match: {name: sms/clockwork}, allow: [{id: a, permissionSet: OnCall, actions: [read], from: [vpn]}]}
  - {match: {name: "other/*"}, allow: [{id: a, permissionSet: OnCall, actions: [read], from: [vpn]}]}
exceptions: [{secret: "other/*", clause: a, from: any, owner: messaging, reason: x, until: ${until}}]
`;
    expect(verdictOf(abroad, settings).outcome).toBe('broken');
    expect(verdictOf({ ...abroad, requestParameters: { secretId: 'other/x' } }, settings).outcome).toBe(
      'permitted',
    );
  });

  it('is for its person alone', () => {
    expect(verdictOf(abroad, made('from: any, for: mara')).outcome).toBe('permitted');
    expect(verdictOf({ ...abroad, userIdentity: oncall('bo') }, made('from: any, for: mara')).outcome).toBe(
      'broken',
    );
  });

  it('loosens only what it names, and permits nobody whom the clause does not', () => {
    const night = { eventTime: '2026-12-03T02:00:00Z' };
    expect(verdictOf(night, made('from: any'))).toMatchObject({ respects: ['when'] });
    expect(verdictOf(night, made('hours: any')).outcome).toBe('permitted');
    expect(verdictOf({ ...night, ...abroad }, made('from: any'))).toMatchObject({ respects: ['when'] });
    expect(verdictOf({ ...night, ...abroad }, made('from: any, hours: any')).outcome).toBe('permitted');
    expect(verdictOf({ ...abroad, userIdentity: role('intruder', 'x') }, made('from: any')).outcome).toBe(
      'none-permits',
    );
    expect(verdictOf({ ...abroad, eventName: 'DeleteSecret' }, made('from: any'))).toMatchObject({
      respects: ['what'],
    });
  });

  it('of two, that each loosen one half, does not make a whole', () => {
    const settings = `${clockwork}exceptions:
  - {secret: sms/clockwork, clause: oncall, owner: messaging, reason: a, until: ${until}, from: any}
  - {secret: sms/*, clause: oncall, owner: messaging, reason: b, until: ${until}, hours: any}
`;
    expect(verdictOf({ ...abroad, eventTime: '2026-12-03T02:00:00Z' }, settings).outcome).toBe('broken');
    expect(verdictOf({ eventTime: '2026-12-03T02:00:00Z' }, settings).outcome).toBe('permitted');
  });
});

it('what is remembered does not change a verdict: any order, any repetition', () => {
  const events = fc.record({
    person: fc.constantFrom(oncall('mara'), oncall('bo'), exec, user('anika'), role('break-glass', 'x')),
    ip: fc.constantFrom('198.51.100.3', '203.0.113.10', '192.0.2.77', '2001:db8:1::1'),
    hour: fc.integer({ min: 0, max: 24 * 60 }),
    secret: fc.constantFrom('sms/clockwork', 'sms/other'),
    name: fc.constantFrom('GetSecretValue', 'PutSecretValue', 'DescribeSecret'),
  });
  const settings = settingsOf(clockwork);
  const shared = createContracts(settings);
  fc.assert(
    fc.property(fc.array(events, { maxLength: 12 }), (drawn) => {
      for (const { person, ip, hour, secret, name } of drawn) {
        const made = read({
          userIdentity: person,
          sourceIPAddress: ip,
          eventName: name,
          eventTime: new Date(Date.parse(workday) + hour * 3_600_000).toISOString(),
          requestParameters: { secretId: secret },
        });
        expect(shared.judge(made)).toEqual(createContracts(settings).judge(made));
      }
    }),
    { seed: 4, numRuns: 40 },
  );
});

it('two identities of one name are two', () => {
  const contracts = contractsOf(
    `secrets: [{match: {name: "*"}, allow: [{id: a, role: sms-sender-exec, actions: any, from: any}]}]`,
  );
  const made = read({ userIdentity: exec });
  const elsewhere = { ...made, actor: { ...made.actor, account: otherAccount } };
  const ofAnotherKind = { ...made, actor: { ...made.actor, kind: 'unknown' as const } };
  expect([made, elsewhere, ofAnotherKind, made].map((one) => contracts.judge(one).outcome)).toEqual([
    'permitted',
    'none-permits',
    'none-permits',
    'permitted',
  ]);
});

it('forgets when it remembers too much, and judges on', () => {
  const contracts = contractsOf(clockwork);
  const [one] = [read()];
  for (let index = 0; index < 60_000; index += 1) {
    contracts.judge({ ...one, actor: { ...one.actor, principal: `${one.actor.principal}${index}` } });
  }
  expect(contracts.judge(one).outcome).toBe('permitted');
});
