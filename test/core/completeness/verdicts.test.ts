import { describe, expect, it } from '@jest/globals';
import { type CompletenessInput, completenessOf } from '../../../functions/core/completeness/completeness.ts';
import { createCoverage } from '../../../functions/core/completeness/coverage.ts';
import { completenessSchema } from '../../../functions/core/model/completeness.ts';
import type { DigestReport } from '../../../functions/core/model/digest-report.ts';
import type { Verdict } from '../../../functions/core/model/verdict.ts';
import { finding } from '../../support/findings.ts';
import {
  account,
  at,
  type CloudTrailRecord,
  denied,
  eventsOf,
  person,
  record,
  region,
  role,
  secretArn,
  start,
} from '../../support/records.ts';

const hourMs = 3_600_000;

function covered(gap?: readonly [number, number]) {
  const coverage = createCoverage();
  for (let hour = -240; hour <= 240; hour += 1) {
    if (gap && hour >= gap[0] && hour < gap[1]) continue;
    for (let count = 0; count < 20; count += 1)
      coverage.seen({ account, region, time: start + hour * hourMs });
  }
  return coverage.report();
}

const complete = (records: readonly CloudTrailRecord[], overrides: Partial<CompletenessInput> = {}) =>
  completenessSchema.strict().parse(
    completenessOf({
      events: eventsOf(records),
      findings: [],
      coverage: covered(),
      digests: null,
      historyShort: () => false,
      permitted: () => false,
      ...overrides,
    }),
  );

const verdictsOf = (...args: Parameters<typeof complete>): Verdict[] => complete(...args).verdicts;

const read = (seconds: number, secretId = 'app/db', overrides: CloudTrailRecord = {}) =>
  record({ eventTime: at(seconds), requestParameters: { secretId }, ...overrides });

const noFaults: DigestReport = {
  digests: 1,
  from: at(0),
  to: at(3600),
  signatures: { valid: 1, invalid: 0, unchecked: 0 },
  logFiles: { intact: 1, changed: 0, missing: 0, unlisted: 0 },
  faults: [],
  unchecked: [],
};

it('clean, where nothing is found and nothing is in the way', () => {
  expect(verdictsOf([read(0), read(60), read(30, secretArn('app/db'))], { digests: noFaults })).toEqual([
    {
      secret: { name: 'app/db', account, region },
      verdict: 'clean',
      because: '',
      doubts: [],
      findings: 0,
      gravest: null,
      reads: 3,
      readers: 1,
      lastRead: '2026-03-02T09:01:00.000Z',
    },
  ]);
});

describe('findings', () => {
  const events = [read(0), read(1, 'app/other')];

  it('about the secret, from low on', () => {
    const about = (severity: 'info' | 'low' | 'high', status: 'open' | 'withdrawn' = 'open') =>
      finding({ severity, status, secret: { arn: null, name: 'app/db', account, region } });
    const verdictOn = (findings: CompletenessInput['findings']) =>
      verdictsOf(events, { findings }).map(({ verdict, because }) => [verdict, because]);
    expect(verdictOn([about('info')])).toEqual([
      ['clean', ''],
      ['clean', ''],
    ]);
    expect(verdictOn([about('high', 'withdrawn')])).toEqual([
      ['clean', ''],
      ['clean', ''],
    ]);
    expect(verdictOn([about('low')])).toEqual([
      ['findings', 'a finding, low'],
      ['clean', ''],
    ]);
    expect(verdictOn([about('low'), about('high')])).toEqual([
      ['findings', '2 findings, the gravest high'],
      ['clean', ''],
    ]);
  });

  it('about several secrets concern those of its evidence', () => {
    const [first] = eventsOf(events);
    const several = finding({ secret: null, evidence: [first?.id ?? '', 'unknown'] });
    expect(verdictsOf(events, { findings: [several] }).map(({ verdict }) => verdict)).toEqual([
      'findings',
      'clean',
    ]);
  });

  it('stay findings beside doubts, which are told too', () => {
    const several = finding({ secret: { arn: null, name: 'app/db', account, region } });
    expect(verdictsOf([read(0)], { findings: [several], coverage: covered([10, 20]) })).toMatchObject([
      { verdict: 'findings', doubts: ['gap'] },
    ]);
  });
});

describe('cannot know', () => {
  const reason = (verdicts: readonly Verdict[]) =>
    verdicts.map(({ verdict, doubts, because }) => [verdict, doubts.join(), because]);

  it('for a gap in its account and Region', () => {
    const elsewhere = read(0, 'app/db', { awsRegion: 'us-east-1' });
    expect(reason(verdictsOf([read(0), elsewhere], { coverage: covered([10, 20]) }))).toEqual([
      ['cannot know', 'gap', `no record of ${account} ${region} for 10 hours, from 2026-03-02T19:00:00.000Z`],
      ['clean', '', ''],
    ]);
  });

  it('for too little history, unless a contract permits it all', () => {
    const short = { historyShort: ({ time }: { time: number | null }) => time === start };
    expect(reason(verdictsOf([read(0), read(1)], short))).toEqual([
      ['cannot know', 'history', 'too little history to tell what is usual for 1 of its 2 events'],
    ]);
    expect(reason(verdictsOf([read(0), read(1)], { ...short, permitted: () => true }))).toEqual([
      ['clean', '', ''],
    ]);
  });

  it('for a batch by filters that may have read it', () => {
    const batch = (filters: unknown, overrides: CloudTrailRecord = {}) =>
      record({
        eventName: 'BatchGetSecretValue',
        requestParameters: { filters },
        eventTime: at(100),
        ...overrides,
      });
    const byTag = batch([{ key: 'tag-key', values: ['team'] }]);
    const doubtsOf = (calls: readonly CloudTrailRecord[]) =>
      verdictsOf([read(0), ...calls]).map(({ doubts }) => doubts);
    expect(doubtsOf([byTag])).toEqual([['batch']]);
    expect(doubtsOf([batch([{ key: 'name', values: ['ap'] }])])).toEqual([['batch']]);
    expect(doubtsOf([batch([{ key: 'name', values: ['!other'] }])])).toEqual([['batch']]);
    expect(doubtsOf([batch([{ key: 'name', values: ['other', 'pp/db'] }])])).toEqual([[]]);
    expect(doubtsOf([batch([{ key: 'name', values: ['!app'] }])])).toEqual([[]]);
    expect(doubtsOf([batch([], { awsRegion: 'us-east-1' })])).toEqual([[]]);
    expect(doubtsOf([{ ...byTag, errorCode: 'AccessDenied' }])).toEqual([[]]);
    // Its own reads are in the log, so what it read is known.
    expect(doubtsOf([byTag, read(101)])).toEqual([[]]);
  });

  it('for digests with faults of its account and Region', () => {
    const fault = (overrides = {}) => ({
      kind: 'hole' as const,
      account,
      region,
      from: at(0),
      to: at(1),
      files: [],
      count: 1,
      explanation: '',
      ...overrides,
    });
    const of = (faults: DigestReport['faults']) =>
      reason(verdictsOf([read(0)], { digests: { ...noFaults, faults } }));
    expect(of([fault()])).toEqual([
      ['cannot know', 'digests', 'the digests do not vouch for its logs (1 fault)'],
    ]);
    expect(of([fault({ region: 'us-east-1' })])).toEqual([['clean', '', '']]);
  });

  it('for a call that is missing', () => {
    const decrypt = record({
      eventTime: at(0),
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      userIdentity: { ...role('app', 's'), invokedBy: 'secretsmanager.amazonaws.com' },
      requestParameters: { encryptionContext: { SecretARN: secretArn('app/db') } },
    });
    const completeness = complete([decrypt, read(-900, 'app/x'), read(900, 'app/x')]);
    expect(completeness.missingCalls).toHaveLength(1);
    expect(reason(completeness.verdicts)).toEqual([
      ['cannot know', 'missing call', completeness.missingCalls[0]?.explanation],
      ['clean', '', ''],
    ]);
  });
});

it('counts reads once, readers, and people among them', () => {
  const batch = record({
    eventName: 'BatchGetSecretValue',
    eventTime: at(0),
    requestParameters: { secretIdList: ['app/a', 'app/b'] },
  });
  const completeness = complete([
    batch,
    // The batch's own read of one of the two.
    read(1, 'app/a'),
    read(50, 'app/b', { userIdentity: role('app', 'one') }),
    read(60, 'app/b', { userIdentity: role('app', 'two') }),
    read(70, 'app/b', { userIdentity: person('OnCall', 'mara') }),
    record({ ...denied('GetSecretValue', secretArn('app/c')) }),
    record({ requestParameters: { secretId: 'no/such' }, errorCode: 'ResourceNotFoundException' }),
  ]);
  expect(completeness.verdicts.map(({ secret, reads, readers }) => [secret.name, reads, readers])).toEqual([
    ['app/a', 1, 1],
    ['app/b', 4, 3],
    ['app/c', 0, 0],
  ]);
  expect([completeness.readers, completeness.people]).toEqual([3, 1]);
});

it('many batch calls among many reads do not take long', () => {
  const [one] = eventsOf([read(0)]);
  const [call] = eventsOf([
    record({
      eventName: 'BatchGetSecretValue',
      requestParameters: { filters: [{ key: 'all', values: ['x'] }] },
    }),
  ]);
  if (!one || !call) throw new Error('no event');
  const many = Array.from({ length: 40_000 }, (_, index) => ({
    ...(index % 2 ? one : call),
    key: `${index}`,
    id: `${index}`,
    requestId: `${index}`,
    time: start + Math.floor(index / 2) * 10_000 + (index % 2 ? 0 : 5_000),
  }));
  const began = performance.now();
  const { verdicts } = complete([], { events: many });
  expect(verdicts).toMatchObject([{ reads: 20_000, doubts: ['batch'] }]);
  expect(performance.now() - began).toBeLessThan(5_000);
});
