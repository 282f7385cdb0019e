import { expect, test } from '@jest/globals';
import { describedSecret } from '../../functions/adapters/secret-description.ts';
import { UnreadableInputError } from '../../functions/core/errors.ts';
import { account, region, secretArn, start } from '../support/records.ts';

const arn = secretArn('app/sms');

test('says of a secret what DescribeSecret says', () => {
  expect(
    describedSecret({
      ARN: arn,
      Name: 'app/sms',
      Tags: [{ Key: 'owner', Value: 'messaging' }, { Key: 'flag' }, { Value: 'without a key' }],
      CreatedDate: new Date(start),
      LastChangedDate: new Date(start + 1),
      LastAccessedDate: new Date(start + 2),
      DeletedDate: new Date(start + 3),
      KmsKeyId: `arn:aws:kms:${region}:${account}:key/1`,
      OwningService: 'rds',
      RotationEnabled: true,
      RotationLambdaARN: `arn:aws:lambda:${region}:${account}:function:rotate`,
      RotationRules: { ScheduleExpression: 'rate(90 days)', AutomaticallyAfterDays: 90 },
      LastRotatedDate: new Date(start + 4),
      NextRotationDate: new Date(start + 5),
      VersionIdsToStages: { v1: ['AWSCURRENT', 'AWSPENDING'], v2: ['AWSPREVIOUS'] },
    }),
  ).toEqual({
    name: 'app/sms',
    account,
    region,
    arn,
    tags: { owner: 'messaging', flag: '' },
    created: start,
    lastChanged: start + 1,
    lastAccessed: start + 2,
    deleted: start + 3,
    kmsKeyId: `arn:aws:kms:${region}:${account}:key/1`,
    owningService: 'rds',
    rotation: {
      enabled: true,
      functionArn: `arn:aws:lambda:${region}:${account}:function:rotate`,
      schedule: 'rate(90 days)',
      afterDays: null,
      last: start + 4,
      next: start + 5,
    },
    versions: { v1: ['AWSCURRENT', 'AWSPENDING'], v2: ['AWSPREVIOUS'] },
  });
});

test('what is absent is null, false or empty, and ListSecrets has another name for the labels', () => {
  expect(describedSecret({ ARN: arn, SecretVersionsToStages: { v1: ['AWSCURRENT'] } })).toEqual({
    name: 'app/sms',
    account,
    region,
    arn,
    tags: {},
    created: null,
    lastChanged: null,
    lastAccessed: null,
    deleted: null,
    kmsKeyId: null,
    owningService: null,
    rotation: { enabled: false, functionArn: null, schedule: null, afterDays: null, last: null, next: null },
    versions: { v1: ['AWSCURRENT'] },
  });
});

test.each(['alias/aws/secretsmanager', `arn:aws:kms:${region}:${account}:alias/aws/secretsmanager`])(
  'the AWS managed key is no key of its own: %s',
  (KmsKeyId) => {
    expect(describedSecret({ ARN: arn, KmsKeyId }).kmsKeyId).toBeNull();
  },
);

test.each([undefined, '', 'app/sms', `arn:aws:kms:${region}:${account}:key/1`])(
  'refuses what names no secret: %s',
  (ARN) => {
    expect(() => describedSecret({ ...(ARN !== undefined && { ARN }), Name: 'app/sms' })).toThrow(
      UnreadableInputError,
    );
  },
);
