import { expect, it } from '@jest/globals';
import { account, everything, resourcesOf, settingsOf, statementsOf, synthesize } from './synthesized.ts';

const { template } = synthesize(everything);
const [bucket] = resourcesOf(template, 'AWS::S3::Bucket').filter(({ id }) => /ReportsBucket/.test(id));
const arn = { 'Fn::GetAtt': [bucket?.id, 'Arn'] };

const scheduleIn = (of: typeof template) =>
  resourcesOf(of, 'AWS::Scheduler::Schedule').find(({ id }) => id.includes('Report'))?.Properties
    .ScheduleExpression;

it('is made on Mondays', () => {
  expect(scheduleIn(template)).toBe('cron(0 6 ? * MON *)');
});

it('is made, and forgotten, when the settings say so', () => {
  const { template: other } = synthesize(
    settingsOf({ report: { schedule: 'rate(1 day)' }, retention: { reportDays: 30 } }),
  );
  expect(scheduleIn(other)).toBe('rate(1 day)');
  const rules = resourcesOf(other, 'AWS::S3::Bucket').map(
    ({ Properties }) => Properties.LifecycleConfiguration.Rules[0].ExpirationInDays,
  );
  expect(rules).toEqual([30, 30]);
});

it('lies in a bucket of the suite’s key, whose accesses are logged', () => {
  expect(bucket?.Properties.BucketEncryption.ServerSideEncryptionConfiguration).toMatchObject([
    { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
  ]);
  expect(bucket?.Properties.LoggingConfiguration.DestinationBucketName.Ref).toMatch(/ReportsAccessLogs/);
});

it('is written and read under its own prefix, and the table is only read', () => {
  const statements = statementsOf(template, /ReportLambdaServiceRole/);
  const about = (service: string) =>
    statements
      .filter(({ Effect, Action }) => Effect === 'Allow' && [Action].flat()[0]?.startsWith(`${service}:`))
      .map(({ Action, Resource }) => [Action, Resource]);
  const objects = { 'Fn::Join': ['', [arn, '/reports/*']] };
  expect(about('s3')).toEqual([
    [['s3:GetObject', 's3:PutObject'], objects],
    ['s3:ListBucket', arn],
  ]);
  expect(about('dynamodb').map(([action]) => action)).toEqual([
    ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
  ]);
});

it('knows where everything is', () => {
  const [report] = resourcesOf(template, 'AWS::Lambda::Function').filter(({ id }) => /SuiteReport/.test(id));
  expect(report?.Properties.Environment.Variables).toMatchObject({
    ACCOUNT_ID: account,
    BUCKET_NAME: { Ref: bucket?.id },
    PREFIX: 'reports/',
  });
});
