import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bootstrap, deploy, type StackOutputs } from '../../support/local-cloud/deploy.ts';
import { eventually } from '../../support/local-cloud/eventually.ts';
import { assumeRole, createRole, createUser, from } from '../../support/local-cloud/identities.ts';
import { type Credentials, type LocalCloud, startLocalCloud } from '../../support/local-cloud/local-cloud.ts';
import { invokeFunction } from '../../support/local-cloud/signed-call.ts';

const APP = 'node test/e2e/local-cloud/fixture/app.ts';
let cloud: LocalCloud;
let outputs: StackOutputs;

beforeAll(async () => {
  cloud = await startLocalCloud();
  await bootstrap(cloud);
  outputs = await deploy(cloud, { app: APP, stacks: ['Fixture'], context: { greeting: 'hello' } });
}, 120_000);

afterAll(() => cloud?.stop());

function secretsOf(credentials: Credentials): SecretsManagerClient {
  return new SecretsManagerClient(cloud.sdkConfig({ credentials }));
}

async function newestRecord(eventName: string, about: string): Promise<Record<string, unknown>> {
  const trail = new CloudTrailClient(cloud.sdkConfig());
  return eventually(`${eventName} of ${about}`, async () => {
    const attributes = [{ AttributeKey: 'EventName' as const, AttributeValue: eventName }];
    const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes: attributes }));
    const found = Events.find((event) => event.CloudTrailEvent?.includes(about));
    return found && (JSON.parse(found.CloudTrailEvent ?? '') as Record<string, unknown>);
  });
}

describe('before IAM is enforced', () => {
  it('CDK deploys a function with its bundle, and it already runs as its role', async () => {
    expect(outputs['Fixture']).toMatchObject({ Context: 'hello' });
    expect(await invokeFunction(cloud, 'fixture-reader', { secretId: 'fixture/allowed' })).toEqual({});
    const record = await newestRecord('GetSecretValue', 'fixture/allowed');
    const role = outputs['Fixture']?.['ReaderRole'] ?? '';
    expect(record).toMatchObject({
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${cloud.accountId}:assumed-role/${role.split('/').at(-1)}/fixture-reader`,
        sessionContext: { sessionIssuer: { type: 'Role', arn: role } },
      },
    });
  });
});

describe('once IAM is enforced', () => {
  let nobody: Credentials;
  let publisher: Credentials;

  beforeAll(async () => {
    await secretsOf(cloud.admin).send(new CreateSecretCommand({ Name: 'fixture/other', SecretString: 'x' }));
    nobody = await createUser(cloud, 'nobody', []);
    publisher = await createUser(cloud, 'publisher', [
      { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' },
    ]);
    await cloud.enforceIam();
  });

  it('a policy that refuses what is not TLS lets calls pass, as on AWS', async () => {
    const sns = new SNSClient(cloud.sdkConfig({ credentials: publisher }));
    const { TopicArn } = await new SNSClient(cloud.sdkConfig()).send(
      new CreateTopicCommand({ Name: 'tls-only' }),
    );
    const statement = (condition: string) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: TopicArn,
      Condition: { Bool: { 'aws:SecureTransport': condition } },
    });
    const setPolicy = (condition: string) =>
      new SNSClient(cloud.sdkConfig()).send(
        new SetTopicAttributesCommand({
          TopicArn,
          AttributeName: 'Policy',
          AttributeValue: JSON.stringify({ Version: '2012-10-17', Statement: [statement(condition)] }),
        }),
      );
    const publish = () => sns.send(new PublishCommand({ TopicArn, Message: 'hello' }));
    await setPolicy('false');
    await expect(publish()).resolves.toMatchObject({ MessageId: expect.any(String) });
    // The policy does decide: the opposite one refuses.
    await setPolicy('true');
    await expect(publish()).rejects.toThrow(/not authorized/i);
  });

  it('a function reads what its role allows and no more', async () => {
    expect(await invokeFunction(cloud, 'fixture-reader', { secretId: 'fixture/allowed' })).toEqual({});
    expect(await invokeFunction(cloud, 'fixture-reader', { secretId: 'fixture/other' })).toEqual({
      error: 'AccessDeniedException',
      message: expect.stringContaining('because no identity-based policy allows'),
    });
  });

  it('an explicit Deny wins over the grant', async () => {
    expect(await invokeFunction(cloud, 'fixture-auditor', { secretId: 'fixture/allowed' })).toEqual({
      error: 'AccessDeniedException',
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    });
  });

  it('a denied call is recorded without parameters, and only its message names the secret', async () => {
    const client = from({ ip: '198.51.100.7' }, secretsOf(nobody));
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'fixture/other' }))).rejects.toThrow();
    const user = `arn:aws:iam::${cloud.accountId}:user/nobody`;
    expect(await newestRecord('GetSecretValue', 'user/nobody')).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: `User: ${user} is not authorized to perform: secretsmanager:GetSecretValue on resource: fixture/other because no identity-based policy allows the secretsmanager:GetSecretValue action`,
      requestParameters: null,
      responseElements: null,
      sourceIPAddress: '198.51.100.7',
      userIdentity: { type: 'IAMUser', userName: 'nobody' },
    });
    await expect(client.send(new ListSecretsCommand({}))).rejects.toThrow();
    expect(await newestRecord('ListSecrets', 'user/nobody')).toMatchObject({
      errorMessage: `User: ${user} is not authorized to perform: secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action`,
    });
  });

  it('a role session has the rights of the role, from the address that it states', async () => {
    const roleArn = await createRole(cloud, 'office-only', [
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' },
      {
        Effect: 'Deny',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      },
    ]);
    const session = await assumeRole(cloud, roleArn, 'alice');
    const read = new GetSecretValueCommand({ SecretId: 'fixture/other' });
    await from({ ip: '203.0.113.5' }, secretsOf(session)).send(read);
    await expect(from({ ip: '192.0.2.77' }, secretsOf(session)).send(read)).rejects.toThrow('explicit deny');
  });

  it('a key that nobody has is refused and not recorded', async () => {
    const stranger = { accessKeyId: 'AKIAQQQQQQQQQQQQQQQQ', secretAccessKey: 'wrong' };
    const forged = { ...nobody, secretAccessKey: 'wrong' };
    for (const credentials of [stranger, forged]) {
      await expect(
        secretsOf(credentials).send(new GetSecretValueCommand({ SecretId: 'x/unknown' })),
      ).rejects.toThrow();
    }
    const trail = new CloudTrailClient(cloud.sdkConfig());
    const { Events } = await trail.send(new LookupEventsCommand({}));
    expect(JSON.stringify(Events)).not.toMatch(/AKIAQQQQ|x\/unknown/);
  });
});
