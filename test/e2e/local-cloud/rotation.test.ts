import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { deployTemplate } from '../../support/local-cloud/deploy.ts';
import { eventually } from '../../support/local-cloud/eventually.ts';
import { type LocalCloud, startLocalCloud } from '../../support/local-cloud/local-cloud.ts';
import { call } from '../../support/local-cloud/signed-call.ts';

const DAY = 86_400;
let cloud: LocalCloud;
let secrets: SecretsManagerClient;
let outputs: Record<string, string>;
let seen: string;
let fails: string;

beforeAll(async () => {
  cloud = await startLocalCloud({ rotationRetrySeconds: 0.2 });
  secrets = new SecretsManagerClient(cloud.sdkConfig());
  seen = join(cloud.dataDir, 'rotation-steps');
  fails = join(cloud.dataDir, 'rotation-fails');
  const bundle = join(cloud.dataDir, 'rotator.js');
  buildSync({
    entryPoints: [fileURLToPath(new URL('./fixture/rotator.ts', import.meta.url))],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  outputs = await deployTemplate(cloud, 'rotation', rotationStack(bundle));
  // From here on the function may do what its role allows, and no more.
  await cloud.enforceIam();
}, 60_000);

afterEach(() => rmSync(fails, { force: true }));

afterAll(() => cloud?.stop());

/** A rotation function in a VPC, the permission for Secrets Manager, and a queue that hears of service events. */
function rotationStack(bundle: string) {
  const queue = { 'Fn::GetAtt': ['Queue', 'Arn'] };
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'rotator',
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
          Policies: [
            {
              PolicyName: 'rotate',
              PolicyDocument: policy(
                ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
                `arn:aws:secretsmanager:${cloud.region}:${cloud.accountId}:secret:rotated/*`,
              ),
            },
          ],
        },
      },
      Rotator: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'rotator',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Timeout: 10,
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          // The bundle is larger than a template may be; Lambdas run as processes of this machine.
          Code: { ZipFile: `exports.handler = require(${JSON.stringify(bundle)}).handler;` },
          Environment: { Variables: { SEEN: seen, FAILS: fails } },
          VpcConfig: { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: ['sg-0a1b2c3d'] },
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: { Ref: 'Rotator' },
          Action: 'lambda:InvokeFunction',
          Principal: 'secretsmanager.amazonaws.com',
        },
      },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'service-events' } },
      QueuePolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Queue' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: queue,
              },
            ],
          },
        },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { 'detail-type': ['AWS Service Event via CloudTrail'] },
          Targets: [{ Id: 'queue', Arn: queue }],
        },
      },
    },
    Outputs: {
      Rotator: { Value: { 'Fn::GetAtt': ['Rotator', 'Arn'] } },
      Queue: { Value: { Ref: 'Queue' } },
    },
  };
}

function policy(actions: string[], resource: string) {
  const Action = actions.map((action) => `secretsmanager:${action}`);
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: resource }] };
}

async function newSecret(name: string): Promise<{ arn: string; versionId: string }> {
  const made = await secrets.send(new CreateSecretCommand({ Name: name, SecretString: 'one' }));
  return { arn: made.ARN ?? '', versionId: made.VersionId ?? '' };
}

function rotate(SecretId: string, settings: Partial<RotateSecretCommand['input']> = {}) {
  return secrets.send(
    new RotateSecretCommand({
      SecretId,
      RotationLambdaARN: outputs['Rotator'],
      RotationRules: { ScheduleExpression: 'rate(10 days)', Duration: '3h' },
      ...settings,
    }),
  );
}

async function value(SecretId: string, stage?: string): Promise<string | undefined> {
  const read = new GetSecretValueCommand({ SecretId, ...(stage && { VersionStage: stage }) });
  return (await secrets.send(read)).SecretString;
}

async function labels(SecretId: string): Promise<Record<string, string[]>> {
  return (await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {};
}

/** The steps so far that concern a secret. */
function stepsOf(arn: string): { Step: string; ClientRequestToken: string }[] {
  if (!existsSync(seen)) return [];
  const lines = readFileSync(seen, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line)).filter(({ SecretId }) => SecretId === arn);
}

/** The service events about a secret, oldest first, once there is one of that name. */
function serviceEvents(arn: string, until: string): Promise<Record<string, unknown>[]> {
  const trail = new CloudTrailClient(cloud.sdkConfig());
  return eventually(`${until} of ${arn}`, async () => {
    const { Events = [] } = await trail.send(new LookupEventsCommand({}));
    const records = Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent)).filter(
      ({ additionalEventData }) => additionalEventData?.SecretId === arn,
    );
    return records.some(({ eventName }) => eventName === until) && records.reverse();
  });
}

const namesOf = (records: Record<string, unknown>[]) => records.map(({ eventName }) => eventName);
const refusal = (name: string, message?: RegExp) =>
  expect.objectContaining({ name, ...(message && { message: expect.stringMatching(message) }) });

describe('RotateSecret', () => {
  it('runs the four steps with one token, as the function of its role, and makes the new version current', async () => {
    const { arn, versionId } = await newSecret('rotated/whole');
    const answer = await rotate('rotated/whole');
    expect(answer).toMatchObject({
      ARN: arn,
      Name: 'rotated/whole',
      VersionId: expect.stringMatching(/^[\w-]{36}$/),
    });
    const records = await serviceEvents(arn, 'RotationSucceeded');
    expect(namesOf(records)).toEqual(['RotationStarted', 'RotationSucceeded']);
    expect(stepsOf(arn).map(({ Step }) => Step)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    expect(new Set(stepsOf(arn).map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(
      new Set([answer.VersionId]),
    );
    expect(await value('rotated/whole')).toBe('one+');
    const stages = await labels('rotated/whole');
    expect(stages[answer.VersionId ?? '']).toContain('AWSCURRENT');
    expect(stages[versionId]).toEqual(['AWSPREVIOUS']);

    const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
    const description = {
      RotationEnabled: true,
      RotationLambdaARN: outputs['Rotator'],
      RotationRules: { ScheduleExpression: 'rate(10 days)', Duration: '3h', AutomaticallyAfterDays: 10 },
      LastRotatedDate: expect.any(Date),
      NextRotationDate: new Date((today + 10 * DAY + 3 * 3600) * 1000),
      LastAccessedDate: new Date(today * 1000),
    };
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(described).toMatchObject(description);
    const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
    expect(SecretList.find(({ ARN }) => ARN === arn)).toMatchObject(description);
    // The rotation that ended does not stand in the way of the next one.
    await rotate('rotated/whole');
    await eventually('the second rotation', async () => (await value('rotated/whole')) === 'one++');
  });

  it("is recorded, and so is the function's change of labels, with the role's session as the caller", async () => {
    const { arn, versionId } = await newSecret('rotated/recorded');
    const { VersionId } = await rotate('rotated/recorded');
    await serviceEvents(arn, 'RotationSucceeded');
    const { Events = [] } = await new CloudTrailClient(cloud.sdkConfig()).send(new LookupEventsCommand({}));
    const records = Events.map(({ CloudTrailEvent = '' }) => JSON.parse(CloudTrailEvent));
    const record = (name: string) =>
      records.find(
        ({ eventName, requestParameters }) =>
          eventName === name && /rotated\/recorded/.test(requestParameters?.secretId ?? ''),
      );
    expect(record('RotateSecret')).toMatchObject({
      requestParameters: { rotationLambdaARN: outputs['Rotator'], clientRequestToken: VersionId },
      responseElements: { arn, name: 'rotated/recorded', versionId: VersionId },
    });
    expect(record('UpdateSecretVersionStage')).toMatchObject({
      readOnly: false,
      userIdentity: { arn: `arn:aws:sts::${cloud.accountId}:assumed-role/rotator/rotator` },
      requestParameters: {
        secretId: arn,
        versionStage: 'AWSCURRENT',
        moveToVersionId: VersionId,
        removeFromVersionId: versionId,
      },
      responseElements: { arn, name: 'rotated/recorded' },
    });
    expect(record('PutSecretValue').requestParameters).toEqual({
      secretId: arn,
      clientRequestToken: VersionId,
      versionStages: ['AWSPENDING'],
    });
  });

  it('tells the event bus by service events that nobody called', async () => {
    const { arn } = await newSecret('rotated/bus');
    await rotate('rotated/bus');
    const sqs = new SQSClient(cloud.sdkConfig());
    const event = await eventually('RotationSucceeded on the bus', async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: outputs['Queue'], MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = '' }) => JSON.parse(Body)).find(
        ({ detail }) =>
          detail.additionalEventData.SecretId === arn && detail.eventName === 'RotationSucceeded',
      );
    });
    expect(event).toMatchObject({
      'detail-type': 'AWS Service Event via CloudTrail',
      source: 'aws.secretsmanager',
    });
    expect(event.detail).toMatchObject({
      eventType: 'AwsServiceEvent',
      readOnly: false,
      requestParameters: null,
      sourceIPAddress: 'secretsmanager.amazonaws.com',
    });
    expect(event.detail.userIdentity).toEqual({
      accountId: cloud.accountId,
      invokedBy: 'secretsmanager.amazonaws.com',
    });
  });

  it('tries all steps again with the same token, gives up, and leaves the empty version in the way', async () => {
    const { arn } = await newSecret('rotated/failing');
    writeFileSync(fails, 'createSecret');
    const { VersionId } = await rotate('rotated/failing');
    const records = await serviceEvents(arn, 'RotationFailed');
    expect(namesOf(records)).toEqual(['RotationStarted', 'RotationFailed']);
    expect(records[1]).toMatchObject({
      errorMessage: `Error when executing lambda ${outputs['Rotator']} during createSecret step`,
      requestID: `Rotation-${arn}-${VersionId}`,
    });
    expect(records[1]).not.toHaveProperty('errorCode');
    expect(stepsOf(arn)).toMatchObject([
      { Step: 'createSecret', ClientRequestToken: VersionId },
      { Step: 'createSecret', ClientRequestToken: VersionId },
    ]);
    const empty = secrets.send(new GetSecretValueCommand({ SecretId: arn, VersionId }));
    await expect(empty).rejects.toThrow(
      refusal('ResourceNotFoundException', /can't find the specified secret value for VersionId/),
    );
    expect((await labels(arn))[VersionId ?? '']).toEqual(['AWSPENDING']);
    await expect(rotate('rotated/failing')).rejects.toThrow(
      refusal('InvalidRequestException', /A previous rotation isn't complete/),
    );
    // The schedule takes that version up again, and nobody calls RotateSecret for it.
    rmSync(fails);
    expect(await cloud.rotateOnSchedule('rotated/failing')).toBe(VersionId);
    await serviceEvents(arn, 'RotationSucceeded');
    expect(await value('rotated/failing')).toBe('one+');
  });

  it('only tests the function where it is not to rotate at once', async () => {
    const { arn, versionId } = await newSecret('rotated/tested');
    await rotate('rotated/tested', { RotateImmediately: false });
    expect(namesOf(await serviceEvents(arn, 'TestRotationSucceeded'))).toEqual([
      'TestRotationStarted',
      'TestRotationSucceeded',
    ]);
    expect(stepsOf(arn).map(({ Step }) => Step)).toEqual(['testSecret']);
    expect(await labels(arn)).toEqual({ [versionId]: ['AWSCURRENT'] });
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(described.RotationEnabled).toBe(true);
    expect(described.LastRotatedDate).toBeUndefined();

    writeFileSync(fails, 'testSecret');
    await rotate('rotated/tested', { RotateImmediately: false });
    const failed = (await serviceEvents(arn, 'TestRotationFailed')).at(-1);
    expect(failed).toMatchObject({ errorMessage: expect.stringContaining('during testSecret step') });
    expect(await labels(arn)).toEqual({ [versionId]: ['AWSCURRENT'] });
  });

  it('refuses what is no schedule, and a secret without a function', async () => {
    await newSecret('rotated/refused');
    for (const RotationRules of [
      { ScheduleExpression: 'rate(3 hours)' },
      { ScheduleExpression: 'rate(4 days)', AutomaticallyAfterDays: 4 },
      { AutomaticallyAfterDays: 1001 },
      { AutomaticallyAfterDays: 4, Duration: '3 hours' },
    ]) {
      await expect(rotate('rotated/refused', { RotationRules })).rejects.toThrow(
        refusal('InvalidParameterException'),
      );
    }
    await expect(secrets.send(new RotateSecretCommand({ SecretId: 'rotated/refused' }))).rejects.toThrow(
      refusal('InvalidRequestException'),
    );
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: 'rotated/refused' }));
    expect(described.RotationEnabled).toBeUndefined();
  });

  it('is abandoned for a value that somebody puts by hand', async () => {
    const { arn } = await newSecret('rotated/abandoned');
    writeFileSync(fails, 'setSecret');
    const { VersionId = '' } = await rotate('rotated/abandoned');
    await serviceEvents(arn, 'RotationFailed');
    await secrets.send(new UpdateSecretCommand({ SecretId: arn, SecretString: 'by hand' }));
    expect(namesOf(await serviceEvents(arn, 'RotationAbandoned')).at(-1)).toBe('RotationAbandoned');
    expect(await labels(arn)).not.toHaveProperty([VersionId]);
    expect(await value(arn)).toBe('by hand');
    rmSync(fails);
    await rotate(arn);
    await eventually('a rotation again', async () => (await value(arn)) === 'by hand+');
  });

  it('is cancelled before its next step, and its version keeps AWSPENDING', async () => {
    const { arn } = await newSecret('rotated/cancelled');
    writeFileSync(fails, 'testSecret');
    const { VersionId = '' } = await rotate('rotated/cancelled');
    await eventually('the failing step', async () => stepsOf(arn).some(({ Step }) => Step === 'testSecret'));
    const cancelled = await secrets.send(new CancelRotateSecretCommand({ SecretId: arn }));
    expect(cancelled).toMatchObject({ ARN: arn, VersionId });
    expect((await labels(arn))[VersionId]).toEqual(['AWSPENDING']);
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(described).toMatchObject({ RotationEnabled: false, RotationLambdaARN: outputs['Rotator'] });
    expect(described.NextRotationDate).toBeUndefined();
    // The second attempt would not fail.
    rmSync(fails);
    await sleep(800);
    expect(stepsOf(arn).map(({ Step }) => Step)).not.toContain('finishSecret');
    await expect(cloud.rotateOnSchedule('rotated/cancelled')).rejects.toThrow(/not enabled/);
  });
});

describe('versions and labels', () => {
  const put = (SecretId: string, SecretString: string, settings = {}) =>
    secrets.send(new PutSecretValueCommand({ SecretId, SecretString, ...settings }));

  it('a version never changes its value, and the same request twice is one', async () => {
    const { versionId: first } = await newSecret('versions/put');
    const ClientRequestToken = randomUUID();
    const VersionStages = ['CLOCKWORK_NEXT'];
    await put('versions/put', 'two', { ClientRequestToken, VersionStages });
    const again = await put('versions/put', 'two', { ClientRequestToken, VersionStages });
    expect(again).toMatchObject({ VersionId: ClientRequestToken, VersionStages });
    await expect(put('versions/put', 'other', { ClientRequestToken })).rejects.toThrow(
      refusal('ResourceExistsException'),
    );
    expect(await value('versions/put', 'CLOCKWORK_NEXT')).toBe('two');
    expect(await value('versions/put')).toBe('one');

    const { VersionId = '' } = await put('versions/put', 'three', { VersionStages });
    expect(await labels('versions/put')).toEqual({ [first]: ['AWSCURRENT'], [VersionId]: VersionStages });
    const both = { VersionId: first, VersionStage: 'CLOCKWORK_NEXT' };
    await expect(
      secrets.send(new GetSecretValueCommand({ SecretId: 'versions/put', ...both })),
    ).rejects.toThrow(refusal('InvalidRequestException'));

    const ids = async (IncludeDeprecated: boolean) =>
      (await secrets.send(new ListSecretVersionIdsCommand({ SecretId: 'versions/put', IncludeDeprecated })))
        .Versions ?? [];
    expect((await ids(false)).map((version) => version.VersionId).sort()).toEqual([first, VersionId].sort());
    const deprecated = (await ids(true)).find((version) => version.VersionId === ClientRequestToken);
    expect(deprecated).toMatchObject({
      CreatedDate: expect.any(Date),
      LastAccessedDate: new Date(Math.floor(Date.now() / 1000 / DAY) * DAY * 1000),
    });
  });

  it('a label moves only from the version that is said to have it', async () => {
    const SecretId = 'versions/labels';
    const { versionId: first } = await newSecret(SecretId);
    const { VersionId: second = '' } = await put(SecretId, 'two');
    const { VersionId: third = '' } = await put(SecretId, 'three', { VersionStages: ['NEXT'] });
    const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
      secrets.send(
        new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }),
      );
    const refused = refusal('InvalidParameterException');
    await expect(move('AWSCURRENT', third)).rejects.toThrow(refused);
    await expect(move('AWSCURRENT', third, first)).rejects.toThrow(refused);
    await expect(move('AWSCURRENT', undefined, second)).rejects.toThrow(refused);
    await expect(move('NEXT', undefined, first)).rejects.toThrow(refused);
    await expect(move('OTHER', third, first)).rejects.toThrow(refused);
    expect(await labels(SecretId)).toEqual({
      [first]: ['AWSPREVIOUS'],
      [second]: ['AWSCURRENT'],
      [third]: ['NEXT'],
    });
    await move('AWSCURRENT', third, second);
    await move('NEXT', undefined, third);
    await move('OTHER', first);
    expect(await labels(SecretId)).toEqual({
      [first]: ['OTHER'],
      [second]: ['AWSPREVIOUS'],
      [third]: ['AWSCURRENT'],
    });
  });

  it('are as old as a test needs, and so the next rotation is late', async () => {
    const { arn, versionId } = await newSecret('versions/old');
    await rotate('versions/old', {
      RotationRules: { AutomaticallyAfterDays: 30 },
      RotateImmediately: false,
    });
    const daysAgo = (days: number) => Math.floor(Date.now() / 1000) - days * DAY;
    await cloud.ageSecret('versions/old', {
      createdDate: daysAgo(400),
      lastRotatedDate: daysAgo(90),
      versionCreated: { [versionId]: daysAgo(90) },
    });
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(described).toMatchObject({
      CreatedDate: new Date(daysAgo(400) * 1000),
      LastRotatedDate: new Date(daysAgo(90) * 1000),
    });
    expect(described.NextRotationDate?.getTime()).toBeLessThan(Date.now());
    const { Versions = [] } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: arn }));
    const version = Versions.find(({ VersionId }) => VersionId === versionId);
    expect(version?.CreatedDate).toEqual(new Date(daysAgo(90) * 1000));
    await expect(cloud.ageSecret('no/such', {})).rejects.toThrow(/no secret/);
  });
});

describe('AWS::SecretsManager::RotationSchedule and ResourcePolicy', () => {
  const stackWith = (rules: Record<string, unknown>) => ({
    Resources: {
      Secret: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { Name: 'rotated/stack', SecretString: 'one' },
      },
      Schedule: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: {
          SecretId: { Ref: 'Secret' },
          RotationLambdaARN: outputs['Rotator'],
          RotationRules: rules,
          RotateImmediatelyOnUpdate: false,
        },
      },
      Policy: {
        Type: 'AWS::SecretsManager::ResourcePolicy',
        Properties: {
          SecretId: { Ref: 'Secret' },
          ResourcePolicy: { ...policy(['GetSecretValue'], '*'), Id: 'of-the-stack' },
        },
      },
    },
    Outputs: { Ref: { Value: { Ref: 'Schedule' } } },
  });
  const withoutSchedule = () => {
    const { Secret } = stackWith({}).Resources;
    return { Resources: { Secret } };
  };

  it('configure the secret, and take that back when they are gone', async () => {
    const SecretId = 'rotated/stack';
    const describe = () => secrets.send(new DescribeSecretCommand({ SecretId }));
    const { Ref } = await deployTemplate(cloud, 'schedule', stackWith({ AutomaticallyAfterDays: '30' }));
    const created = await describe();
    expect(created).toMatchObject({
      ARN: Ref,
      RotationEnabled: true,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
    const read = new GetResourcePolicyCommand({ SecretId });
    expect(JSON.parse((await secrets.send(read)).ResourcePolicy ?? '')).toMatchObject({ Id: 'of-the-stack' });

    await serviceEvents(created.ARN ?? '', 'TestRotationSucceeded');
    const cron = { ScheduleExpression: 'cron(0 4 1 * ? *)', Duration: '2h' };
    await deployTemplate(cloud, 'schedule', stackWith(cron));
    const updated = await describe();
    expect(updated.RotationRules).toMatchObject(cron);
    expect(updated.NextRotationDate?.toISOString()).toMatch(/-01T06:00:00/);

    await eventually('the end of the test', async () => {
      const stages = Object.values(await labels(SecretId)).flat();
      return !stages.includes('AWSPENDING');
    });
    await deployTemplate(cloud, 'schedule', withoutSchedule());
    expect((await describe()).RotationEnabled).toBe(false);
    expect((await secrets.send(read)).ResourcePolicy).toBeUndefined();
    await call(cloud, 'cloudformation', 'DeleteStack', { StackName: 'schedule' });
  });
});
