import type { Actor, ActorKind } from '../model/access-event.ts';
import { objectAt, type RawRecord, textAt } from './raw-record.ts';

const assumedRoleArn = /^arn:([^:]+):sts::([^:]*):assumed-role\/([^/]+)\/(.+)$/;
const identityCenterRole = /^AWSReservedSSO_/;

/**
 * Who made the call, as the identity that stays the same from session to session (see `Actor`).
 *
 * The ARN decides before `type`: real records hold `IAMUser` beside an assumed role's ARN. Service events have
 * neither.
 *
 * @param identity `userIdentity` of a record
 * @param account the account to name where the identity holds none
 */
export function parseActor(identity: RawRecord | undefined, account: string): Actor {
  const accessKeyId = textAt(identity, 'accessKeyId');
  const actor = (kind: ActorKind, principal: string): Actor => ({
    kind,
    account: textAt(identity, 'accountId') ?? account,
    principal,
    ...(accessKeyId && { accessKeyId }),
  });

  const arn = textAt(identity, 'arn');
  const type = textAt(identity, 'type');
  const principalId = textAt(identity, 'principalId');
  const service = textAt(identity, 'invokedBy');

  if (type === 'Root' || arn?.endsWith(':root')) return actor('root', arn ?? `${account}:root`);
  const role = arn ? assumedRoleArn.exec(arn) : null;
  if (arn && role) {
    const [, partition, roleAccount, roleName = ''] = role;
    if (identityCenterRole.test(roleName)) return actor('person', arn);
    const issuer = textAt(objectAt(identity, 'sessionContext'), 'sessionIssuer', 'arn');
    return actor('role', issuer ?? `arn:${partition}:iam::${roleAccount}:role/${roleName}`);
  }
  if (arn?.includes(':federated-user/')) return actor('person', arn);
  if (arn?.includes(':role/')) return actor('role', arn);
  if (arn) return actor('user', arn);
  if (type === 'IdentityCenterUser') {
    const userId = textAt(objectAt(identity, 'onBehalfOf'), 'userId') ?? principalId;
    return actor('person', `identity-center:${userId ?? 'unknown'}`);
  }
  if (type === 'AWSAccount') return actor('account', principalId?.split(':')[0] ?? account);
  if (type === 'SAMLUser' || type === 'WebIdentityUser') return actor('person', principalId ?? 'unknown');
  if (service) return actor('service', service);
  return actor('unknown', textAt(identity, 'userName') ?? principalId ?? 'unknown');
}
