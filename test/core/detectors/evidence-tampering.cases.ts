import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { account, type CloudTrailRecord, record, role, trailEvent } from '../../support/records.ts';

const selectors = (selector: object) =>
  trailEvent('PutEventSelectors', { trailName: 'main', eventSelectors: [selector] });

const change = (
  service: string,
  eventName: string,
  requestParameters: object,
  overrides: CloudTrailRecord = {},
) =>
  record({
    eventSource: `${service}.amazonaws.com`,
    eventName,
    requestParameters,
    readOnly: false,
    ...overrides,
  });
const viaCloudFormation = {
  userIdentity: { ...role('deploy', 'd'), invokedBy: 'cloudformation.amazonaws.com' },
};

export default {
  fires: [
    {
      name: 'a stopped trail',
      records: [trailEvent('StopLogging', { name: 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/main' })],
      finding: { severity: 'high', title: 'user/anika stopped trail main', secret: null },
    },
    {
      name: 'a deleted trail',
      records: [trailEvent('DeleteTrail', { name: 'main' })],
      finding: { severity: 'high', title: 'user/anika deleted trail main' },
    },
    {
      name: 'a trail without management events',
      records: [selectors({ includeManagementEvents: false })],
      finding: { severity: 'high', title: 'user/anika took management events out of trail main' },
    },
    {
      name: 'a trail without read events',
      records: [selectors({ readWriteType: 'WriteOnly' })],
      finding: { severity: 'high' },
    },
    {
      name: 'selectors that lose nothing',
      records: [selectors({ readWriteType: 'All' })],
      finding: { severity: 'low', title: 'user/anika set the event selectors of trail main' },
    },
    {
      name: 'selectors that are not in the record',
      records: [trailEvent('PutEventSelectors', null)],
      finding: { severity: 'medium', title: 'user/anika set the event selectors of a trail' },
    },
    {
      name: 'a weakened trail',
      records: [trailEvent('UpdateTrail', { name: 'main', enableLogFileValidation: false })],
      finding: { severity: 'medium', explanation: 'UpdateTrail set enableLogFileValidation.' },
    },
    {
      name: 'a trail that writes to a foreign bucket',
      records: [trailEvent('UpdateTrail', { name: 'main', s3BucketName: 'archive-999988887777' })],
      finding: { severity: 'medium', explanation: 'UpdateTrail set s3BucketName.' },
    },
    {
      name: 'a trail whose bucket bears the number of the account: low, and says what is not known',
      records: [trailEvent('UpdateTrail', { name: 'main', s3BucketName: `trail-${account}` })],
      finding: {
        severity: 'low',
        explanation: expect.stringContaining('Not known: whether it was another before') as never,
      },
    },
    {
      name: 'a trail that was changed otherwise',
      records: [trailEvent('UpdateTrail', { name: 'main', isMultiRegionTrail: true })],
      finding: { severity: 'low', title: 'user/anika changed trail main' },
    },
    {
      name: 'an attempt that was refused',
      records: [trailEvent('StopLogging', { name: 'main' }, { errorCode: 'AccessDenied' })],
      finding: { severity: 'medium', title: 'user/anika was refused StopLogging on trail main' },
    },
    {
      name: 'the auditor’s rule',
      records: [change('events', 'DisableRule', { name: 'Acme-SecretsAudit-Watch' })],
      finding: {
        severity: 'high',
        title: 'user/anika disabled rule Acme-SecretsAudit-Watch',
        explanation: 'DisableRule: events no longer pass it.',
        secret: null,
      },
    },
    {
      name: 'its topic, in another style of separators',
      records: [
        change('sns', 'DeleteTopic', {
          topicArn: 'arn:aws:sns:eu-west-1:111122223333:secrets_audit_findings',
        }),
      ],
      finding: { severity: 'high', title: 'user/anika deleted topic secrets_audit_findings' },
    },
    {
      name: 'its function, switched off',
      records: [
        change('lambda', 'PutFunctionConcurrency20171031', {
          functionName: 'secrets-audit-watch',
          reservedConcurrentExecutions: 0,
        }),
      ],
      finding: { severity: 'high', title: 'user/anika switched off function secrets-audit-watch' },
    },
    {
      name: 'its function, changed and then deleted: the gravest speaks',
      records: [
        change('lambda', 'UpdateFunctionCode20150331v2', { functionName: 'secrets-audit-watch' }),
        change('lambda', 'DeleteFunction20150331', {
          functionName: 'secrets-audit-watch',
        }),
      ],
      finding: { severity: 'high', count: 2, title: 'user/anika deleted function secrets-audit-watch' },
    },
    {
      name: 'its queue',
      records: [
        change('sqs', 'PurgeQueue', {
          queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/secretsaudit-q',
        }),
      ],
      finding: { severity: 'high', title: 'user/anika emptied queue secretsaudit-q' },
    },
    {
      name: 'its table, refused: medium',
      records: [
        change('dynamodb', 'DeleteTable', { tableName: 'secrets-audit' }, { errorCode: 'AccessDenied' }),
      ],
      finding: { severity: 'medium', title: 'user/anika was refused DeleteTable on secrets-audit' },
    },
    {
      name: 'two of its parts: a finding each',
      records: [
        change('dynamodb', 'DeleteTable', { tableName: 'secrets-audit' }),
        change('logs', 'DeleteLogGroup', { logGroupName: '/aws/lambda/secrets-audit-watch' }),
      ],
      findings: 2,
      finding: { count: 1 },
    },
    {
      name: 'a bucket of logs',
      records: [change('s3', 'DeleteBucket', { bucketName: 'acme-CloudTrail-logs' })],
      finding: { severity: 'high', title: 'user/anika deleted bucket acme-CloudTrail-logs' },
    },
    {
      name: 'a key and a bucket that the settings name',
      records: [
        change('kms', 'ScheduleKeyDeletion', { keyId: 'k-1' }),
        change('s3', 'PutBucketLifecycleConfiguration', { bucketName: 'evidence' }),
      ],
      settings: 'version: 1\ndetectors: {evidence-tampering: {resources: ["k-*"], trailBuckets: [evidence]}}',
      findings: 2,
      finding: { count: 1 },
    },
    {
      name: 'what a deployment by CloudFormation does: milder, with the reason',
      records: [
        change(
          'lambda',
          'UpdateFunctionCode20150331v2',
          { functionName: 'secrets-audit-watch' },
          viaCloudFormation,
        ),
      ],
      finding: {
        severity: 'low',
        explanation: expect.stringContaining('CloudFormation made the calls') as never,
      },
    },
  ],
  quiet: [
    {
      name: 'what belongs to others',
      records: [
        change('events', 'DeleteRule', { name: 'nightly-report' }),
        change('s3', 'DeleteBucket', { bucketName: 'secrets-backup' }),
        change('kms', 'DisableKey', { keyId: 'k-1' }),
        change('dynamodb', 'DeleteTable', {}),
      ],
    },
    {
      name: 'a bucket’s name on something that is no bucket',
      records: [change('events', 'DeleteRule', { name: 'acme-cloudtrail' })],
    },
    {
      name: 'a call that failed',
      records: [trailEvent('StopLogging', { name: 'main' }, { errorCode: 'TrailNotFoundException' })],
    },
  ],
} satisfies DetectorCases;
