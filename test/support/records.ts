import type { AccessEvent } from '../../functions/core/model/access-event.ts';
import { normaliseCloudTrail } from '../../functions/core/normalise/cloudtrail.ts';

/** Invented accounts and addresses: AWS's documentation accounts, RFC 5737 networks. */
export const account = '111122223333';
export const otherAccount = '444455556666';
export const region = 'eu-west-1';
export const start = Date.parse('2026-03-02T09:00:00Z');

export type CloudTrailRecord = Record<string, unknown>;

let serial = 0;

/** A GetSecretValue record by an IAM user; `overrides` replace top-level fields, `undefined` removes one. */
export function record(overrides: CloudTrailRecord = {}): CloudTrailRecord {
  serial += 1;
  const built: CloudTrailRecord = {
    eventVersion: '1.11',
    userIdentity: user('anika'),
    eventTime: at(0),
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'GetSecretValue',
    awsRegion: region,
    sourceIPAddress: '192.0.2.10',
    userAgent: 'aws-cli/2.17.0 md/prompt#off md/command#secretsmanager.get-secret-value',
    requestParameters: { secretId: 'app/db' },
    responseElements: null,
    requestID: `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
    eventID: `e0000000-0000-4000-8000-${String(serial).padStart(12, '0')}`,
    readOnly: true,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...overrides,
  };
  return Object.fromEntries(Object.entries(built).filter(([, value]) => value !== undefined));
}

/** `eventTime` of a moment so many seconds after `start`. */
export const at = (seconds: number): string =>
  new Date(start + seconds * 1000).toISOString().replace('.000Z', 'Z');

export const user = (name: string): CloudTrailRecord => ({
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE000000001',
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  accessKeyId: 'AKIAEXAMPLE000000001',
  userName: name,
});

export const role = (name: string, session: string, path = '/'): CloudTrailRecord => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE000000001:${session}`,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
  accountId: account,
  accessKeyId: 'ASIAEXAMPLE000000001',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLE000000001',
      arn: `arn:aws:iam::${account}:role${path}${name}`,
      accountId: account,
      userName: name,
    },
    attributes: { creationDate: '2026-03-02T08:00:00Z', mfaAuthenticated: 'false' },
  },
});

export const root = (): CloudTrailRecord => ({
  type: 'Root',
  principalId: account,
  arn: `arn:aws:iam::${account}:root`,
  accountId: account,
});

export const secretArn = (name: string, suffix = 'AbCd12'): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`;

/** What IAM answers; the secret's name stands in the message alone. */
export const denied = (eventName: string, secret: string | undefined): CloudTrailRecord => ({
  eventName,
  requestParameters: null,
  errorCode: 'AccessDenied',
  errorMessage: `User: arn:aws:iam::${account}:user/anika is not authorized to perform: secretsmanager:${eventName}${secret ? ` on resource: ${secret}` : ''} because no identity-based policy allows the secretsmanager:${eventName} action`,
});

/** A service event of a rotation. */
export const rotationEvent = (eventName: string, secret: string, overrides: CloudTrailRecord = {}) =>
  record({
    eventName,
    eventType: 'AwsServiceEvent',
    userIdentity: { accountId: account, invokedBy: 'secretsmanager.amazonaws.com' },
    sourceIPAddress: 'secretsmanager.amazonaws.com',
    userAgent: 'secretsmanager.amazonaws.com',
    requestParameters: null,
    additionalEventData: { SecretId: secretArn(secret) },
    readOnly: false,
    ...overrides,
  });

/** A change of a trail. */
export const trailEvent = (eventName: string, requestParameters: unknown, overrides: CloudTrailRecord = {}) =>
  record({
    eventSource: 'cloudtrail.amazonaws.com',
    eventName,
    requestParameters,
    readOnly: false,
    ...overrides,
  });

/** Reads of `count` different secrets, `everySeconds` apart. */
export const readsOf = (
  count: number,
  everySeconds: number,
  overrides: CloudTrailRecord = {},
): CloudTrailRecord[] =>
  Array.from({ length: count }, (_, index) =>
    record({
      eventTime: at(index * everySeconds),
      requestParameters: { secretId: `app/${index}` },
      ...overrides,
    }),
  );

/** The events of records, which must all be of use. */
export const eventsOf = (records: readonly CloudTrailRecord[]): AccessEvent[] =>
  records.map((raw) => {
    const event = normaliseCloudTrail(raw);
    if (!event) throw new Error(`not an event for the suite: ${String(raw['eventName'])}`);
    return event;
  });

/** One event of a record. */
export const event = (overrides: CloudTrailRecord = {}): AccessEvent => {
  const [first] = eventsOf([record(overrides)]);
  if (!first) throw new Error('no event');
  return first;
};

export const envelope = (detail: CloudTrailRecord): CloudTrailRecord => ({
  version: '0',
  id: 'c0000000-0000-4000-8000-000000000001',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.secretsmanager',
  account,
  time: detail['eventTime'],
  region,
  resources: [],
  detail,
});

export const lookupAnswer = (...records: readonly CloudTrailRecord[]): CloudTrailRecord => ({
  Events: records.map((raw) => ({
    EventId: raw['eventID'],
    EventName: raw['eventName'],
    EventTime: Date.parse(String(raw['eventTime'])) / 1000,
    EventSource: raw['eventSource'],
    ReadOnly: 'true',
    Resources: [],
    CloudTrailEvent: JSON.stringify(raw),
  })),
});

/** The same record on each of so many days before `start`, the latest first. */
export const onDaysBefore = (days: number, overrides: CloudTrailRecord = {}, hour = 0): CloudTrailRecord[] =>
  Array.from({ length: days }, (_, index) =>
    record({ eventTime: at(-(index + 1) * 86_400 + hour * 3_600), ...overrides }),
  );

/** Somebody who signed in by Identity Center. */
export const person = (permissionSet: string, name: string): CloudTrailRecord =>
  role(`AWSReservedSSO_${permissionSet}_0123456789abcdef`, name, '/aws-reserved/sso.amazonaws.com/');

/** What a VPC endpoint records of a call: no parameters, no secret. */
export const networkActivity = (overrides: CloudTrailRecord = {}): CloudTrailRecord =>
  record({
    eventType: 'AwsVpceEvent',
    eventCategory: 'NetworkActivity',
    vpcEndpointId: 'vpce-0a1b2c3d',
    vpcEndpointAccountId: account,
    requestParameters: undefined,
    userAgent: undefined,
    managementEvent: undefined,
    ...overrides,
  });

/** A resource policy of these statements, set on `app/db`. */
export const putPolicy = (statements: readonly unknown[], overrides: CloudTrailRecord = {}) =>
  record({
    eventName: 'PutResourcePolicy',
    requestParameters: {
      secretId: 'app/db',
      resourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    },
    readOnly: false,
    ...overrides,
  });

/** A read of parameters of Systems Manager with decryption: by `name`, `names` or `path`. */
export const parameterRead = (
  request: { name?: string; names?: readonly string[]; path?: string; recursive?: boolean },
  overrides: CloudTrailRecord = {},
): CloudTrailRecord =>
  record({
    eventSource: 'ssm.amazonaws.com',
    eventName: request.path ? 'GetParametersByPath' : request.names ? 'GetParameters' : 'GetParameter',
    requestParameters: { ...request, withDecryption: true },
    ...overrides,
  });
