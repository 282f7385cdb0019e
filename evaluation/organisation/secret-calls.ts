import { isoOf, longDateOf } from './calendar.ts';
import { type Caller, type CloudTrailRecord, call, type Log, type Outcome } from './calls.ts';
import type { Secret } from './inventory/secrets.ts';
import { versionAt } from './inventory/versions.ts';
import type { Stream } from './random.ts';

/** Where calls are written to, and where their ids come from. */
export interface Pen {
  readonly log: Log;
  readonly ids: Stream;
}

export interface Reading {
  /** Callers of other accounts must give the ARN; others have their habit. */
  readonly byArn?: boolean;
  readonly versionStage?: string;
  readonly versionId?: string;
}

/**
 * GetSecretValue that succeeds. A secret under a key of the customer's also leaves a KMS Decrypt; that of the key
 * `aws/secretsmanager` leaves one as well in real trails, but many operators exclude those, and so does this one.
 */
export function read(pen: Pen, at: number, caller: Caller, secret: Secret, how: Reading = {}): void {
  const isElsewhere = caller.account !== secret.account;
  const parameters: CloudTrailRecord = { secretId: how.byArn || isElsewhere ? secret.arn : secret.name };
  if (how.versionId !== undefined) parameters['versionId'] = how.versionId;
  if (how.versionStage !== undefined) parameters['versionStage'] = how.versionStage;
  const here = caller.region === secret.region ? caller : { ...caller, region: secret.region };
  if (isElsewhere) {
    // Each account gets its own record of a call from another account; the owner's does not know the role's name.
    const sharedEventID = pen.ids.uuid();
    call(pen.log, pen.ids, at, here, 'GetSecretValue', parameters, { fields: { sharedEventID } });
    call(pen.log, pen.ids, at, here, 'GetSecretValue', parameters, {
      fields: {
        sharedEventID,
        recipientAccountId: secret.account,
        userIdentity: {
          type: 'AWSAccount',
          principalId: caller.identity['principalId'],
          accountId: caller.account,
        },
      },
    });
    return;
  }
  call(pen.log, pen.ids, at, here, 'GetSecretValue', parameters);
  if (secret.keyArn !== undefined) decrypt(pen, at, here, secret);
}

/** KMS Decrypt by Secrets Manager in the name of the caller. */
export function decrypt(pen: Pen, at: number, caller: Caller, secret: Secret): void {
  call(
    pen.log,
    pen.ids,
    at,
    throughSecretsManager(caller),
    'Decrypt',
    {
      encryptionContext: { SecretARN: secret.arn, SecretVersionId: versionAt(secret, at) },
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    },
    { source: 'kms.amazonaws.com', fields: { resources: keyResources(secret) } },
  );
}

/** KMS GenerateDataKey, beside each new value of a secret under a key of the customer's. */
export function generateDataKey(pen: Pen, at: number, caller: Caller, secret: Secret, version: string): void {
  if (secret.keyArn === undefined) return;
  call(
    pen.log,
    pen.ids,
    at,
    throughSecretsManager(caller),
    'GenerateDataKey',
    {
      keyId: secret.keyArn,
      keySpec: 'AES_256',
      encryptionContext: { SecretARN: secret.arn, SecretVersionId: version },
    },
    { source: 'kms.amazonaws.com', fields: { resources: keyResources(secret) } },
  );
}

const keyResources = (secret: Secret): CloudTrailRecord[] => [
  { accountId: secret.account, type: 'AWS::KMS::Key', ARN: secret.keyArn ?? '' },
];

const throughSecretsManager = (caller: Caller): Caller => ({
  account: caller.account,
  region: caller.region,
  arn: caller.arn,
  identity: { ...caller.identity, invokedBy: 'secretsmanager.amazonaws.com' },
  address: 'secretsmanager.amazonaws.com',
  agent: 'secretsmanager.amazonaws.com',
});

/** A call about one secret that reads no value: DescribeSecret, GetResourcePolicy, ListSecretVersionIds. */
export function describe(
  pen: Pen,
  at: number,
  caller: Caller,
  secret: Secret,
  eventName = 'DescribeSecret',
  byArn = false,
): void {
  const parameters = { secretId: byArn || caller.account !== secret.account ? secret.arn : secret.name };
  call(pen.log, pen.ids, at, inRegionOf(secret, caller), eventName, parameters);
}

export function list(
  pen: Pen,
  at: number,
  caller: Caller,
  parameters: CloudTrailRecord = { maxResults: 100 },
): void {
  call(pen.log, pen.ids, at, caller, 'ListSecrets', parameters);
}

/** What IAM answers; the secret stands in the message alone. */
export function refusal(
  caller: Caller,
  eventName: string,
  resource?: string,
  service = 'secretsmanager',
): Outcome {
  const on = resource === undefined ? '' : ` on resource: ${resource}`;
  return {
    ...(service === 'secretsmanager' ? {} : { source: `${service}.amazonaws.com` }),
    errorCode: 'AccessDenied',
    errorMessage: `User: ${caller.arn} is not authorized to perform: ${service}:${eventName}${on} because no identity-based policy allows the ${service}:${eventName} action`,
  };
}

export function refuse(pen: Pen, at: number, caller: Caller, eventName: string, secret?: Secret): void {
  const here = secret === undefined ? caller : inRegionOf(secret, caller);
  call(pen.log, pen.ids, at, here, eventName, null, refusal(caller, eventName, secret?.arn));
}

/** A name that is not there; this error, unlike a refusal, keeps the parameters. */
export function notFound(
  pen: Pen,
  at: number,
  caller: Caller,
  secretId: string,
  versionStage?: string,
): void {
  const value = versionStage === undefined ? '' : ` value for staging label: ${versionStage}`;
  call(
    pen.log,
    pen.ids,
    at,
    caller,
    'GetSecretValue',
    versionStage === undefined ? { secretId } : { secretId, versionStage },
    {
      errorCode: 'ResourceNotFoundException',
      errorMessage: `Secrets Manager can't find the specified secret${value}.`,
    },
  );
}

export function throttled(pen: Pen, at: number, caller: Caller): void {
  call(pen.log, pen.ids, at, caller, 'GetSecretValue', null, {
    errorCode: 'ThrottlingException',
    errorMessage: 'Rate exceeded',
  });
}

/** BatchGetSecretValue, and the reads of what it returned where `returned` are known to be logged. */
export function batch(
  pen: Pen,
  at: number,
  caller: Caller,
  parameters: CloudTrailRecord,
  returned: readonly Secret[],
): void {
  call(pen.log, pen.ids, at, caller, 'BatchGetSecretValue', parameters);
  for (const secret of returned) {
    call(pen.log, pen.ids, at, caller, 'GetSecretValue', { secretId: secret.arn });
    if (secret.keyArn !== undefined) decrypt(pen, at, caller, secret);
  }
}

/** A change of one secret, with AWS's answer. */
export function change(
  pen: Pen,
  at: number,
  caller: Caller,
  secret: Secret,
  eventName: string,
  parameters: CloudTrailRecord = {},
  response: CloudTrailRecord = {},
): void {
  call(
    pen.log,
    pen.ids,
    at,
    inRegionOf(secret, caller),
    eventName,
    { secretId: secret.name, ...parameters },
    { response: { arn: secret.arn, name: secret.name, ...response } },
  );
}

export function deleteSecret(
  pen: Pen,
  at: number,
  caller: Caller,
  secret: Secret,
  how: { recoveryWindowInDays: number } | { forceDeleteWithoutRecovery: true },
): void {
  const days = 'recoveryWindowInDays' in how ? how.recoveryWindowInDays : 0;
  change(pen, at, caller, secret, 'DeleteSecret', how, {
    deletionDate: longDateOf(Math.floor(at) + days * 86_400),
  });
}

/** A new value by hand or by a rotation function. */
export function putValue(
  pen: Pen,
  at: number,
  caller: Caller,
  secret: Secret,
  version: string,
  stages: readonly string[],
): void {
  generateDataKey(pen, at, caller, secret, version);
  call(
    pen.log,
    pen.ids,
    at,
    inRegionOf(secret, caller),
    'PutSecretValue',
    { secretId: secret.arn, clientRequestToken: version, versionStages: stages },
    { response: { arn: secret.arn } },
  );
}

/** What Secrets Manager says of itself; such records name no principal. */
export function serviceEvent(
  pen: Pen,
  at: number,
  secret: Secret,
  eventName: string,
  token: string,
  fields: CloudTrailRecord = {},
): void {
  const second = Math.floor(at);
  const eventID = pen.ids.uuid();
  if (!pen.log.takes(second)) return;
  const isRotation = eventName.includes('Rotation');
  pen.log.add(second, {
    eventVersion: '1.11',
    userIdentity: { accountId: secret.account, invokedBy: 'secretsmanager.amazonaws.com' },
    eventTime: isoOf(second),
    eventSource: 'secretsmanager.amazonaws.com',
    eventName,
    awsRegion: secret.region,
    sourceIPAddress: 'secretsmanager.amazonaws.com',
    userAgent: 'secretsmanager.amazonaws.com',
    requestParameters: null,
    responseElements: null,
    additionalEventData: isRotation ? { SecretId: secret.arn } : { ARN: secret.arn, Name: secret.name },
    requestID: isRotation ? `Rotation-${secret.arn}-${token}` : token,
    eventID,
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: secret.account,
    eventCategory: 'Management',
    ...fields,
  });
}

const inRegionOf = (secret: Secret, caller: Caller): Caller =>
  caller.region === secret.region ? caller : { ...caller, region: secret.region };
