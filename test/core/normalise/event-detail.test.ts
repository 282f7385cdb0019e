import { describe, expect, it } from '@jest/globals';
import { normaliseCloudTrail } from '../../../functions/core/normalise/cloudtrail.ts';
import { account, type CloudTrailRecord, event, record, region, trailEvent } from '../../support/records.ts';

const normalised = (raw: CloudTrailRecord) => {
  const result = normaliseCloudTrail(raw);
  if (!result) throw new Error('ignored');
  return result;
};

describe('the version that a write makes', () => {
  it('is named by the answer, or by the token of the request', () => {
    const detail = (eventName: string, requestParameters: object, responseElements: unknown = null) =>
      event({
        eventName,
        requestParameters: { secretId: 'a', name: 'a', ...requestParameters },
        responseElements,
      }).detail;
    expect(detail('RotateSecret', { clientRequestToken: 't1' }, { versionId: 'v1' }).versionId).toBe('v1');
    for (const eventName of ['CreateSecret', 'PutSecretValue', 'UpdateSecret', 'RotateSecret']) {
      expect(detail(eventName, { clientRequestToken: 't1' }).versionId).toBe('t1');
      expect(detail(eventName, {}).versionId).toBeUndefined();
    }
    expect(detail('PutSecretValue', { versionStages: ['AWSPENDING', 7] }).versionStages).toEqual([
      'AWSPENDING',
    ]);
    expect(
      detail('UpdateSecretVersionStage', { moveToVersionId: 'v2', removeFromVersionId: 'v1' }),
    ).toMatchObject({ moveToVersionId: 'v2', removeFromVersionId: 'v1' });
  });
});

describe('PutResourcePolicy', () => {
  it('tells whom the policy lets in', () => {
    const policy = { Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } };
    const put = (resourcePolicy: unknown) =>
      event({ eventName: 'PutResourcePolicy', requestParameters: { secretId: 'a', resourcePolicy } }).detail
        .policy;
    expect(put(JSON.stringify(policy))).toEqual({ openTo: 'everybody', accounts: [], narrowed: false });
    expect(put('{')).toBeUndefined();
    expect(put(undefined)).toBeUndefined();
  });
});

describe('Systems Manager', () => {
  const ssm = (eventName: string, requestParameters: object | null) =>
    normaliseCloudTrail(record({ eventSource: 'ssm.amazonaws.com', eventName, requestParameters }));

  it('tells which parameters are read in the clear, each by one name', () => {
    const arn = (name: string) => `arn:aws:ssm:${region}:${account}:parameter/${name}`;
    expect(ssm('GetParameter', { name: '/app/key:3', withDecryption: true })).toMatchObject({
      action: 'read-parameter',
      secret: null,
      detail: { parameters: ['/app/key'] },
    });
    const names = ['/app/key', arn('app/key'), arn('plain'), 'plain:label', 7];
    expect(ssm('GetParameters', { names, withDecryption: true })?.detail.parameters).toEqual([
      '/app/key',
      'plain',
    ]);
  });

  it('tells the path of a call by path, and whether it is everything', () => {
    const path = (request: object) =>
      ssm('GetParametersByPath', { withDecryption: true, ...request })?.detail;
    expect(path({ path: '/', recursive: true })).toEqual({ parameters: ['/*'], recursive: true });
    expect(path({ path: '/app' })).toEqual({ parameters: ['/app/*'] });
  });

  it('keeps a long list short and its length', () => {
    const names = Array.from({ length: 60 }, (_, index) => `/app/${index}`);
    const detail = ssm('GetParameters', { names, withDecryption: true })?.detail;
    expect(detail?.parameters).toHaveLength(50);
    expect(detail?.parameterCount).toBe(60);
  });

  it('is of no use without decryption', () => {
    expect(ssm('GetParameter', { name: '/app/key', withDecryption: false })).toBeUndefined();
    expect(ssm('GetParameter', { name: '/app/key' })).toBeUndefined();
    expect(ssm('GetParameter', null)).toBeUndefined();
  });
});

describe('a change of what an auditor may be made of', () => {
  const change = (
    service: string,
    eventName: string,
    requestParameters: unknown,
    responseElements: unknown = null,
  ) =>
    normaliseCloudTrail(
      record({ eventSource: `${service}.amazonaws.com`, eventName, requestParameters, responseElements }),
    );

  it.each([
    ['events', 'DisableRule', { name: 'r' }, 'r'],
    ['events', 'RemoveTargets', { rule: 'r', ids: ['1'] }, 'r'],
    ['sns', 'DeleteTopic', { topicArn: 'arn:aws:sns:x:y:t' }, 'arn:aws:sns:x:y:t'],
    ['sns', 'Unsubscribe', { subscriptionArn: 'arn:aws:sns:x:y:t:1' }, 'arn:aws:sns:x:y:t:1'],
    ['s3', 'DeleteBucketPolicy', { bucketName: 'b' }, 'b'],
    ['kms', 'DisableKey', { keyId: 'k' }, 'k'],
    ['dynamodb', 'DeleteTable', { tableName: 't' }, 't'],
    ['lambda', 'DeleteFunction20150331', { functionName: 'f' }, 'f'],
    ['sqs', 'PurgeQueue', { queueUrl: 'https://sqs/1/q' }, 'https://sqs/1/q'],
    ['logs', 'DeleteLogGroup', { logGroupName: '/aws/lambda/f' }, '/aws/lambda/f'],
  ])('%s: %s names it', (service, eventName, request, resource) => {
    expect(change(service, eventName, request)).toMatchObject({
      action: 'change-auditor',
      secret: null,
      detail: { resource },
    });
    expect(change(service, eventName, null)?.detail).toEqual({});
  });

  it('names the function whose feed is changed, by the answer', () => {
    const arn = 'arn:aws:lambda:x:y:function:f';
    const detail = change(
      'lambda',
      'UpdateEventSourceMapping20150331',
      { uUID: 'u', enabled: false },
      { functionArn: arn },
    )?.detail;
    expect(detail).toEqual({ resource: arn, switchedOff: true });
    expect(change('lambda', 'DeleteEventSourceMapping20150331', { uUID: 'u' })?.detail.resource).toBe('u');
  });

  it('tells what was switched off, and has no use for what is switched on', () => {
    const off = (service: string, name: string, request: object) =>
      change(service, name, request)?.detail.switchedOff;
    expect(off('events', 'PutRule', { name: 'r', state: 'DISABLED' })).toBe(true);
    expect(off('events', 'PutRule', { name: 'r', state: 'ENABLED' })).toBeUndefined();
    expect(off('lambda', 'PutFunctionConcurrency20171031', { reservedConcurrentExecutions: 0 })).toBe(true);
    expect(
      off('lambda', 'PutFunctionConcurrency20171031', { reservedConcurrentExecutions: 5 }),
    ).toBeUndefined();
    const versioning = (Status: string) =>
      change('s3', 'PutBucketVersioning', { bucketName: 'b', VersioningConfiguration: { Status } });
    expect(versioning('Enabled')).toBeUndefined();
    expect(versioning('Suspended')?.detail.resource).toBe('b');
  });
});

describe('a change of a trail', () => {
  const selectors = (requestParameters: unknown) =>
    normalised(trailEvent('PutEventSelectors', requestParameters)).detail.managementEvents;
  const advanced = (...fieldSelectors: unknown[]) => ({
    trailName: 't',
    advancedEventSelectors: [{ fieldSelectors }],
  });
  const management = { field: 'eventCategory', equals: ['Management'] };

  it('tells what is still recorded of management events', () => {
    expect(selectors({ trailName: 't', eventSelectors: [{ includeManagementEvents: false }] })).toBe('none');
    expect(selectors({ trailName: 't', eventSelectors: [{ readWriteType: 'WriteOnly' }] })).toBe('partial');
    expect(
      selectors({
        trailName: 't',
        eventSelectors: [{ excludeManagementEventSources: ['kms.amazonaws.com'] }],
      }),
    ).toBe('partial');
    expect(selectors({ trailName: 't', eventSelectors: [{ readWriteType: 'All' }] })).toBe('all');
    expect(selectors(advanced(management))).toBe('all');
    expect(selectors(advanced(management, { field: 'readOnly', equals: ['false'] }))).toBe('partial');
    expect(selectors(advanced({ field: 'eventCategory', equals: ['Data'] }))).toBe('none');
    expect(selectors({ trailName: 't' })).toBe('unknown');
  });

  it('tells which protections UpdateTrail took away', () => {
    const request = { name: 't', isMultiRegionTrail: false, s3BucketName: 'elsewhere' };
    expect(normalised(trailEvent('UpdateTrail', request)).detail).toMatchObject({
      trail: 't',
      weakened: ['isMultiRegionTrail', 's3BucketName'],
      bucket: 'elsewhere',
    });
  });
});
