import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { secretKey } from '../../../functions/core/model/access-event.ts';
import { eventNamesOf, understoodSources } from '../../../functions/core/model/cloudtrail-events.ts';
import { normaliseCloudTrail } from '../../../functions/core/normalise/cloudtrail.ts';
import {
  account,
  at,
  type CloudTrailRecord,
  denied,
  event,
  otherAccount,
  record,
  region,
  rotationEvent,
  secretArn,
  start,
} from '../../support/records.ts';

const normalised = (raw: CloudTrailRecord) => {
  const result = normaliseCloudTrail(raw);
  if (!result) throw new Error('ignored');
  return result;
};

describe('a read', () => {
  it('becomes an access event', () => {
    expect(event({ requestParameters: { secretId: secretArn('app/db') }, eventID: 'id-1' })).toMatchObject({
      id: 'id-1',
      time: start,
      action: 'read',
      outcome: 'allowed',
      account,
      region,
      secret: { name: 'app/db', account, region, arn: secretArn('app/db') },
      actor: { kind: 'user', principal: `arn:aws:iam::${account}:user/anika`, account },
      origin: { ip: '192.0.2.10' },
      agent: { family: 'aws-cli' },
    });
  });

  it('is the same secret by name, full ARN and partial ARN', () => {
    const ids = ['app/db', secretArn('app/db'), `arn:aws:secretsmanager:${region}:${account}:secret:app/db`];
    const keys = ids.map((secretId) => secretKey(event({ requestParameters: { secretId } }).secret as never));
    expect(new Set(keys)).toEqual(new Set([`${account}:${region}:app/db`]));
  });

  it('belongs to the account and Region of the ARN when another account reads', () => {
    const arn = `arn:aws:secretsmanager:us-east-1:${otherAccount}:secret:shared-AbCd12`;
    expect(event({ requestParameters: { secretId: arn } }).secret).toEqual({
      name: 'shared',
      account: otherAccount,
      region: 'us-east-1',
      arn,
    });
  });

  it('through a VPC endpoint names the endpoint, by a service the service', () => {
    expect(event({ vpcEndpointId: 'vpce-0a1b', sourceIPAddress: '192.0.2.77' }).origin).toEqual({
      vpcEndpoint: 'vpce-0a1b',
      ip: '192.0.2.77',
    });
    expect(event({ vpcEndpointId: 'vpce-0a1b', sourceIPAddress: 'ecs.amazonaws.com' }).origin).toEqual({
      vpcEndpoint: 'vpce-0a1b',
    });
    expect(event({ sourceIPAddress: 'cloudformation.amazonaws.com' }).origin).toEqual({
      service: 'cloudformation.amazonaws.com',
    });
    expect(event({ sourceIPAddress: 'AWS Internal' }).origin).toEqual({ service: 'AWS Internal' });
    expect(event({ sourceIPAddress: '2001:db8::7' }).origin).toEqual({ ip: '2001:db8::7' });
    expect(event({ sourceIPAddress: '000.00.00.00' }).origin).toEqual({ ip: '000.00.00.00' });
    expect(event({ sourceIPAddress: undefined }).origin).toBeNull();
  });

  it('of a version names it; a read that names none says nothing', () => {
    const version = (requestParameters: object) =>
      event({ requestParameters: { secretId: 'app/db', ...requestParameters } }).version;
    expect(version({ versionId: 'v1' })).toEqual({ id: 'v1' });
    expect(version({ versionStage: 'AWSPREVIOUS' })).toEqual({ stage: 'AWSPREVIOUS' });
    expect(version({ versionId: 'v1', versionStage: 'AWSPENDING' })).toEqual({
      id: 'v1',
      stage: 'AWSPENDING',
    });
    expect(version({})).toBeUndefined();
  });

  it('without an eventID gets one from its content', () => {
    const raw = record({ eventID: undefined });
    expect(normalised(raw).id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(normalised(raw).id).toBe(normalised({ ...raw }).id);
  });

  it('without eventTime takes the time of its envelope, or says that it has none', () => {
    const raw = record({ eventTime: undefined });
    expect(normaliseCloudTrail(raw, start)?.time).toBe(start);
    expect(normaliseCloudTrail(raw)?.time).toBeNull();
    expect(normaliseCloudTrail(record({ eventTime: 'yesterday' }))?.time).toBeNull();
  });

  it('of event version 1.05, with nothing but the essentials, still tells what it can', () => {
    const old = normalised({
      eventVersion: '1.05',
      eventSource: 'secretsmanager.amazonaws.com',
      eventName: 'GetSecretValue',
      eventTime: at(0),
    });
    expect(old).toMatchObject({
      action: 'read',
      account: 'unknown',
      region: 'unknown',
      secret: null,
      actor: { kind: 'unknown', principal: 'unknown' },
      origin: null,
      agent: { family: 'unknown', raw: '' },
    });
  });

  it('in an anonymised account and Region keeps them as they are', () => {
    const arn = 'arn:aws:secretsmanager:eu-westwest-1r:accountid:secret:pyodbc-WoDpmU';
    expect(event({ awsRegion: 'eu-westwest-1r', requestParameters: { secretId: arn } }).secret).toEqual({
      name: 'pyodbc',
      account: 'accountid',
      region: 'eu-westwest-1r',
      arn,
    });
  });
});

describe('identity of an event', () => {
  it('is the same for both copies of a cross-account call', () => {
    const caller = event({ sharedEventID: 'shared-1', eventID: 'a' });
    const owner = event({ sharedEventID: 'shared-1', eventID: 'b', recipientAccountId: otherAccount });
    expect(caller.key).toBe(owner.key);
  });

  it('differs for different events under one eventID, as samples and anonymised logs have them', () => {
    const create = event({ eventID: 'EXAMPLE', eventName: 'CreateSecret', requestParameters: { name: 'x' } });
    const remove = event({ eventID: 'EXAMPLE', eventName: 'DeleteSecret' });
    expect(create.key).not.toBe(remove.key);
    expect(event({ eventID: 'EXAMPLE', eventTime: at(1) }).key).not.toBe(event({ eventID: 'EXAMPLE' }).key);
  });
});

describe('a refused or failed call', () => {
  it.each(['AccessDenied', 'AccessDeniedException', 'VpceAccessDenied'])('%s is a denial', (errorCode) => {
    expect(event({ errorCode })).toMatchObject({ outcome: 'denied', errorCode });
  });

  it('takes the secret from the message, where it alone stands', () => {
    expect(event(denied('GetSecretValue', 'app/db')).secret).toMatchObject({ name: 'app/db', arn: null });
    expect(event(denied('GetSecretValue', secretArn('app/db'))).secret).toMatchObject({
      name: 'app/db',
      arn: secretArn('app/db'),
    });
    expect(event(denied('ListSecrets', undefined)).secret).toBeNull();
    expect(event(denied('ListSecrets', '*')).secret).toBeNull();
  });

  it('with any other code failed', () => {
    expect(event({ errorCode: 'ResourceNotFoundException' }).outcome).toBe('failed');
  });

  it('of a network activity event is a denial too', () => {
    expect(
      event({ eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity', errorCode: 'VpceAccessDenied' }),
    ).toMatchObject({ outcome: 'denied', action: 'read', detail: { networkActivity: true } });
  });

  it('of a network activity event that was let through is in the log once more', () => {
    expect(
      normaliseCloudTrail(record({ eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity' })),
    ).toBeUndefined();
  });

  it.each([
    ['because no identity-based policy allows the x action', 'identity-based policy', false],
    ['because no resource-based policy allows the x action', 'resource-based policy', false],
    ['because no VPC endpoint policy allows the x action', 'VPC endpoint policy', false],
    ['because no permissions boundary allows the x action', 'permissions boundary', false],
    ['with an explicit deny in a service control policy', 'service control policy', true],
    ['with an explicit deny in an identity-based policy', 'identity-based policy', true],
  ])('says which policy refused: %s', (reason, by, explicit) => {
    const errorMessage = `User: u is not authorized to perform: x on resource: r ${reason}`;
    expect(event({ errorCode: 'AccessDenied', errorMessage }).detail.refusal).toEqual({ by, explicit });
    expect(event({ errorCode: 'Other', errorMessage }).detail.refusal).toBeUndefined();
  });

  it('says nothing of a policy that the message does not name', () => {
    const errorMessage = 'Access denied, because no luck allows it, with an explicit deny in a haystack';
    expect(event({ errorCode: 'AccessDenied', errorMessage }).detail.refusal).toBeUndefined();
  });
});

describe('a write', () => {
  it.each(['arn', 'aRN', 'ARN'])('takes the secret from the answer (%s)', (key) => {
    const removal = event({
      eventName: 'DeleteSecret',
      requestParameters: { secretId: 'app/db', forceDeleteWithoutRecovery: true },
      responseElements: { [key]: secretArn('app/db'), name: 'app/db' },
    });
    expect(removal).toMatchObject({
      action: 'delete',
      secret: { arn: secretArn('app/db') },
      detail: { forced: true },
    });
  });

  it('takes the name of a created secret, and what else a judgement needs', () => {
    expect(event({ eventName: 'CreateSecret', requestParameters: { name: 'new' } }).secret?.name).toBe('new');
    expect(
      event({
        eventName: 'ReplicateSecretToRegions',
        requestParameters: {
          secretId: 'a',
          addReplicaRegions: [{ region: 'us-east-1' }, { Region: 'us-east-2' }],
        },
      }).detail.regions,
    ).toEqual(['us-east-1', 'us-east-2']);
    expect(
      event({
        eventName: 'UpdateSecretVersionStage',
        requestParameters: { secretId: 'a', versionStage: 'AWSCURRENT' },
      }).detail.versionStage,
    ).toBe('AWSCURRENT');
    expect(
      event({ eventName: 'DeleteSecret', requestParameters: { secretId: 'a', recoveryWindowInDays: 7 } })
        .detail.recoveryWindowDays,
    ).toBe(7);
  });
});

describe('a service event', () => {
  it('of a rotation names its secret and the service, and its message is no denial', () => {
    const failed = normalised(
      rotationEvent('RotationFailed', 'app/db', {
        errorMessage: 'Error when executing lambda during setSecret step',
      }),
    );
    expect(failed).toMatchObject({
      action: 'rotation-failed',
      outcome: 'failed',
      secret: { name: 'app/db' },
      actor: { kind: 'service', principal: 'secretsmanager.amazonaws.com', account },
      origin: { service: 'secretsmanager.amazonaws.com' },
      detail: { message: 'Error when executing lambda during setSecret step' },
    });
    expect(failed.errorCode).toBeUndefined();
  });

  it('of a deletion names its secret by ARN or name', () => {
    const additionalEventData = { ARN: secretArn('app/db'), Name: 'app/db' };
    expect(
      normalised(rotationEvent('EndSecretVersionDelete', '', { additionalEventData })).secret?.name,
    ).toBe('app/db');
    expect(
      normalised(rotationEvent('EndSecretVersionDelete', '', { additionalEventData: { Name: 'app/db' } }))
        .secret?.name,
    ).toBe('app/db');
  });
});

describe('BatchGetSecretValue', () => {
  const batch = (requestParameters: unknown) =>
    event({ eventName: 'BatchGetSecretValue', requestParameters }).batch;

  it('names the secrets of its id list, each way to name them', () => {
    expect(batch({ secretIdList: ['a', secretArn('b'), 7] })).toMatchObject({
      secrets: [{ name: 'a' }, { name: 'b' }],
      filters: [],
      catchAll: false,
    });
  });

  it('is a catch-all only where every filter value is negated', () => {
    const filter = (...values: string[]) => ({ key: 'tag-key', values });
    expect(batch({ filters: [filter('!never')] })).toMatchObject({
      catchAll: true,
      filters: ['tag-key=!never'],
    });
    expect(batch({ filters: [filter('!never'), filter('team')] })?.catchAll).toBe(false);
    expect(batch({ filters: [filter()] })?.catchAll).toBe(false);
    expect(batch({ filters: [{}] })).toMatchObject({ catchAll: false, filters: ['?='] });
    expect(batch(null)).toMatchObject({ catchAll: false, filters: [], secrets: [] });
  });
});

describe('KMS', () => {
  const kms = (requestParameters: unknown) =>
    normaliseCloudTrail(
      record({ eventSource: 'kms.amazonaws.com', eventName: 'Decrypt', requestParameters }),
    );

  it('concerns a secret only by its encryption context', () => {
    expect(kms({ encryptionContext: { SecretARN: secretArn('app/db') } })).toMatchObject({
      action: 'decrypt',
      secret: { name: 'app/db' },
    });
    expect(kms({ encryptionContext: { 'aws:lambda:FunctionArn': 'arn:aws:lambda:x' } })).toBeUndefined();
  });
});

describe('anything else', () => {
  it('is ignored, names from Object.prototype included', () => {
    for (const [eventSource, eventName] of [
      ['ec2.amazonaws.com', 'RunInstances'],
      ['secretsmanager.amazonaws.com', 'NewOperation'],
      ['secretsmanager.amazonaws.com', 'toString'],
      ['constructor', 'name'],
    ]) {
      expect(normaliseCloudTrail(record({ eventSource, eventName }))).toBeUndefined();
    }
  });

  it('never throws, whatever the fields hold', () => {
    const anyRecord = fc.record(
      {
        eventTime: fc.anything(),
        userIdentity: fc.anything(),
        requestParameters: fc.anything(),
        responseElements: fc.anything(),
        additionalEventData: fc.anything(),
        errorCode: fc.anything(),
        errorMessage: fc.anything(),
        sourceIPAddress: fc.anything(),
        userAgent: fc.anything(),
        recipientAccountId: fc.anything(),
        awsRegion: fc.anything(),
        event: fc.constantFrom(
          ...understoodSources.flatMap((source) =>
            eventNamesOf(source).map((name) => [source, name] as const),
          ),
        ),
      },
      { requiredKeys: ['event'] },
    );
    fc.assert(
      fc.property(anyRecord, (fields) => {
        const result = normaliseCloudTrail({
          ...JSON.parse(JSON.stringify(fields) ?? '{}'),
          eventName: fields.event[1],
          eventSource: fields.event[0],
        });
        if (fields.event[0] === 'secretsmanager.amazonaws.com')
          expect(result?.actor.principal).toEqual(expect.any(String));
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });
});
