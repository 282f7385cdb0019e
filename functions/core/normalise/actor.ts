import type { Actor, ActorKind, ActorSession } from '../model/access-event.ts';
import { parseEventTime } from './event-time.ts';
import { objectAt, type RawRecord, textAt } from './raw-record.ts';

const assumedRoleArn = /^arn:([^:]+):sts::([^:]*):assumed-role\/([^/]+)\/(.+)$/;
const identityCenterRole = /^AWSReservedSSO_/;

/**
 * Who made the call, as the identity that stays the same from session to session (see `Actor`), and what the record
 * tells of this session.
 *
 * The ARN decides before `type`: real records hold `IAMUser` beside an assumed role's ARN. Service events have
 * neither.
 *
 * @param account the account to name where the identity holds none
 */
export function parseActor(record: RawRecord, account: string): Actor {
  const identity = objectAt(record, 'userIdentity');
  const { kind, principal, role } = identify(identity, account);
  const accessKeyId = textAt(identity, 'accessKeyId');
  const session = sessionOf(identity, textAt(record, 'sessionCredentialFromConsole') === 'true');
  const scope = scopeOf(identity);
  const viaService = kind === 'service' ? undefined : textAt(identity, 'invokedBy');
  return {
    kind,
    account: textAt(identity, 'accountId') ?? account,
    principal,
    ...(accessKeyId && { accessKeyId }),
    ...(role && { role }),
    ...(session && { session }),
    ...(scope && { scope }),
    ...(viaService && { viaService }),
  };
}

interface Identity {
  readonly kind: ActorKind;
  readonly principal: string;
  readonly role?: string;
}

function identify(identity: RawRecord | undefined, account: string): Identity {
  const arn = textAt(identity, 'arn');
  const type = textAt(identity, 'type');
  const principalId = textAt(identity, 'principalId');
  const service = textAt(identity, 'invokedBy');

  if (type === 'Root' || arn?.endsWith(':root')) return { kind: 'root', principal: arn ?? `${account}:root` };
  const assumed = arn ? assumedRoleArn.exec(arn) : null;
  if (arn && assumed) {
    const [, partition, roleAccount, roleName = ''] = assumed;
    const issuer = textAt(objectAt(identity, 'sessionContext'), 'sessionIssuer', 'arn');
    const role = issuer ?? `arn:${partition}:iam::${roleAccount}:role/${roleName}`;
    if (identityCenterRole.test(roleName)) return { kind: 'person', principal: arn, role };
    return { kind: 'role', principal: role };
  }
  if (arn?.includes(':federated-user/')) return { kind: 'person', principal: arn };
  if (arn?.includes(':role/')) return { kind: 'role', principal: arn };
  if (arn) return { kind: 'user', principal: arn };
  if (type === 'IdentityCenterUser') {
    const userId = textAt(objectAt(identity, 'onBehalfOf'), 'userId') ?? principalId;
    return { kind: 'person', principal: `identity-center:${userId ?? 'unknown'}` };
  }
  if (type === 'AWSAccount') return { kind: 'account', principal: principalId?.split(':')[0] ?? account };
  if (type === 'SAMLUser' || type === 'WebIdentityUser')
    return { kind: 'person', principal: principalId ?? 'unknown' };
  if (service) return { kind: 'service', principal: service };
  return { kind: 'unknown', principal: textAt(identity, 'userName') ?? principalId ?? 'unknown' };
}

function sessionOf(identity: RawRecord | undefined, fromConsole: boolean): ActorSession | undefined {
  const context = objectAt(identity, 'sessionContext');
  const attributes = objectAt(context, 'attributes');
  const name = assumedRoleArn.exec(textAt(identity, 'arn') ?? '')?.[4];
  const mfa = textAt(attributes, 'mfaAuthenticated');
  const ec2RoleDelivery = textAt(context, 'ec2RoleDelivery');
  const issuedAt = parseEventTime(attributes?.['creationDate']);
  const session: ActorSession = {
    ...(name && { name }),
    ...((mfa === 'true' || mfa === 'false') && { mfa: mfa === 'true' }),
    ...(ec2RoleDelivery && { ec2RoleDelivery }),
    ...(issuedAt !== null && { issuedAt }),
    ...(fromConsole && { fromConsole }),
  };
  return Object.keys(session).length > 0 ? session : undefined;
}

/**
 * "userIdentity" in the CloudTrail user guide: `credentialsIssuedTo` beside an `issuerType` such as
 * `AWS::Lambda::Function`, or `sourceArn` for what a service does for a resource. Often there is neither: `{}`.
 */
function scopeOf(identity: RawRecord | undefined): string | undefined {
  const scope = objectAt(identity, 'inScopeOf');
  return textAt(scope, 'credentialsIssuedTo') ?? textAt(scope, 'sourceArn') ?? textAt(scope, 'issuerType');
}
