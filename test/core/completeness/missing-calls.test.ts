import { describe, expect, it } from '@jest/globals';
import { createCoverage } from '../../../functions/core/completeness/coverage.ts';
import { createCoveredTime } from '../../../functions/core/completeness/covered-time.ts';
import { missingCalls } from '../../../functions/core/completeness/missing-calls.ts';
import { type MissingCall, missingCallSchema } from '../../../functions/core/model/missing-call.ts';
import {
  account,
  at,
  type CloudTrailRecord,
  eventsOf,
  otherAccount,
  record,
  region,
  rotationEvent,
  secretArn,
  start,
  user,
} from '../../support/records.ts';

const hour = 3600;
const day = 24 * hour;

/** Found among records, where the evidence reaches from so many days before `start` to so many after. */
function found(
  records: readonly CloudTrailRecord[],
  { before = 40, after = 40, gap }: { before?: number; after?: number; gap?: readonly [number, number] } = {},
): MissingCall[] {
  const coverage = createCoverage();
  for (let time = -before * 24; time <= after * 24; time += 1) {
    if (gap && time >= gap[0] && time < gap[1]) continue;
    for (let count = 0; count < 20; count += 1) {
      coverage.seen({ account, region, time: start + time * hour * 1000 });
    }
  }
  const calls = missingCalls(eventsOf(records), createCoveredTime(coverage.report()));
  return calls.map((call) => missingCallSchema.strict().parse(call));
}

const kinds = (calls: readonly MissingCall[]): string[] => calls.map(({ kind }) => kind);

describe('a deletion without DeleteSecret', () => {
  const ended = rotationEvent('EndSecretVersionDelete', 'app/db', { eventTime: at(0) });
  const deleted = (seconds: number, overrides: CloudTrailRecord = {}) =>
    record({ eventName: 'DeleteSecret', eventTime: at(seconds), ...overrides });

  it('is told once a secret', () => {
    const started = rotationEvent('StartSecretVersionDelete', 'app/db', { eventTime: at(-1) });
    const [call, ...others] = found([ended, started]);
    expect(others).toEqual([]);
    expect(call).toEqual({
      kind: 'deletion-without-call',
      secret: { name: 'app/db', account, region },
      time: new Date(start - 1000).toISOString(),
      eventIds: [started['eventID'], ended['eventID']],
      explanation:
        'The deletion of app/db began, but the evidence holds no DeleteSecret of it in the 31 days before, which it covers.',
    });
  });

  it.each([
    ['its call is there', [ended, deleted(-30 * day)], {}],
    ['its call is of the same second', [ended, deleted(0)], {}],
    [
      'a replica was given up',
      [
        ended,
        record({ eventName: 'RemoveRegionsFromReplication', eventTime: at(-60), awsRegion: 'us-east-1' }),
      ],
      {},
    ],
    ['the evidence begins too late', [ended], { before: 30 }],
    ['a gap may hold it', [ended], { gap: [-50, -40] as const }],
  ])('is not told where %s', (_, records, evidence) => {
    expect(found(records, evidence)).toEqual([]);
  });

  it.each([
    ['too old', deleted(-32 * day)],
    ['refused', deleted(-day, { errorCode: 'AccessDenied' })],
    ['of another secret', deleted(-day, { requestParameters: { secretId: 'app/other' } })],
  ])('is told where the call is %s', (_, call) => {
    expect(kinds(found([ended, call]))).toEqual(['deletion-without-call']);
  });
});

describe('a Decrypt without its read', () => {
  const decrypt = (seconds: number, overrides: CloudTrailRecord = {}) =>
    record({
      eventTime: at(seconds),
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      userIdentity: { ...user('anika'), invokedBy: 'secretsmanager.amazonaws.com' },
      requestParameters: { encryptionContext: { SecretARN: secretArn('app/db') } },
      ...overrides,
    });
  /** Somebody reads something before and after, so that reads are known to be recorded. */
  const recorded = [-hour, hour].map((seconds) =>
    record({ eventTime: at(seconds), userIdentity: user('ben'), requestParameters: { secretId: 'app/x' } }),
  );
  const read = (seconds: number, overrides: CloudTrailRecord = {}) =>
    record({ eventTime: at(seconds), requestParameters: { secretId: secretArn('app/db') }, ...overrides });

  it('is told once an identity, secret and day', () => {
    const calls = found([...recorded, decrypt(0), decrypt(10)]);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      kind: 'decrypt-without-read',
      secret: { name: 'app/db' },
      explanation: expect.stringContaining('decrypted app/db for user/anika 2 times that day without a call'),
    });
    expect(calls[0]?.eventIds).toHaveLength(2);
  });

  it.each<[string, CloudTrailRecord[]]>([
    ['the read is there', [read(-5)]],
    ['the read comes a moment later', [read(5)]],
    [
      'it was a batch by ids',
      [record({ eventName: 'BatchGetSecretValue', requestParameters: { secretIdList: ['app/db'] } })],
    ],
    [
      'it was a batch by filters',
      [
        record({
          eventName: 'BatchGetSecretValue',
          requestParameters: { filters: [{ key: 'name', values: ['app'] }] },
        }),
      ],
    ],
    ['a value was written', [record({ eventName: 'PutSecretValue', eventTime: at(2) })]],
  ])('is not told where %s', (_, calls) => {
    expect(found([...recorded, decrypt(0), ...calls])).toEqual([]);
  });

  it.each([
    ['another identity', { userIdentity: user('ben') }],
    ['another secret', { requestParameters: { secretId: 'app/other' } }],
    ['later than it could be', { eventTime: at(6) }],
  ])('is told where the read is of %s', (_, overrides) => {
    expect(kinds(found([...recorded, decrypt(0), read(0, overrides)]))).toEqual(['decrypt-without-read']);
  });

  it.each([
    ['where reads are not recorded at all', [decrypt(0)], {}],
    ['after the last read of all', [...recorded, decrypt(2 * hour)], {}],
    ['at the end of the evidence', [...recorded, decrypt(0)], { after: 0 }],
    ['beside a gap', [...recorded, decrypt(60)], { gap: [1, 9] as const }],
    [
      'for another account, whose own log has the read',
      [
        ...recorded,
        decrypt(0, {
          userIdentity: {
            ...user('eve'),
            accountId: otherAccount,
            invokedBy: 'secretsmanager.amazonaws.com',
          },
        }),
      ],
      {},
    ],
    [
      'for a call that was not by Secrets Manager',
      [...recorded, decrypt(0, { userIdentity: user('anika') })],
      {},
    ],
    ['for a refused one', [...recorded, decrypt(0, { errorCode: 'AccessDenied' })], {}],
  ])('is not told %s', (_, records, evidence) => {
    expect(found(records, evidence)).toEqual([]);
  });
});

describe('a rotation that succeeded without a start', () => {
  const succeeded = rotationEvent('RotationSucceeded', 'app/db', { eventTime: at(0) });

  it('is told', () => {
    expect(kinds(found([succeeded]))).toEqual(['rotation-without-start']);
    const longAgo = rotationEvent('RotationStarted', 'app/db', { eventTime: at(-25 * hour) });
    expect(kinds(found([succeeded, longAgo]))).toEqual(['rotation-without-start']);
  });

  it.each([
    rotationEvent('RotationStarted', 'app/db', { eventTime: at(-60) }),
    record({ eventName: 'RotateSecret', eventTime: at(-60) }),
    record({ eventName: 'PutSecretValue', eventTime: at(-60) }),
  ])('is not told after $eventName', (before) => {
    expect(found([succeeded, before])).toEqual([]);
  });

  it('is not told at the beginning of the evidence', () => {
    expect(found([succeeded], { before: 0 })).toEqual([]);
  });
});

it('ordinary use of secrets misses nothing', () => {
  expect(found([record(), record({ eventName: 'CreateSecret' }), record({ eventTime: undefined })])).toEqual(
    [],
  );
});
