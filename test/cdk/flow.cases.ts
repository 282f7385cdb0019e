import { describe, expect, it } from '@jest/globals';
import { RemovalPolicy } from 'aws-cdk-lib';
import { env as announceEnv } from '../../functions/announce/env.ts';
import { env as auditEnv } from '../../functions/audit/env.ts';
import { env as digestEnv } from '../../functions/digest/env.ts';
import { env as enforceEnv } from '../../functions/enforce/env.ts';
import { env as notifyEnv } from '../../functions/notify/env.ts';
import { env as rotateEnv } from '../../functions/rotate/env.ts';
import { env as usageEnv } from '../../functions/usage/env.ts';
import { env as watchEnv } from '../../functions/watch/env.ts';
import { everything, resourcesOf, settingsOf, synthesize } from './synthesized.ts';

const { template } = synthesize(everything);
const functions = resourcesOf(template, 'AWS::Lambda::Function');
const functionOf = (name: string) => functions.find(({ id }) => id.includes(`${name}LambdaFunction`));
const sourceOf = (name: string) =>
  resourcesOf(template, 'AWS::Lambda::EventSourceMapping').find(({ id }) => id.includes(`${name}Source`))
    ?.Properties;

describe('the rule', () => {
  const [rule, related, ...others] = resourcesOf(template, 'AWS::Events::Rule').toSorted((a) =>
    a.id.includes('GuardDuty') ? 1 : -1,
  );

  it('is one beside that of GuardDuty, and hears reads too', () => {
    expect(others).toEqual([]);
    expect(related?.Properties.EventPattern).toEqual({
      source: ['aws.guardduty'],
      'detail-type': ['GuardDuty Finding'],
      detail: { resource: { resourceType: ['AccessKey'] } },
    });
    expect(related?.Properties.Targets[0].Arn).toEqual(rule?.Properties.Targets[0].Arn);
    expect(rule?.Properties.State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
  });

  it('asks for secrets and for what stops a trail, of calls and of services', () => {
    const pattern = rule?.Properties.EventPattern;
    expect(pattern).toMatchObject({
      source: ['aws.secretsmanager', 'aws.cloudtrail'],
      'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
      detail: { eventSource: ['secretsmanager.amazonaws.com', 'cloudtrail.amazonaws.com'] },
    });
    expect(pattern.detail.eventName).toEqual(
      expect.arrayContaining([
        'GetSecretValue',
        'BatchGetSecretValue',
        'RotationFailed',
        'StopLogging',
        'DeleteTrail',
      ]),
    );
    expect(pattern.detail.eventName).not.toContain('Decrypt');
    // Quota "Event pattern size" of EventBridge.
    expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });

  it('puts events into the queue of watch, and into its dead letters where that fails', () => {
    expect(rule?.Properties.Targets).toMatchObject([
      {
        Arn: { 'Fn::GetAtt': [expect.stringMatching(/WatchQueue[0-9A-F]{8}$/), 'Arn'] },
        DeadLetterConfig: {
          Arn: { 'Fn::GetAtt': [expect.stringContaining('WatchQueueDeadLetters'), 'Arn'] },
        },
      },
    ]);
    for (const { Properties } of resourcesOf(template, 'AWS::SQS::QueuePolicy')) {
      if (!/WatchQueue/.test(Properties.Queues[0].Ref)) continue;
      expect(Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: {
            ArnEquals: { 'aws:SourceArn': expect.arrayContaining([{ 'Fn::GetAtt': [rule?.id, 'Arn'] }]) },
          },
        }),
      );
    }
  });
});

describe('sources', () => {
  it('watch takes floods in large batches, and returns what failed', () => {
    expect(sourceOf('Watch')).toMatchObject({
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 20,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 5 },
    });
  });

  it('announce takes findings and incidents alone, keeps trying for an hour, then leaves them to the dead letters', () => {
    const source = sourceOf('Announce');
    expect(source).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 6 * 3600,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('AnnounceDeadLetters'), 'Arn'] } },
      },
    });
    expect(source.MaximumRetryAttempts).toBeUndefined();
    expect(JSON.parse(source.FilterCriteria.Filters[0].Pattern)).toEqual({
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: { Keys: { sk: { S: ['FINDING', 'INCIDENT'] } } },
    });
  });

  it('notify is not faster than Slack, and returns what failed', () => {
    expect(sourceOf('Notify')).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  it('audit is started by its schedule, once at a time', () => {
    const schedule = resourcesOf(template, 'AWS::Scheduler::Schedule').find(({ id }) => id.includes('Audit'));
    expect(schedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': [expect.stringContaining('AuditLambdaFunction'), 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringContaining('AuditDeadLetters'), 'Arn'] } },
      },
    });
    expect(schedule?.DependsOn).toContainEqual(expect.stringContaining('SchedulerRoleDefaultPolicy'));
    expect(functionOf('Audit')?.Properties.ReservedConcurrentExecutions).toBe(1);
    const asynchronous = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig');
    for (const name of ['Audit', 'Digest', 'Enforce', 'Usage']) {
      expect(asynchronous.find(({ id }) => id.includes(name))?.Properties.DestinationConfig).toEqual({
        OnFailure: {
          Destination: { 'Fn::GetAtt': [expect.stringContaining(`${name}DeadLetters`), 'Arn'] },
        },
      });
    }
    expect(asynchronous).toHaveLength(5);
  });

  it('the schedule is that of the settings; concurrency is reserved unless the account has none', () => {
    const daily = settingsOf({ schedule: 'cron(0 3 * * ? *)' });
    const other = synthesize(daily, () => ({ reserveConcurrency: false })).template;
    other.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'cron(0 3 * * ? *)' });
    for (const { Properties } of resourcesOf(other, 'AWS::Lambda::Function')) {
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
  });

  it('the topic reaches notify as the document alone, for the targets that notify sends to', () => {
    const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').map(({ Properties }) => Properties);
    expect(subscriptions.find(({ Protocol }) => Protocol === 'sqs')).toMatchObject({
      RawMessageDelivery: true,
      Endpoint: { 'Fn::GetAtt': [expect.stringContaining('NotifyQueue'), 'Arn'] },
      FilterPolicy: { targets: ['slack'] },
    });
    for (const { RedrivePolicy } of subscriptions) expect(RedrivePolicy).toBeDefined();
  });
});

describe('queues', () => {
  const queues = resourcesOf(template, 'AWS::SQS::Queue');

  it('have dead letters, unless they are dead letters', () => {
    const withDeadLetters = queues.filter(({ Properties }) => Properties.RedrivePolicy);
    expect(withDeadLetters.map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'SuiteNotifyQueue',
      'SuiteWatchQueue',
    ]);
    for (const { id, Properties } of queues) {
      expect(Properties.MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
      if (!withDeadLetters.some((each) => each.id === id)) expect(id).toMatch(/DeadLetters|Undelivered/);
    }
  });

  it('hide a batch for six times as long as its function may run', () => {
    for (const name of ['Watch', 'Notify']) {
      const queue = queues.find(({ id }) => new RegExp(`${name}Queue[0-9A-F]{8}$`).test(id));
      expect(queue?.Properties.VisibilityTimeout).toBe(6 * functionOf(name)?.Properties.Timeout);
    }
  });

  it('give Slack most of a day to come back', () => {
    const queue = queues.find(({ id }) => /NotifyQueue[0-9A-F]{8}$/.test(id));
    expect(queue?.Properties.RedrivePolicy.maxReceiveCount).toBe(100);
  });
});

describe('functions', () => {
  it('are nine, of one kind', () => {
    expect(functions).toHaveLength(9);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: expect.any(Number),
        Timeout: expect.any(Number),
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'INFO',
          LogGroup: { Ref: expect.stringContaining('Logs') },
        },
      });
    }
    for (const { Properties } of resourcesOf(template, 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBe(90);
    }
  });

  it('are older than their permissions', () => {
    for (const { DependsOn } of functions) {
      expect(DependsOn).toContainEqual(expect.stringContaining('ServiceRoleDefaultPolicy'));
    }
  });

  it('that send stop before the lease of what they send is over', () => {
    for (const name of ['Announce', 'Digest', 'Notify']) {
      expect(functionOf(name)?.Properties.Timeout).toBeLessThan(180);
    }
  });

  it.each([
    ['Watch', watchEnv],
    ['Audit', auditEnv],
    ['Announce', announceEnv],
    ['Digest', digestEnv],
    ['Notify', notifyEnv],
    ['Rotate', rotateEnv],
    ['Enforce', enforceEnv],
    ['Usage', usageEnv],
  ])('%s gets exactly the variables that it reads', (name, env) => {
    const { POWERTOOLS_SERVICE_NAME, ...variables } =
      functionOf(name)?.Properties.Environment.Variables ?? {};
    expect(POWERTOOLS_SERVICE_NAME).toBe(name.toLowerCase());
    expect(Object.keys(variables).sort()).toEqual(Object.keys(env.shape).sort());
  });

  it('have no address that the internet knows', () => {
    expect(resourcesOf(template, 'AWS::Lambda::Url')).toEqual([]);
  });
});

describe('the table', () => {
  const [table] = resourcesOf(template, 'AWS::DynamoDB::Table');

  it('forgets, streams, can be restored and stays when the stack is deleted', () => {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        DeletionProtectionEnabled: true,
      },
    });
  });

  it('goes with the stack where that is asked for', () => {
    const temporary = synthesize(settingsOf(), () => ({ removalPolicy: RemovalPolicy.DESTROY })).template;
    expect(resourcesOf(temporary, 'AWS::DynamoDB::Table')).toMatchObject([
      { DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } },
    ]);
    expect(resourcesOf(temporary, 'AWS::KMS::Key')).toMatchObject([{ DeletionPolicy: 'Delete' }]);
  });
});

it('nothing needs a custom resource', () => {
  const types = new Set(
    Object.values(template.toJSON()['Resources'] as Record<string, { Type: string }>).map(({ Type }) => Type),
  );
  expect([...types].filter((type) => /Custom/.test(type))).toEqual([]);
});
