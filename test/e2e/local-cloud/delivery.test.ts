import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployTemplate } from '../../support/local-cloud/deploy.ts';
import { eventually } from '../../support/local-cloud/eventually.ts';
import { type LocalCloud, startLocalCloud } from '../../support/local-cloud/local-cloud.ts';

let cloud: LocalCloud;
let outputs: Record<string, string>;
let sqs: SQSClient;

beforeAll(async () => {
  cloud = await startLocalCloud({ metricsSeconds: 0.5 });
  outputs = await deployTemplate(cloud, 'delivery', template());
  sqs = new SQSClient(cloud.sdkConfig());
}, 60_000);

afterAll(() => cloud?.stop());

/** Reads batches; appends to a file what it got; fails for a record as long as the record's `failures` say so. */
const STREAM_READER = `
const { appendFileSync } = require('node:fs');
const tries = new Map();
exports.handler = async ({ Records }) => {
  const ids = Records.map((record) => record.dynamodb.Keys.id.S);
  appendFileSync(process.env.SEEN, JSON.stringify(ids) + '\\n');
  const failed = Records.filter(({ dynamodb: { Keys, NewImage } }) => {
    const tried = (tries.get(Keys.id.S) ?? 0) + 1;
    tries.set(Keys.id.S, tried);
    return tried <= Number(NewImage.failures.N);
  });
  if (failed.length > 0 && process.env.THROWS) throw new Error('cannot process ' + failed.length);
  return { batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
};`;

/** Logs a metric in embedded form, then fails. */
const FAILING_WORKER = `
exports.handler = async () => {
  console.log(JSON.stringify({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
      { Namespace: 'SecretsAudit', Dimensions: [['service']], Metrics: [{ Name: 'Unprocessable', Unit: 'Count' }] } ] },
    service: 'watch', Unprocessable: 3,
  }));
  throw new Error('on purpose');
};`;

function template() {
  const stream = { 'Fn::GetAtt': ['Table', 'StreamArn'] };
  return {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'findings',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        },
      },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'worker',
          AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
        },
      },
      ...readerOf(stream, 'report', {
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: 5,
      }),
      ...readerOf(stream, 'bisect', {
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['GivenUp', 'Arn'] } } },
      }),
      // AWS takes 60 seconds and more; the emulator does not check, and the test does not wait.
      ...readerOf(stream, 'age', {
        MaximumRecordAgeInSeconds: 1,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['GivenUp', 'Arn'] } } },
      }),
      GivenUp: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'given-up' } },

      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'findings' } },
      Everything: subscription('everything@example.com'),
      CriticalOnly: subscription('critical@example.com', { severity: ['critical'] }),

      Alarms: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
      AlarmMail: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: 'Alarms' }, Protocol: 'email', Endpoint: 'oncall@example.com' },
      },
      DeadLetters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead-letters' } },
      OtherQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'other' } },
      DeadLetterAlarm: queueAlarm('dead-letters'),
      OtherAlarm: queueAlarm('other'),
      Work: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
      Worker: worker('failing-worker', FAILING_WORKER),
      WorkMapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { FunctionName: { Ref: 'Worker' }, EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] } },
      },
      MetricAlarm: alarm('unprocessable', {
        Namespace: 'SecretsAudit',
        MetricName: 'Unprocessable',
        Dimensions: [{ Name: 'service', Value: 'watch' }],
        Statistic: 'Sum',
        Threshold: 3,
      }),
      ErrorAlarm: alarm('worker-errors', {
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Dimensions: [{ Name: 'FunctionName', Value: 'failing-worker' }],
        Statistic: 'Sum',
        Threshold: 1,
      }),
    },
    Outputs: Object.fromEntries(
      ['GivenUp', 'Topic', 'DeadLetters', 'Work'].map((name) => [name, { Value: { Ref: name } }]),
    ),
  };
}

function readerOf(stream: unknown, name: string, settings: Record<string, unknown>) {
  const environment = { SEEN: seenFile(name), ...(name !== 'report' && { THROWS: 'yes' }) };
  return {
    [`${name}Reader`]: worker(`${name}-reader`, STREAM_READER, environment),
    [`${name}Mapping`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: `${name}Reader` },
        EventSourceArn: stream,
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 10,
        FilterCriteria: {
          Filters: [
            { Pattern: JSON.stringify({ dynamodb: { Keys: { id: { S: [{ prefix: `${name}#` }] } } } }) },
          ],
        },
        ...settings,
      },
    },
  };
}

function worker(name: string, code: string, environment: Record<string, string> = {}) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: code },
      Environment: { Variables: environment },
    },
  };
}

function subscription(address: string, filter?: Record<string, unknown>) {
  return {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: 'Topic' },
      Protocol: 'email',
      Endpoint: address,
      ...(filter && { FilterPolicy: filter }),
    },
  };
}

function queueAlarm(queue: string) {
  return alarm(`${queue}-not-empty`, {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: queue }],
    Statistic: 'Maximum',
    Threshold: 1,
  });
}

function alarm(name: string, settings: Record<string, unknown>) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: name,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      Period: 60,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'Alarms' }],
      ...settings,
    },
  };
}

function seenFile(name: string): string {
  return join(cloud.dataDir, `seen-${name}`);
}

async function write(items: { id: string; failures: number }[]): Promise<void> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.sdkConfig()));
  const RequestItems = { findings: items.map((Item) => ({ PutRequest: { Item } })) };
  await documents.send(new BatchWriteCommand({ RequestItems }));
}

/** The batches a reader has got, as lists of ids. */
async function batchesOf(name: string): Promise<string[][]> {
  if (!existsSync(seenFile(name))) return [];
  const lines = (await readFile(seenFile(name), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as string[]);
}

async function givenUp(id: string) {
  return eventually(`a failed batch of ${id}`, async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: outputs['GivenUp'], MaxNumberOfMessages: 10 }),
    );
    const records = Messages.map(({ Body = '' }) => JSON.parse(Body));
    return records.find((record) => record.requestContext.functionArn.includes(`${id}-reader`));
  });
}

describe('a DynamoDB stream', () => {
  it('is read on from the first reported failure, and each mapping gets what its filter lets through', async () => {
    await write([
      { id: 'nobody#0', failures: 0 },
      { id: 'report#1', failures: 0 },
      { id: 'report#2', failures: 2 },
      { id: 'report#3', failures: 0 },
    ]);
    const batches = await eventually('record 3', async () => {
      const seen = await batchesOf('report');
      return (
        seen.flat().filter((id) => id === 'report#2').length === 3 &&
        seen.at(-1)?.includes('report#3') &&
        seen
      );
    });
    expect(batches.flat().filter((id) => id === 'report#1')).toHaveLength(1);
    expect(batches.flat().every((id) => id.startsWith('report#'))).toBe(true);
  });

  it('bisects a batch with a poisoned record, gives that record up after its attempts, and goes on', async () => {
    await write([
      { id: 'bisect#1', failures: 0 },
      { id: 'bisect#2', failures: 0 },
      { id: 'bisect#3', failures: 99 },
      { id: 'bisect#4', failures: 0 },
    ]);
    const failure = await givenUp('bisect');
    expect(failure).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining('table/findings/stream') },
    });
    const batches = await eventually('record 4 alone', async () => {
      const seen = await batchesOf('bisect');
      return seen.some((ids) => ids.join() === 'bisect#4') && seen;
    });
    // One attempt and one retry of the record by itself.
    expect(batches.filter((ids) => ids.join() === 'bisect#3')).toHaveLength(2);
  });

  it('gives up a record that is too old', async () => {
    await write([{ id: 'age#1', failures: 99 }]);
    expect(await givenUp('age')).toMatchObject({ requestContext: { condition: 'MaxRecordAgeExceeded' } });
    await write([{ id: 'age#2', failures: 0 }]);
    await eventually('the next record', async () => (await batchesOf('age')).at(-1)?.join() === 'age#2');
  });
});

describe('an email subscription', () => {
  it('gets the email text of a structured message, if its filter policy lets it through', async () => {
    const sns = new SNSClient(cloud.sdkConfig());
    await sns.send(
      new PublishCommand({
        TopicArn: outputs['Topic'],
        Subject: '[LOW] app/db',
        MessageStructure: 'json',
        Message: JSON.stringify({ default: 'short', email: 'WHAT HAPPENED' }),
        MessageAttributes: { severity: { DataType: 'String', StringValue: 'low' } },
      }),
    );
    await sns.send(
      new PublishCommand({
        TopicArn: outputs['Topic'],
        Message: 'plain',
        MessageAttributes: { severity: { DataType: 'String', StringValue: 'critical' } },
      }),
    );
    const mails = (await cloud.mailbox()).filter((mail) => mail.topicArn === outputs['Topic']);
    expect(mails.map(({ to, subject, body }) => [to, subject, body]).sort()).toEqual([
      ['critical@example.com', 'AWS Notification Message', 'plain'],
      ['everything@example.com', 'AWS Notification Message', 'plain'],
      ['everything@example.com', '[LOW] app/db', 'WHAT HAPPENED'],
    ]);
  });
});

describe('an alarm', () => {
  const alarmMail = (name: string) => async () =>
    (await cloud.mailbox()).find((mail) => mail.to === 'oncall@example.com' && mail.body.includes(name));

  it('goes off for a message in its own dead-letter queue, not for another queue', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: outputs['DeadLetters'], MessageBody: 'poison' }));
    const mail = await eventually('the alarm', alarmMail('dead-letters-not-empty'));
    expect(JSON.parse(mail.body)).toMatchObject({
      NewStateValue: 'ALARM',
      AlarmName: 'dead-letters-not-empty',
    });
    expect(await alarmMail('other-not-empty')()).toBeUndefined();
  });

  it('goes off for a metric in a log line, and for errors of a function behind a queue', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: outputs['Work'], MessageBody: 'work' }));
    await eventually('the alarm on the embedded metric', alarmMail('unprocessable'));
    await eventually('the alarm on errors', alarmMail('worker-errors'));
  });
});
