import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployTemplate } from '../../support/local-cloud/deploy.ts';
import { type LocalCloud, startLocalCloud } from '../../support/local-cloud/local-cloud.ts';
import { call } from '../../support/local-cloud/signed-call.ts';

let cloud: LocalCloud;

beforeAll(async () => {
  cloud = await startLocalCloud();
}, 60_000);

afterAll(() => cloud?.stop());

describe('AWS::CloudTrail::Trail', () => {
  const trailWith = (properties: Record<string, unknown>) => ({
    Resources: {
      Trail: {
        Type: 'AWS::CloudTrail::Trail',
        Properties: { TrailName: 'audit', S3BucketName: 'logs', ...properties },
      },
    },
    Outputs: { Name: { Value: { Ref: 'Trail' } }, Arn: { Value: { 'Fn::GetAtt': ['Trail', 'Arn'] } } },
  });

  it('is created, updated in place and deleted with its stack', async () => {
    const trails = new CloudTrailClient(cloud.sdkConfig());
    const created = await deployTemplate(
      cloud,
      'trail',
      trailWith({
        IsLogging: true,
        EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: 'true' }],
      }),
    );
    expect(created).toEqual({
      Name: 'audit',
      Arn: `arn:aws:cloudtrail:${cloud.region}:${cloud.accountId}:trail/audit`,
    });
    expect((await trails.send(new GetTrailStatusCommand({ Name: 'audit' }))).IsLogging).toBe(true);
    const { EventSelectors } = await trails.send(new GetEventSelectorsCommand({ TrailName: 'audit' }));
    expect(EventSelectors).toMatchObject([{ ReadWriteType: 'All', IncludeManagementEvents: true }]);

    await deployTemplate(cloud, 'trail', trailWith({ IsLogging: false, S3KeyPrefix: 'central' }));
    expect((await trails.send(new GetTrailStatusCommand({ Name: 'audit' }))).IsLogging).toBe(false);
    const { Trail } = await trails.send(new GetTrailCommand({ Name: 'audit' }));
    expect(Trail).toMatchObject({ S3BucketName: 'logs', S3KeyPrefix: 'central' });

    await call(cloud, 'cloudformation', 'DeleteStack', { StackName: 'trail' });
    await expect(trails.send(new GetTrailCommand({ Name: 'audit' }))).rejects.toThrow(
      expect.objectContaining({ name: 'TrailNotFoundException' }),
    );
  });
});

describe('AWS::SecretsManager::Secret', () => {
  const secretWith = (value: string) => ({
    Resources: {
      Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'app/made', SecretString: value } },
    },
    Outputs: { Ref: { Value: { Ref: 'Secret' } } },
  });

  it('has its ARN as Ref, and keeps it when its value changes', async () => {
    const secrets = new SecretsManagerClient(cloud.sdkConfig());
    const created = await deployTemplate(cloud, 'secret', secretWith('one'));
    const { ARN } = await secrets.send(new DescribeSecretCommand({ SecretId: 'app/made' }));
    expect(created).toEqual({ Ref: ARN });
    expect(await deployTemplate(cloud, 'secret', secretWith('two'))).toEqual(created);
    const { Versions } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: 'app/made' }));
    expect(Versions?.flatMap(({ VersionStages }) => VersionStages ?? []).sort()).toEqual([
      'AWSCURRENT',
      'AWSPREVIOUS',
    ]);
    await call(cloud, 'cloudformation', 'DeleteStack', { StackName: 'secret' });
    await expect(secrets.send(new DescribeSecretCommand({ SecretId: 'app/made' }))).rejects.toThrow();
  });
});

describe('AWS::IAM::AccessKey', () => {
  it('gives a key that works, with no more rights than its user has while IAM is enforced', async () => {
    const { Id = '', Secret = '' } = await deployTemplate(cloud, 'key', {
      Resources: {
        User: { Type: 'AWS::IAM::User', Properties: { UserName: 'robot' } },
        Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: { Ref: 'User' } } },
      },
      Outputs: {
        Id: { Value: { Ref: 'Key' } },
        Secret: { Value: { 'Fn::GetAtt': ['Key', 'SecretAccessKey'] } },
      },
    });
    const key = { accessKeyId: Id, secretAccessKey: Secret };
    const listUsers = () => call(cloud, 'iam', 'ListUsers', {}, key);
    await cloud.enforceIam();
    expect(await call(cloud, 'sts', 'GetCallerIdentity', {}, key)).toContain(':user/robot');
    await expect(listUsers()).rejects.toMatchObject({ message: expect.stringContaining('AccessDenied') });
    await cloud.suspendIam();
    expect(await listUsers()).toContain('robot');
  });
});
