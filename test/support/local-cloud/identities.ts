import type { Credentials, LocalCloud } from './local-cloud.ts';
import { call, element } from './signed-call.ts';

/** Statements of an identity policy, as IAM takes them. */
export type Statements = {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}[];

/** Where a call comes from; what is left out stays as it is. */
export interface Origin {
  /** Recorded as sourceIPAddress and used for aws:SourceIp. */
  ip?: string;
  /** Replaces the SDK's own user agent. */
  userAgent?: string;
  /** Recorded as vpcEndpointId. */
  vpcEndpoint?: string;
}

/** The part of an SDK client that `from` needs. */
interface SdkClient {
  // The middleware types of two SDK clients have no common form; the function below uses headers alone.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  middlewareStack: { add(middleware: any, options: any): void };
}

/** Makes an IAM user with an access key; `statements` become its policy. */
export async function createUser(
  cloud: LocalCloud,
  userName: string,
  statements: Statements,
): Promise<Credentials & { arn: string }> {
  const user = await call(cloud, 'iam', 'CreateUser', { UserName: userName });
  if (statements.length > 0) {
    const policy = { PolicyName: 'local-cloud', PolicyDocument: policyDocument(statements) };
    await call(cloud, 'iam', 'PutUserPolicy', { UserName: userName, ...policy });
  }
  const key = await call(cloud, 'iam', 'CreateAccessKey', { UserName: userName });
  return {
    arn: element(user, 'Arn'),
    accessKeyId: element(key, 'AccessKeyId'),
    secretAccessKey: element(key, 'SecretAccessKey'),
  };
}

/** Makes a role that anyone in the account may assume (and Lambda too), and returns its ARN. */
export async function createRole(
  cloud: LocalCloud,
  roleName: string,
  statements: Statements,
): Promise<string> {
  const trust = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${cloud.accountId}:root` } },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
  ];
  const role = await call(cloud, 'iam', 'CreateRole', {
    RoleName: roleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
  });
  if (statements.length > 0) {
    const policy = { PolicyName: 'local-cloud', PolicyDocument: policyDocument(statements) };
    await call(cloud, 'iam', 'PutRolePolicy', { RoleName: roleName, ...policy });
  }
  return element(role, 'Arn');
}

/** A session of the role: credentials for `cloud.sdkConfig({ credentials })`. */
export async function assumeRole(
  cloud: LocalCloud,
  roleArn: string,
  sessionName: string,
  as: Credentials = cloud.admin,
): Promise<Credentials> {
  const session = await call(
    cloud,
    'sts',
    'AssumeRole',
    { RoleArn: roleArn, RoleSessionName: sessionName },
    as,
  );
  return {
    accessKeyId: element(session, 'AccessKeyId'),
    secretAccessKey: element(session, 'SecretAccessKey'),
    sessionToken: element(session, 'SessionToken'),
  };
}

/** A session of a role that Lambda alone may assume: from now on the account may too. */
export async function assumeFunctionRole(cloud: LocalCloud, roleName: string): Promise<Credentials> {
  const trust = [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${cloud.accountId}:root` } },
  ];
  await call(cloud, 'iam', 'UpdateAssumeRolePolicy', {
    RoleName: roleName,
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
  });
  return assumeRole(cloud, `arn:aws:iam::${cloud.accountId}:role/${roleName}`, 'trial');
}

/** Lets every call of an SDK client come from another address, agent or VPC endpoint; returns the client. */
export function from<Client extends SdkClient>(origin: Origin, client: Client): Client {
  const headers = {
    ...(origin.ip && { 'x-forwarded-for': origin.ip }),
    ...(origin.userAgent && { 'user-agent': origin.userAgent, 'x-amz-user-agent': origin.userAgent }),
    ...(origin.vpcEndpoint && { 'x-local-cloud-vpc-endpoint': origin.vpcEndpoint }),
  };
  type Call = { request: { headers: Record<string, string> } };
  client.middlewareStack.add(
    (next: (call: Call) => Promise<unknown>) => (call: Call) => {
      Object.assign(call.request.headers, headers);
      return next(call);
    },
    // After the SDK's own headers, before the signature.
    { step: 'build', priority: 'low', name: 'localCloudOrigin' },
  );
  return client;
}

function policyDocument(statements: Statements): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
