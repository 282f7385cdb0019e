import { describe, expect, it } from '@jest/globals';
import {
  account,
  everything,
  region,
  resourcesOf,
  type Statement,
  settingsOf,
  synthesize,
} from './synthesized.ts';

const { template } = synthesize(everything);
const [key, ...otherKeys] = resourcesOf(template, 'AWS::KMS::Key');
const statements = key?.Properties.KeyPolicy.Statement as Statement[];
const arn = (rest: string) => `arn:aws${rest}`;
const theKey = { 'Fn::GetAtt': [key?.id, 'Arn'] };

describe('the key', () => {
  it('is one, is rotated, and stays when the stack is deleted', () => {
    expect(otherKeys).toEqual([]);
    expect(key?.Properties.EnableKeyRotation).toBe(true);
    expect(key?.DeletionPolicy).toBe('Retain');
  });

  it.each([
    ['events.amazonaws.com', `:events:${region}:${account}:rule/*`],
    ['cloudwatch.amazonaws.com', `:cloudwatch:${region}:${account}:alarm:*`],
    ['sns.amazonaws.com', `:sns:${region}:${account}:*`],
  ])('serves %s for this account alone', (service, source) => {
    const grants = statements.filter(
      ({ Principal }) => (Principal as { Service?: string }).Service === service,
    );
    expect(grants).toMatchObject([
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': [account] },
          ArnLike: { 'aws:SourceArn': [arn(source)] },
        },
      },
    ]);
  });

  it('serves CloudWatch Logs for log groups of this account alone', () => {
    const grants = statements.filter(({ Sid }) => Sid === 'LogGroupsEncrypt');
    expect(grants).toMatchObject([
      {
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Condition: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn(`:logs:${region}:${account}:log-group:*`) },
        },
      },
    ]);
  });

  it('serves CloudTrail for the one trail, where it is created', () => {
    const [trail] = resourcesOf(template, 'AWS::CloudTrail::Trail');
    const source = arn(`:cloudtrail:${region}:${account}:trail/${trail?.Properties.TrailName}`);
    const grants = statements.filter(
      ({ Principal }) => (Principal as { Service?: string }).Service === 'cloudtrail.amazonaws.com',
    );
    expect(grants.map(({ Action }) => Action)).toEqual(['kms:GenerateDataKey*', 'kms:DescribeKey']);
    for (const { Condition } of grants) {
      expect(Condition?.['StringEquals']).toEqual({ 'aws:SourceAccount': account, 'aws:SourceArn': source });
    }
    const without = JSON.stringify(resourcesOf(synthesize(settingsOf()).template, 'AWS::KMS::Key'));
    expect(without).not.toContain('cloudtrail');
  });

  it('serves no service without a condition', () => {
    for (const statement of statements) {
      if (!(statement.Principal as { Service?: string }).Service) continue;
      expect(Object.keys(statement.Condition ?? {})).not.toEqual([]);
    }
  });

  it('encrypts every topic, queue, table, log group and trail', () => {
    const uses = [
      ...resourcesOf(template, 'AWS::SNS::Topic').map(({ Properties }) => Properties.KmsMasterKeyId),
      ...resourcesOf(template, 'AWS::SQS::Queue').map(({ Properties }) => Properties.KmsMasterKeyId),
      ...resourcesOf(template, 'AWS::DynamoDB::Table').map(
        ({ Properties }) => Properties.SSESpecification.KMSMasterKeyId,
      ),
      ...resourcesOf(template, 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.KmsKeyId),
      ...resourcesOf(template, 'AWS::CloudTrail::Trail').map(({ Properties }) => Properties.KMSKeyId),
    ];
    expect(uses).toHaveLength(2 + 11 + 1 + 9 + 1);
    for (const use of uses) expect([theKey, { Ref: key?.id }]).toContainEqual(use);
  });
});

describe('transport', () => {
  const refusesPlainHttp = {
    Effect: 'Deny',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  it.each([
    ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', 'Queues'],
    ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'Topics'],
  ])('every %s refuses plain HTTP', (type, policyType, property) => {
    const policies = resourcesOf(template, policyType);
    for (const { id } of resourcesOf(template, type)) {
      const own = policies.filter(({ Properties }) =>
        Properties[property].some(({ Ref }: { Ref: string }) => Ref === id),
      );
      const found = own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
      expect(found).toContainEqual(expect.objectContaining(refusesPlainHttp));
    }
  });

  it('every bucket is private, versioned, refuses plain HTTP and forgets', () => {
    const buckets = resourcesOf(template, 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(4);
    for (const { Properties, DeletionPolicy } of buckets) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
      expect(Properties.LifecycleConfiguration.Rules).toMatchObject([{ ExpirationInDays: 400 }]);
      expect(Properties.BucketEncryption).toBeDefined();
      expect(DeletionPolicy).toBe('Retain');
    }
    for (const { Properties } of resourcesOf(template, 'AWS::S3::BucketPolicy')) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(expect.objectContaining(refusesPlainHttp));
    }
  });
});

it('the trail records reads of all Regions and signs its files', () => {
  const [trail] = resourcesOf(template, 'AWS::CloudTrail::Trail');
  expect(trail?.Properties).toMatchObject({
    IsLogging: true,
    IsMultiRegionTrail: true,
    EnableLogFileValidation: true,
    EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: 'All' }],
  });
  expect(trail?.DependsOn).toContainEqual(expect.stringContaining('BucketPolicy'));
  expect(resourcesOf(synthesize(settingsOf()).template, 'AWS::CloudTrail::Trail')).toEqual([]);
});
