import { longDateOf } from './calendar.ts';
import { type Caller, type CloudTrailRecord, call } from './calls.ts';
import type { Role } from './identities.ts';
import type { Pen } from './secret-calls.ts';

/** IAM is one for all Regions; its records are in us-east-1. */
const iam = (caller: Caller): Caller => ({ ...caller, region: 'us-east-1' });

const source = 'iam.amazonaws.com';

export function createRole(
  pen: Pen,
  at: number,
  caller: Caller,
  role: Role,
  trusted: Readonly<Record<string, string>>,
): void {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: trusted, Action: 'sts:AssumeRole' }],
  });
  call(
    pen.log,
    pen.ids,
    at,
    iam(caller),
    'CreateRole',
    { roleName: role.name, assumeRolePolicyDocument: document },
    {
      source,
      response: {
        role: {
          arn: role.arn,
          roleId: role.id,
          roleName: role.name,
          path: role.path,
          createDate: longDateOf(at),
          assumeRolePolicyDocument: encodeURIComponent(document),
        },
      },
    },
  );
}

export function putRolePolicy(
  pen: Pen,
  at: number,
  caller: Caller,
  role: Role,
  resources: readonly string[],
): void {
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: resources }],
  });
  call(
    pen.log,
    pen.ids,
    at,
    iam(caller),
    'PutRolePolicy',
    { roleName: role.name, policyName: 'read-secrets', policyDocument },
    { source },
  );
}

export function createUser(pen: Pen, at: number, caller: Caller, name: string, userId: string): void {
  const user: CloudTrailRecord = {
    arn: `arn:aws:iam::${caller.account}:user/${name}`,
    userId,
    userName: name,
    path: '/',
    createDate: longDateOf(at),
  };
  call(pen.log, pen.ids, at, iam(caller), 'CreateUser', { userName: name }, { source, response: { user } });
}

export function createAccessKey(
  pen: Pen,
  at: number,
  caller: Caller,
  userName: string,
  accessKeyId: string,
): void {
  call(
    pen.log,
    pen.ids,
    at,
    iam(caller),
    'CreateAccessKey',
    { userName },
    {
      source,
      response: { accessKey: { userName, accessKeyId, status: 'Active', createDate: longDateOf(at) } },
    },
  );
}

export function attachUserPolicy(
  pen: Pen,
  at: number,
  caller: Caller,
  userName: string,
  policyArn: string,
): void {
  call(pen.log, pen.ids, at, iam(caller), 'AttachUserPolicy', { userName, policyArn }, { source });
}

/** sts:AssumeRole; `session` is the identity that comes of it. */
export function assumeRole(
  pen: Pen,
  at: number,
  caller: Caller,
  role: Role,
  session: string,
  accessKeyId: string,
): void {
  call(
    pen.log,
    pen.ids,
    at,
    caller,
    'AssumeRole',
    { roleArn: role.arn, roleSessionName: session, durationSeconds: 3600 },
    {
      source: 'sts.amazonaws.com',
      response: {
        credentials: { accessKeyId, expiration: longDateOf(at + 3600) },
        assumedRoleUser: {
          assumedRoleId: `${role.id}:${session}`,
          arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${session}`,
        },
      },
      fields: { resources: [{ accountId: role.account, type: 'AWS::IAM::Role', ARN: role.arn }] },
    },
  );
}
