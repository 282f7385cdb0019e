import { isoOf } from './calendar.ts';
import type { CloudTrailRecord } from './calls.ts';
import { streamOf } from './random.ts';

/** A role of the organisation; `path` with both slashes. */
export interface Role {
  readonly account: string;
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  /** `AROA…`. */
  readonly id: string;
}

export const roleOf = (seed: number, account: string, name: string, path = '/'): Role => ({
  account,
  name,
  path,
  arn: `arn:aws:iam::${account}:role${path}${name}`,
  id: `AROA${streamOf(seed, 'role', account, name).base32(17)}`,
});

export const sessionArn = (role: Role, session: string): string =>
  `arn:aws:sts::${role.account}:assumed-role/${role.name}/${session}`;

/** A temporary key that is always the same for the same session. */
export const sessionKey = (seed: number, ...session: (string | number)[]): string =>
  `ASIA${streamOf(seed, 'key', ...session).base32(16)}`;

export interface SessionTraits {
  readonly hasMfa?: boolean;
  /** `1.0` or `2.0`: which metadata service gave an EC2 instance its credentials. */
  readonly ec2RoleDelivery?: string;
  /** The OIDC provider's ARN. */
  readonly federatedProvider?: string;
  /** What the credentials were given to: `[type, ARN]`. */
  readonly scope?: readonly [string, string];
}

/** `userIdentity` of a session of a role. `created` is when its credentials were given out. */
export function assumedRole(
  role: Role,
  session: string,
  accessKeyId: string,
  created: number,
  traits: SessionTraits = {},
): CloudTrailRecord {
  const context: CloudTrailRecord = {
    sessionIssuer: {
      type: 'Role',
      principalId: role.id,
      arn: role.arn,
      accountId: role.account,
      userName: role.name,
    },
  };
  if (traits.federatedProvider !== undefined)
    context['webIdFederationData'] = { federatedProvider: traits.federatedProvider, attributes: {} };
  context['attributes'] = {
    creationDate: isoOf(created),
    mfaAuthenticated: traits.hasMfa === true ? 'true' : 'false',
  };
  if (traits.ec2RoleDelivery !== undefined) context['ec2RoleDelivery'] = traits.ec2RoleDelivery;
  const identity: CloudTrailRecord = {
    type: 'AssumedRole',
    principalId: `${role.id}:${session}`,
    arn: sessionArn(role, session),
    accountId: role.account,
    accessKeyId,
    sessionContext: context,
  };
  if (traits.scope !== undefined)
    identity['inScopeOf'] = { issuerType: traits.scope[0], credentialsIssuedTo: traits.scope[1] };
  return identity;
}

export const iamUser = (
  account: string,
  name: string,
  principalId: string,
  accessKeyId: string,
): CloudTrailRecord => ({
  type: 'IAMUser',
  principalId,
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  accessKeyId,
  userName: name,
});

export const rootUser = (account: string, accessKeyId: string, created: number): CloudTrailRecord => ({
  type: 'Root',
  principalId: account,
  arn: `arn:aws:iam::${account}:root`,
  accountId: account,
  accessKeyId,
  sessionContext: { attributes: { creationDate: isoOf(created), mfaAuthenticated: 'false' } },
});
