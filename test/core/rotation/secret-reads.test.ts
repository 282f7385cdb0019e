import { expect, test } from '@jest/globals';
import { secretReadsOf } from '../../../functions/core/rotation/secret-reads.ts';
import { account, at, eventsOf, record, region, role, start } from '../../support/records.ts';

const everySecret = () => true;
const reader = {
  principal: `arn:aws:iam::${account}:role/sender`,
  kind: 'role',
  account,
};
const read = (request: object, overrides: object = {}) =>
  record({ userIdentity: role('sender', 's'), requestParameters: request, ...overrides });
const batch = (request: object, overrides: object = {}) =>
  read(request, { eventName: 'BatchGetSecretValue', ...overrides });
const asked = (records: object[], isRotated: (secret: { name: string }) => boolean = everySecret) =>
  secretReadsOf(eventsOf(records as never), isRotated).map((each) => `${each.secret.name} ${each.asked}`);

test('says who asked for which version of what, and when', () => {
  const [one] = secretReadsOf(eventsOf([read({ secretId: 'app/sms' }, { eventTime: at(7) })]), everySecret);
  expect(one).toEqual({
    secret: { name: 'app/sms', account, region, arn: null },
    ...reader,
    asked: 'AWSCURRENT',
    time: start + 7_000,
  });
});

test('a version is asked for by its id before its label, and by neither the current one', () => {
  expect(
    asked([
      read({ secretId: 'a', versionId: 'v1', versionStage: 'AWSPREVIOUS' }),
      read({ secretId: 'b', versionStage: 'AWSPREVIOUS' }),
      read({ secretId: 'c' }),
    ]),
  ).toEqual(['a v1', 'b AWSPREVIOUS', 'c AWSCURRENT']);
});

test('what was refused, changed or described is no read', () => {
  expect(
    asked([
      read({ secretId: 'a' }, { errorCode: 'AccessDenied', errorMessage: 'no' }),
      read({ secretId: 'a' }, { eventName: 'PutSecretValue' }),
      read({ secretId: 'a' }, { eventName: 'DescribeSecret' }),
      read({ secretId: 'a' }, { eventTime: undefined }),
    ]),
  ).toEqual([]);
});

test('a batch reads what it names, and its own reads are no others', () => {
  const named = batch({ secretIdList: ['a', 'b'] });
  expect(asked([named])).toEqual(['a AWSCURRENT', 'b AWSCURRENT']);
  expect(asked([named, read({ secretId: 'a' }, { eventTime: at(1) })]).sort()).toEqual([
    'a AWSCURRENT',
    'b AWSCURRENT',
  ]);
});

test('a batch by filters is known by its own reads alone', () => {
  const byFilter = batch({ filters: [{ key: 'name', values: ['a'] }] });
  expect(asked([byFilter])).toEqual([]);
  expect(asked([byFilter, read({ secretId: 'a' })])).toEqual(['a AWSCURRENT']);
});

test('secrets that are not rotated are left out', () => {
  expect(asked([read({ secretId: 'a' }), read({ secretId: 'b' })], (secret) => secret.name === 'b')).toEqual([
    'b AWSCURRENT',
  ]);
});
