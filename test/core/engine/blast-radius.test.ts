import { describe, expect, it } from '@jest/globals';
import { createCoverage } from '../../../functions/core/completeness/coverage.ts';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { blastRadius } from '../../../functions/core/engine/blast-radius.ts';
import type { BlastRadiusInput } from '../../../functions/core/engine/blast-radius-input.ts';
import { findSecret } from '../../../functions/core/engine/find-secret.ts';
import { rhythmOf } from '../../../functions/core/engine/reading-rhythm.ts';
import { blastRadiusText } from '../../../functions/core/format/blast-radius.ts';
import { shellWord } from '../../../functions/core/format/shell-word.ts';
import type { AccessEvent, SecretRef } from '../../../functions/core/model/access-event.ts';
import { type BlastRadius, blastRadiusSchema } from '../../../functions/core/model/blast-radius.ts';
import { defaultSettings, parseSettings } from '../../../functions/core/model/settings.ts';
import { hostile } from '../../support/findings.ts';
import {
  account,
  at,
  type CloudTrailRecord,
  denied,
  event,
  eventsOf,
  otherAccount,
  record,
  region,
  role,
  secretArn,
  start,
  user,
} from '../../support/records.ts';

const hour = 3600;
const day = 24 * hour;

const read = (seconds: number, overrides: CloudTrailRecord = {}, secretId = 'sms/key') =>
  record({
    eventTime: at(seconds),
    requestParameters: { secretId },
    userIdentity: role('sender', 'task'),
    ...overrides,
  });
const by = (name: string, session = 'i-0abc') => ({ userIdentity: role(name, session) });

const secret: SecretRef = { name: 'sms/key', account, region, arn: secretArn('sms/key') };

/** The evidence reaches 40 days back; the moment in question is `start`. */
function radius(
  records: readonly CloudTrailRecord[],
  overrides: Partial<BlastRadiusInput> & { from?: number; gap?: readonly [number, number] } = {},
): BlastRadius {
  const coverage = createCoverage();
  for (let time = (overrides.from ?? -40) * 24; time <= 5 * 24; time += 1) {
    if (overrides.gap && time >= overrides.gap[0] && time < overrides.gap[1]) continue;
    for (let count = 0; count < 20; count += 1)
      coverage.seen({ account, region, time: start + time * hour * 1000 });
  }
  const settings = overrides.settings ?? defaultSettings;
  return blastRadiusSchema.strict().parse(
    blastRadius({
      secret,
      since: start,
      events: eventsOf(records),
      coverage: coverage.report(),
      contracts: createContracts({ ...defaultSettings, ...settings }),
      settings,
      unreadable: 0,
      ...overrides,
    }),
  );
}

const withContract = (allow: string, others = '') => {
  const settings = parseSettings(
    `version: 1\nnetworks: {office: {cidrs: [192.0.2.0/24]}}\nsecrets:\n  - match: {name: sms/key}\n    allow: [${allow}]\n${others}`,
    'audit.yaml',
  );
  return { settings };
};

describe('who read it since', () => {
  it('says how often, when, from where, with what, and which version', () => {
    const put = record({
      eventName: 'PutSecretValue',
      eventTime: at(2 * hour),
      requestParameters: { secretId: 'sms/key', clientRequestToken: 'v2' },
    });
    const { readers } = radius([
      read(-day),
      put,
      read(3 * hour),
      read(4 * hour, { sourceIPAddress: '198.51.100.7', userAgent: 'Boto3/1.34' }),
      read(5 * hour, { requestParameters: { secretId: 'sms/key', versionId: 'v1' } }),
    ]);
    expect(readers).toEqual([
      {
        identity: `arn:aws:iam::${account}:role/sender`,
        kind: 'role',
        account,
        count: 3,
        first: '2026-03-02T12:00:00.000Z',
        last: '2026-03-02T14:00:00.000Z',
        isNew: false,
        contract: 'none',
        networks: ['192.0.2.0/24', '198.51.100.0/24'],
        agents: ['aws-cli', 'boto3'],
        versions: [
          {
            id: 'v2',
            stage: 'AWSCURRENT',
            inferred: true,
            reads: 2,
            because: 'AWSCURRENT was moved to it by PutSecretValue at 2026-03-02T11:00:00Z',
          },
          { id: 'v1', stage: null, inferred: false, reads: 1, because: 'the call named the version' },
        ],
      },
    ]);
  });

  it('names first who had not read it before', () => {
    const { readers } = radius([
      read(-day),
      read(hour),
      read(2 * hour, by('intruder')),
      read(-hour, by('old')),
    ]);
    expect(readers.map(({ identity, isNew }) => [identity.split('/')[1], isNew])).toEqual([
      ['intruder', true],
      ['sender', false],
    ]);
  });

  it('does not call anybody new where the evidence does not reach back', () => {
    const { readers, unknown } = radius([read(2 * hour, by('intruder'))], { from: 0.1 });
    expect(readers[0]?.isNew).toBeNull();
    expect(unknown[0]).toMatch(/^The evidence begins at .*, after the moment in question/);
  });

  it('counts a batch that named it once, and reads of others not at all', () => {
    const batch = record({
      eventName: 'BatchGetSecretValue',
      eventTime: at(hour),
      userIdentity: role('sender', 'task'),
      requestParameters: { secretIdList: ['sms/key', 'app/other'] },
    });
    expect(radius([batch]).readers.map(({ count }) => count)).toEqual([1]);
    expect(radius([batch, read(hour + 1)]).readers.map(({ count }) => count)).toEqual([1]);
    expect(radius([read(hour, {}, 'app/other')]).readers).toEqual([]);
  });

  it('knows the contract, and does not question whom it permits', () => {
    const contract = withContract(
      '{id: sender, role: sender, actions: [read], from: [office]}, {id: fresh, role: fresh, actions: [read], from: any}',
    );
    const { readers } = radius(
      [
        read(-day),
        read(hour),
        read(hour, by('fresh')),
        read(hour, by('stranger')),
        read(2 * hour, { ...by('sender'), sourceIPAddress: '203.0.113.9' }),
      ],
      contract,
    );
    expect(readers.map(({ identity, contract, isNew }) => [identity.split('/')[1], contract, isNew])).toEqual(
      [
        ['stranger', 'outside', true],
        ['sender', 'outside', false],
        ['fresh', 'permitted', true],
      ],
    );
  });

  it('tells refusals apart', () => {
    const refused = [1, 2].map((seconds) =>
      record({ ...denied('GetSecretValue', secretArn('sms/key')), eventTime: at(seconds), ...by('probe') }),
    );
    const { readers, refused: told } = radius([
      ...refused,
      record({ ...denied('GetSecretValue', secretArn('x')) }),
    ]);
    expect(readers).toEqual([]);
    expect(told).toMatchObject([{ identity: expect.stringContaining('role/probe'), count: 2 }]);
  });
});

describe('what stops working', () => {
  const steady = [0, 1, 2, 3, 4].map((days) => read(days * day));

  it('machines that read it, with their rhythm; nobody who is in question, and no person', () => {
    const { consumers } = radius([
      read(-day),
      ...steady,
      read(hour, by('intruder')),
      read(-2 * day, by('AWSReservedSSO_OnCall_0123456789abcdef', 'mara')),
      read(-30 * day, by('retired')),
    ]);
    expect(consumers).toEqual([
      {
        identity: `arn:aws:iam::${account}:role/sender`,
        consumer: null,
        delivery: null,
        lastRead: '2026-03-06T09:00:00.000Z',
        everySeconds: day,
        nextRead: '2026-03-07T09:00:00.000Z',
      },
    ]);
  });

  it('a consumer stays one when somebody else has used its credentials from elsewhere', () => {
    const { consumers } = radius(
      [
        ...[-20, -10, 2].map((each) => read(each * day)),
        read(day, { sourceIPAddress: '203.0.113.9' }),
        read(day, { ...by('stranger'), sourceIPAddress: '203.0.113.9' }),
      ],
      withContract('{id: sender, role: sender, actions: [read], from: [office]}'),
    );
    expect(consumers.map(({ identity }) => identity)).toEqual([`arn:aws:iam::${account}:role/sender`]);
  });

  it('consumers of the contract, also such as were not seen to read', () => {
    const { consumers } = radius(
      [read(-day), ...steady],
      withContract(
        '{id: a, role: sender, actions: [read], from: any, consumer: {ecs: prod/sender, delivery: injected}}, {id: b, role: billing, actions: [read], from: any, consumer: {lambda: bills, delivery: runtime}}',
      ),
    );
    expect(
      consumers.map(({ consumer, delivery, lastRead }) => [consumer?.name, delivery, lastRead !== null]),
    ).toEqual([
      ['prod/sender', 'injected', true],
      ['bills', 'runtime', false],
    ]);
  });

  it.each<[string, number[], number | undefined]>([
    ['too few', [0, 10, 20], undefined],
    ['hourly', [0, 60, 120, 180], 60],
    ['hourly, by tasks that start together', [0, 0.5, 60, 60.5, 120, 180], 60],
    ['hourly, once late', [0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1200], 60],
    ['whenever', [0, 5, 300, 310, 2000], undefined],
  ])('a rhythm: %s', (_, minutes, every) => {
    const rhythm = rhythmOf(minutes.map((minute) => minute * 60_000).toReversed());
    expect(rhythm?.everyMs).toBe(every === undefined ? undefined : every * 60_000);
  });
});

describe('in which order to rotate', () => {
  it('itself, then what the readers in question read besides, what was not theirs first', () => {
    const { rotation } = radius([
      read(-day),
      read(hour),
      read(hour, {}, 'app/ordinary'),
      read(-day, by('intruder'), 'app/its-own'),
      read(hour, by('intruder')),
      ...[1, 2, 3].map((hours) => read(hours * hour, by('intruder'), 'app/its-own')),
      read(2 * hour, by('intruder'), 'app/theirs'),
      read(-hour, by('intruder'), 'app/before'),
    ]);
    expect(rotation.map((step) => [step.secret.name, step.reads, step.isUnusual])).toEqual([
      ['sms/key', 1, true],
      ['app/theirs', 1, true],
      ['app/its-own', 3, false],
    ]);
    expect(rotation[1]?.readers).toEqual([`arn:aws:iam::${account}:role/intruder`]);
  });

  it('prints the commands for it, also to restart what gets the value at its start', () => {
    const { rotation } = radius(
      [read(-day), read(hour)],
      withContract(
        ['ecs: prod/sender', 'eks: c/ns/app', 'ec2: hosts']
          .map(
            (consumer, id) =>
              `{id: c${id}, role: sender, actions: [read], from: any, consumer: {${consumer}, delivery: injected}}`,
          )
          .concat(
            '{id: d, role: sender, actions: [read], from: any, consumer: {lambda: live, delivery: runtime}}',
          )
          .join(', '),
      ),
    );
    expect(rotation[0]?.commands).toEqual([
      'aws secretsmanager rotate-secret --secret-id sms/key --region eu-west-1',
      'aws ecs update-service --cluster prod --service sender --force-new-deployment --region eu-west-1',
      'kubectl --context c -n ns rollout restart deployment app',
      '# restart ec2 hosts: it gets the value only when it starts',
    ]);
  });

  it.each([
    ['a/b_c+d=e.f@g-h', 'a/b_c+d=e.f@g-h'],
    ['$(rm -rf x)', "'$(rm -rf x)'"],
    ["it's", "'it'\\''s'"],
    ['-x', "'-x'"],
    ['', "''"],
    ['a\nb', "'a<U+000A>b'"],
  ])('%j in a command is %s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
});

describe('what cannot be known', () => {
  const always = [
    'Reads by other accounts may be in the logs of those accounts alone.',
    'What readers did with the value: copies in files, in processes and outside AWS are in no log of AWS.',
  ];
  const batch = (seconds: number, filters: unknown) =>
    record({ eventName: 'BatchGetSecretValue', eventTime: at(seconds), requestParameters: { filters } });

  it('always something', () => {
    expect(radius([]).unknown).toEqual(always);
  });

  it.each<[string, CloudTrailRecord[], Parameters<typeof radius>[1], RegExp]>([
    [
      'batch calls by filters',
      [batch(hour, [{ key: 'tag-key', values: ['x'] }])],
      {},
      /^1 batch call by filters since then, by user\/anika, may have read it/,
    ],
    ['versions', [read(hour)], {}, /^The version of some reads is not known/],
    [
      'gaps',
      [],
      { gap: [10, 20] },
      /^No record of 111122223333 eu-west-1 for 10 hours since then: 2026-03-02T19:00:00Z to 2026-03-03T05:00:00Z\.$/,
    ],
    ['what was not read', [], { unreadable: 2 }, /^2 inputs could not be read/],
    ['a short time before', [], { from: -3 }, /^The evidence reaches back only to 2026-02-27T09:00:00Z/],
    [
      'replicas',
      [
        record({
          eventName: 'ReplicateSecretToRegions',
          requestParameters: { secretId: 'sms/key', addReplicaRegions: [{ region: 'us-east-1' }] },
        }),
      ],
      {},
      /^A secret of this name is also in us-east-1/,
    ],
    [
      'an end before',
      [],
      { since: start + 30 * day * 1000 },
      /^The evidence ends at .*, before the moment in question/,
    ],
    [
      'no evidence at all',
      [],
      { secret: { ...secret, account: otherAccount } },
      /^No record of account 444455556666/,
    ],
  ])('%s', (_, records, overrides, expected) => {
    expect(radius(records, overrides).unknown.filter((text) => expected.test(text))).toHaveLength(1);
  });

  it.each<[string, CloudTrailRecord[], Parameters<typeof radius>[1]]>([
    ['a batch before', [batch(-hour, [{ key: 'tag-key', values: ['x'] }])], {}],
    ['a batch of other names', [batch(hour, [{ key: 'name', values: ['app/'] }])], {}],
    ['a gap before', [], { gap: [-20, -10] }],
  ])('%s does not matter', (_, records, overrides) => {
    expect(radius(records, overrides).unknown).toEqual(always);
  });
});

describe('which secret is meant', () => {
  const events: AccessEvent[] = [
    event({ requestParameters: { secretId: 'sms/key' } }),
    event({ requestParameters: { secretId: secretArn('sms/key') } }),
    event({ requestParameters: { secretId: 'sms/key-old' } }),
    event({ requestParameters: { secretId: 'app/db' } }),
    event({ requestParameters: { secretId: 'app/db' }, awsRegion: 'us-east-1' }),
  ];
  it.each([
    ['sms/key', 'sms/key'],
    [secretArn('sms/key'), 'sms/key'],
    [secretArn('sms/key', 'ZZZZZZ'), 'sms/key'],
    [secretArn('sms/key').slice(0, -7), 'sms/key'],
    ['KEY-O', 'sms/key-old'],
    [`arn:aws:secretsmanager:us-east-1:${account}:secret:app/db-AbCd12`, 'app/db'],
  ])('%s', (text, name) => {
    expect(findSecret(text, events)).toMatchObject({ secret: { name } });
  });
  it('prefers the ref that has its ARN', () => {
    expect(findSecret('sms/key', events)).toEqual({ secret });
  });
  it('lists those that may be meant', () => {
    const found = findSecret('app/db', events);
    expect('candidates' in found && found.candidates.map((each) => each.region)).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
  });
  it.each([
    ['app/bd', '; the nearest is app/db'],
    ['', '; there are app/db, sms/key, sms/key-old'],
    ['zzzzzzzzzzzz', '; there are app/db, sms/key, sms/key-old'],
  ])('hints for %j', (text, hint) => {
    expect(findSecret(text, events)).toEqual({ hint });
  });
});

describe('the text', () => {
  const shown = (value: BlastRadius, columns = 80) =>
    blastRadiusText(value, { columns, emphasise: (_, text) => text });

  it('reads like this', () => {
    const text = shown(
      radius(
        [
          read(-2 * day),
          read(-day),
          read(hour),
          read(day),
          read(hour, by('intruder')),
          read(2 * hour, by('intruder'), 'app/db'),
        ],
        withContract(
          '{id: a, role: sender, actions: [read], from: any, consumer: {ecs: prod/sender, delivery: injected}}',
        ),
      ),
    );
    expect(text).toMatchInlineSnapshot(`
"sms/key
Where     account 111122223333, eu-west-1
Since     02 Mar 2026 09:00:00 UTC
Evidence  21 Jan 2026 09:00:00 UTC to 07 Mar 2026 09:00:00 UTC

READ SINCE THEN
  role/intruder: had not read it before, outside the contract
    1 read, 02 Mar 2026 10:00:00 UTC
    from 192.0.2.0/24, by aws-cli
    version not known (AWSCURRENT): when AWSCURRENT was moved last before is not
    in the evidence
  role/sender: permitted by the contract
    2 reads, 02 Mar 2026 10:00:00 UTC to 03 Mar 2026 09:00:00 UTC
    from 192.0.2.0/24, by aws-cli
    version not known (AWSCURRENT): when AWSCURRENT was moved last before is not
    in the evidence

STOPS WORKING WHEN THE VALUE IS REVOKED NOW
  ecs prod/sender (role/sender)
    holds the value that it got at its start, until it is restarted; last read
    03 Mar 2026 09:00:00 UTC, about every 24 hours, next expected 04 Mar 2026
    09:00:00 UTC

ROTATE, IN THIS ORDER
  1. sms/key
       aws secretsmanager rotate-secret --secret-id sms/key \\
         --region eu-west-1
       aws ecs update-service --cluster prod --service sender \\
         --force-new-deployment --region eu-west-1
  2. app/db: 1 read since then by role/intruder, not read before
       aws secretsmanager rotate-secret --secret-id app/db \\
         --region eu-west-1
  Nothing was run. rotate-secret needs a rotation function; without one, put a
  new value by hand. Revoke the old value at its issuer only when everything
  above has the new one.

CANNOT BE KNOWN
  - The version of some reads is not known: CloudTrail logs none, and the
    evidence does not show which was AWSCURRENT then.
  - Reads by other accounts may be in the logs of those accounts alone.
  - What readers did with the value: copies in files, in processes and outside
    AWS are in no log of AWS.
"
`);
  });

  it('says where nothing is known', () => {
    const text = shown(radius([]));
    expect(text).toContain('Nobody, as far as the evidence reaches.');
    expect(text).toContain('Nothing that is known: no machine read it in the last 30 days');
  });

  it.each([0, 60, 80, 120])('at %i columns no line is longer but a command, whatever the text', (columns) => {
    const value = radius([
      read(-day),
      read(hour, { userIdentity: user(hostile), userAgent: hostile, sourceIPAddress: hostile }),
      read(hour, { requestParameters: { secretId: 'sms/key', versionId: hostile } }),
      record({
        ...denied('GetSecretValue', secretArn('sms/key')),
        eventTime: at(hour),
        userIdentity: user(hostile),
      }),
    ]);
    const text = shown({ ...value, secret: { ...value.secret, name: hostile }, unknown: [hostile] }, columns);
    const long = text.split('\n').filter((line) => line.length > Math.max(60, columns));
    expect(long.filter((line) => !/^ {7}/.test(line))).toEqual([]);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('many readers do not fill the screen', () => {
    const text = shown(radius([...Array(60).keys()].map((index) => read(index, by(`role-${index}`)))));
    expect(text).toContain('and 20 more; --format json has them all');
  });
});
