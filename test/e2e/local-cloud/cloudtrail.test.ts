import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  type Event,
  GetTrailStatusCommand,
  LookupEventsCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployTemplate } from '../../support/local-cloud/deploy.ts';
import { eventually } from '../../support/local-cloud/eventually.ts';
import { assumeRole, createRole, createUser, from } from '../../support/local-cloud/identities.ts';
import { type LocalCloud, startLocalCloud } from '../../support/local-cloud/local-cloud.ts';

type Detail = Record<string, unknown> & {
  eventName: string;
  requestParameters: Record<string, unknown> | null;
  userIdentity: Record<string, unknown>;
};

let cloud: LocalCloud;
let secrets: SecretsManagerClient;
let trail: CloudTrailClient;
let queues: { all: string; plain: string; trailName: string };

beforeAll(async () => {
  cloud = await startLocalCloud();
  secrets = new SecretsManagerClient(cloud.sdkConfig());
  trail = new CloudTrailClient(cloud.sdkConfig());
  const outputs = await deployTemplate(cloud, 'rules', RULES);
  queues = {
    all: outputs['All'] ?? '',
    plain: outputs['Plain'] ?? '',
    trailName: outputs['TrailName'] ?? '',
  };
}, 60_000);

afterAll(() => cloud?.stop());

/** Two rules over the same calls, one in each enabled state, each with a queue; and a trail. */
const RULES = {
  Resources: {
    ...ruleWithQueue('All', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'),
    ...ruleWithQueue('Plain', 'ENABLED'),
    Trail: {
      Type: 'AWS::CloudTrail::Trail',
      Properties: { S3BucketName: 'somewhere', IsLogging: true, IsMultiRegionTrail: 'true' },
    },
  },
  Outputs: {
    All: { Value: { Ref: 'AllQueue' } },
    Plain: { Value: { Ref: 'PlainQueue' } },
    TrailName: { Value: { Ref: 'Trail' } },
    TrailArn: { Value: { 'Fn::GetAtt': ['Trail', 'Arn'] } },
  },
};

function ruleWithQueue(name: string, state: string) {
  const queueArn = { 'Fn::GetAtt': [`${name}Queue`, 'Arn'] };
  return {
    [`${name}Queue`]: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } },
    [`${name}Policy`]: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: `${name}Queue` }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: queueArn,
            },
          ],
        },
      },
    },
    [`${name}Rule`]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        State: state,
        EventPattern: {
          'detail-type': ['AWS API Call via CloudTrail'],
          source: ['aws.secretsmanager', 'aws.cloudtrail'],
        },
        Targets: [{ Id: 'queue', Arn: queueArn }],
      },
    },
  };
}

/** The newest record of a call in the event history. */
function lookUp(eventName: string, about: string): Promise<{ event: Event; record: Detail }> {
  return eventually(`${eventName} in the event history`, async () => {
    const attributes = [{ AttributeKey: 'EventName' as const, AttributeValue: eventName }];
    const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes: attributes }));
    const event = Events.find((each) => each.CloudTrailEvent?.includes(about));
    return event && { event, record: JSON.parse(event.CloudTrailEvent ?? '') as Detail };
  });
}

/** Takes messages off a queue until one is about the text. */
async function received(queueUrl: string, eventName: string, about: string) {
  const sqs = new SQSClient(cloud.sdkConfig());
  return eventually(`${eventName} of ${about} on ${queueUrl}`, async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const message of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
      const event = JSON.parse(message.Body ?? '') as Record<string, unknown> & { detail: Detail };
      if (event.detail.eventName === eventName && message.Body?.includes(about)) return event;
    }
    return undefined;
  });
}

describe('CloudTrail records', () => {
  it("have AWS's form, the stated source address and the IAM user who called", async () => {
    const user = await createUser(cloud, 'wanda', []);
    await secrets.send(new CreateSecretCommand({ Name: 'app/db', SecretString: 'hunter2-value' }));
    const client = from(
      { ip: '203.0.113.10', userAgent: 'psql-sync/1.0', vpcEndpoint: 'vpce-0a1b2c3d' },
      new SecretsManagerClient(cloud.sdkConfig({ credentials: user })),
    );
    await client.send(new GetSecretValueCommand({ SecretId: 'app/db', VersionStage: 'AWSCURRENT' }));

    const { event, record } = await lookUp('GetSecretValue', 'app/db');
    expect(record).toMatchObject({
      eventVersion: '1.11',
      eventSource: 'secretsmanager.amazonaws.com',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '203.0.113.10',
      userAgent: 'psql-sync/1.0',
      vpcEndpointId: 'vpce-0a1b2c3d',
      requestParameters: { secretId: 'app/db', versionStage: 'AWSCURRENT' },
      responseElements: null,
      readOnly: true,
      eventType: 'AwsApiCall',
      managementEvent: true,
      eventCategory: 'Management',
      recipientAccountId: cloud.accountId,
      userIdentity: {
        type: 'IAMUser',
        arn: `arn:aws:iam::${cloud.accountId}:user/wanda`,
        accountId: cloud.accountId,
        accessKeyId: user.accessKeyId,
        userName: 'wanda',
      },
    });
    expect(record.userIdentity['principalId']).toMatch(/^AIDA/);
    expect(record['eventTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(event).toMatchObject({
      EventName: 'GetSecretValue',
      EventSource: 'secretsmanager.amazonaws.com',
      ReadOnly: 'true',
      Username: 'wanda',
      AccessKeyId: user.accessKeyId,
      EventId: record['eventID'],
    });
    expect(event.EventTime).toBeInstanceOf(Date);
  });

  it('name the role as the issuer of a session, and the root as root', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'app/role', SecretString: 'x' }));
    const roleArn = await createRole(cloud, 'sms-sender', []);
    const session = await assumeRole(cloud, roleArn, 'task-1234');
    await new SecretsManagerClient(cloud.sdkConfig({ credentials: session })).send(
      new GetSecretValueCommand({ SecretId: 'app/role' }),
    );
    const { event, record } = await lookUp('GetSecretValue', 'app/role');
    expect(event.Username).toBe('task-1234');
    expect(record.userIdentity).toMatchObject({
      type: 'AssumedRole',
      arn: `arn:aws:sts::${cloud.accountId}:assumed-role/sms-sender/task-1234`,
      principalId: expect.stringMatching(/^AROA\w+:task-1234$/),
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: roleArn, userName: 'sms-sender', accountId: cloud.accountId },
        attributes: { mfaAuthenticated: 'false' },
      },
    });

    const root = { accessKeyId: cloud.accountId, secretAccessKey: 'test' };
    await new SecretsManagerClient(cloud.sdkConfig({ credentials: root })).send(
      new DescribeSecretCommand({ SecretId: 'app/role' }),
    );
    const described = await lookUp('DescribeSecret', 'app/role');
    expect(described.event.Username).toBe('root');
    expect(described.record.userIdentity).toEqual({
      type: 'Root',
      principalId: cloud.accountId,
      arn: `arn:aws:iam::${cloud.accountId}:root`,
      accountId: cloud.accountId,
    });
  });

  it('keep what a change returned, and never a value', async () => {
    const value = 'value-that-nobody-may-log';
    await secrets.send(new CreateSecretCommand({ Name: 'app/changed', SecretString: value }));
    await secrets.send(
      new PutSecretValueCommand({ SecretId: 'app/changed', SecretBinary: Buffer.from(value) }),
    );
    await secrets.send(new DeleteSecretCommand({ SecretId: 'app/changed', RecoveryWindowInDays: 7 }));
    const created = await lookUp('CreateSecret', 'app/changed');
    expect(created.record['responseElements']).toEqual({
      arn: expect.stringContaining(':secret:app/changed-'),
    });
    expect(created.record['readOnly']).toBe(false);
    const deleted = await lookUp('DeleteSecret', 'app/changed');
    expect(deleted.record).toMatchObject({
      requestParameters: { secretId: 'app/changed', recoveryWindowInDays: 7 },
      responseElements: {
        name: 'app/changed',
        deletionDate: expect.stringMatching(/^[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M$/),
      },
    });
    const { Events } = await trail.send(new LookupEventsCommand({}));
    expect(JSON.stringify(Events)).not.toContain(value);
    expect(JSON.stringify(Events)).not.toContain(Buffer.from(value).toString('base64'));
  });

  it('say why a call failed', async () => {
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'no/such' }))).rejects.toThrow();
    const { record } = await lookUp('GetSecretValue', 'no/such');
    expect(record).toMatchObject({
      errorCode: 'ResourceNotFoundException',
      errorMessage: "Secrets Manager can't find the specified secret.",
      requestParameters: { secretId: 'no/such' },
      responseElements: null,
    });
  });

  it('show each secret of a batch', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'batch/one', SecretString: 'x' }));
    await secrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['batch/one'] }));
    const batch = await lookUp('BatchGetSecretValue', 'batch/one');
    expect(batch.record).toMatchObject({
      requestParameters: { secretIdList: ['batch/one'] },
      readOnly: true,
    });
    const child = await lookUp('GetSecretValue', 'batch/one');
    expect(child.record.requestParameters).toEqual({
      secretId: expect.stringContaining(':secret:batch/one-'),
    });
  });
});

describe('LookupEvents', () => {
  it('gives newest first, page by page, and refuses what AWS refuses', async () => {
    for (let index = 0; index < 7; index += 1) {
      await secrets.send(new CreateSecretCommand({ Name: `page/${index}`, SecretString: 'x' }));
    }
    const query = {
      LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: 'CreateSecret' }],
      MaxResults: 3,
      StartTime: new Date(Date.now() - 600_000),
      EndTime: new Date(Date.now() + 600_000),
    };
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await trail.send(new LookupEventsCommand({ ...query, ...(NextToken && { NextToken }) }));
      expect(page.Events?.length).toBeLessThanOrEqual(3);
      names.push(
        ...(page.Events ?? []).map((event) => JSON.parse(event.CloudTrailEvent ?? '').requestParameters.name),
      );
      NextToken = page.NextToken;
      if (NextToken) {
        await expect(
          trail.send(new LookupEventsCommand({ ...query, MaxResults: 2, NextToken })),
        ).rejects.toThrow(expect.objectContaining({ name: 'InvalidNextTokenException' }));
      }
    } while (NextToken);
    expect(names.filter((name) => name.startsWith('page/'))).toEqual(
      [6, 5, 4, 3, 2, 1, 0].map((index) => `page/${index}`),
    );
    await expect(trail.send(new LookupEventsCommand({ MaxResults: 51 }))).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidMaxResultsException' }),
    );
    const past = { StartTime: new Date(0), EndTime: new Date(1000) };
    expect((await trail.send(new LookupEventsCommand(past))).Events).toEqual([]);
  });

  it('knows one Region only, and records itself as a reading call', async () => {
    const elsewhere = new SecretsManagerClient(cloud.sdkConfig({ region: 'us-west-2' }));
    await elsewhere.send(new CreateSecretCommand({ Name: 'far/away', SecretString: 'x' }));
    const there = new CloudTrailClient(cloud.sdkConfig({ region: 'us-west-2' }));
    const bySource = {
      LookupAttributes: [
        { AttributeKey: 'EventSource' as const, AttributeValue: 'secretsmanager.amazonaws.com' },
      ],
    };
    expect((await there.send(new LookupEventsCommand(bySource))).Events).toHaveLength(1);
    const here = await trail.send(new LookupEventsCommand(bySource));
    expect(JSON.stringify(here.Events)).not.toContain('far/away');
    const { record } = await lookUp('LookupEvents', 'secretsmanager.amazonaws.com');
    expect(record).toMatchObject({
      eventSource: 'cloudtrail.amazonaws.com',
      readOnly: true,
      requestParameters: {
        lookupAttributes: [{ attributeKey: 'EventSource', attributeValue: 'secretsmanager.amazonaws.com' }],
      },
    });
  });
});

describe('the event bus', () => {
  it("gets each call in AWS's envelope; a read goes only to the rule for all management events", async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'bus/one', SecretString: 'x' }));
    await secrets.send(new GetSecretValueCommand({ SecretId: 'bus/one' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'bus/one', SecretString: 'y' }));
    const read = await received(queues.all, 'GetSecretValue', 'bus/one');
    expect(read).toMatchObject({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'AWS API Call via CloudTrail',
      source: 'aws.secretsmanager',
      account: cloud.accountId,
      region: cloud.region,
      time: read.detail['eventTime'],
      resources: [],
    });
    // Calls are delivered in order: had the read passed the plain rule, it would be here before the change.
    const sqs = new SQSClient(cloud.sdkConfig());
    const seen: string[] = [];
    await eventually('the change on the plain rule', async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queues.plain, MaxNumberOfMessages: 10 }),
      );
      for (const { Body = '', ReceiptHandle } of Messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queues.plain, ReceiptHandle }));
        seen.push((JSON.parse(Body) as { detail: Detail }).detail.eventName);
      }
      return seen.includes('PutSecretValue');
    });
    expect(seen.filter((name) => /^(Get|List|Describe)/.test(name))).toEqual([]);
  });

  it('hears of the trail that is stopped, then nothing of calls that no trail logs', async () => {
    const { trailList = [] } = await trail.send(new DescribeTrailsCommand({}));
    expect(trailList.map(({ Name }) => Name)).toContain(queues.trailName);
    expect((await trail.send(new GetTrailStatusCommand({ Name: queues.trailName }))).IsLogging).toBe(true);

    const writesOnly = [{ ReadWriteType: 'WriteOnly' as const, IncludeManagementEvents: true }];
    await trail.send(
      new PutEventSelectorsCommand({ TrailName: queues.trailName, EventSelectors: writesOnly }),
    );
    await received(queues.all, 'PutEventSelectors', queues.trailName);
    await trail.send(new DeleteTrailCommand({ Name: 'management-events' }));
    // Only the trail without reads is left.
    await secrets.send(new CreateSecretCommand({ Name: 'blind/one', SecretString: 'x' }));
    await secrets.send(new GetSecretValueCommand({ SecretId: 'blind/one' }));
    await trail.send(new StopLoggingCommand({ Name: queues.trailName }));
    await secrets.send(new CreateSecretCommand({ Name: 'blind/two', SecretString: 'x' }));

    const stopped = await received(queues.plain, 'StopLogging', queues.trailName);
    expect(stopped['source']).toBe('aws.cloudtrail');
    expect(stopped.detail).toMatchObject({
      readOnly: false,
      eventSource: 'cloudtrail.amazonaws.com',
      requestParameters: { name: queues.trailName },
    });
    const created = await trail.send(
      new CreateTrailCommand({ Name: 'again', S3BucketName: 'somewhere', IsMultiRegionTrail: true }),
    );
    await trail.send(new StartLoggingCommand({ Name: created.TrailARN }));
    const seen: string[] = [];
    const sqs = new SQSClient(cloud.sdkConfig());
    await eventually('StartLogging', async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queues.all, MaxNumberOfMessages: 10 }),
      );
      seen.push(...Messages.map(({ Body = '' }) => Body));
      return seen.some((body) => body.includes('"StartLogging"'));
    });
    const names = seen.map((body) => (JSON.parse(body) as { detail: Detail }).detail.eventName);
    expect(names).toEqual(['DeleteTrail', 'CreateSecret', 'StopLogging', 'StartLogging']);
    expect(await lookUp('CreateSecret', 'blind/two')).toBeDefined();
    expect(await lookUp('GetSecretValue', 'blind/one')).toBeDefined();
  });
});
