import type { Actor } from '../model/access-event.ts';
import type { Clause } from '../model/contract-clause.ts';
import { shortPrincipal } from '../phrases.ts';
import { compileGlob, isGlob } from './glob.ts';

/** A permission set's role ends in an underscore and letters and digits of Identity Center's own. */
const identityCenterSession = /:assumed-role\/AWSReservedSSO_(.+)_([^_/]+)\/(.+)$/;

/** Who an actor is, as clauses name identities. */
export interface NamedIdentity {
  readonly kind: 'role' | 'user' | 'permissionSet' | 'service';
  readonly name: string;
  /** The session's name, which in Identity Center is the person. */
  readonly person?: string;
}

/** `undefined`: an identity that no clause can name, such as root or a federated user. */
export function namedIdentity({ kind, principal }: Actor): NamedIdentity | undefined {
  switch (kind) {
    case 'role':
    case 'user':
      return { kind, name: lastPart(principal) };
    case 'service':
      return { kind, name: principal };
    case 'person': {
      const [, name, , person] = identityCenterSession.exec(principal) ?? [];
      return name && person ? { kind: 'permissionSet', name, person } : undefined;
    }
    default:
      return undefined;
  }
}

/** Without its path, which belongs to no name: IAM's names are unique in an account. */
const lastPart = (principal: string): string => principal.slice(principal.lastIndexOf('/') + 1);

/**
 * Whether a clause is about an identity.
 *
 * @param account of the identity, that the clause means
 */
export function compileIdentity(clause: Clause, account: string | undefined): (actor: Actor) => boolean {
  const kind = identityKindOf(clause);
  const pattern = clause[kind] ?? '';
  if (pattern.startsWith('arn:')) return compileArn(kind, pattern);
  const matches = compileGlob(pattern);
  return (actor) => {
    const identity = namedIdentity(actor);
    if (identity?.kind !== kind || (kind !== 'service' && actor.account !== account)) return false;
    return matches(identity.name);
  };
}

/** An exact ARN is compared without its path, which records of sessions do not always hold. */
function compileArn(kind: NamedIdentity['kind'], arn: string): (actor: Actor) => boolean {
  if (isGlob(arn)) {
    const matches = compileGlob(arn);
    return (actor) => actor.kind === kind && matches(actor.principal);
  }
  const account = arn.split(':')[4];
  const name = lastPart(arn);
  return (actor) => actor.kind === kind && actor.account === account && lastPart(actor.principal) === name;
}

export const identityKindOf = ({ role, user, permissionSet }: Clause): NamedIdentity['kind'] =>
  role !== undefined
    ? 'role'
    : user !== undefined
      ? 'user'
      : permissionSet !== undefined
        ? 'permissionSet'
        : 'service';

/** Matches an identity by its ARN, or by the last part of it: the name of a role or user, of a session a person's. */
export function compilePrincipal(pattern: string): (principal: string) => boolean {
  const matches = compileGlob(pattern);
  return (principal) => matches(principal) || matches(lastPart(principal));
}

const kindNames = {
  role: 'role',
  user: 'user',
  permissionSet: 'permission set',
  service: 'service',
} as const;

/** `role sms-sender-exec`, `permission set OnCall`, `user anika of account 444455556666`. */
export function describeClauseIdentity(clause: Clause): string {
  const kind = identityKindOf(clause);
  return `${kindNames[kind]} ${clause[kind]}${clause.account === undefined ? '' : ` of account ${clause.account}`}`;
}

/** `role intruder`, `mara with permission set OnCall`; with the account where it is not the secret's. */
export function describeActor(actor: Actor, secretAccount: string): string {
  const elsewhere =
    actor.account === secretAccount || actor.kind === 'service' ? '' : ` of account ${actor.account}`;
  const identity = namedIdentity(actor);
  if (identity?.person) return `${identity.person} with permission set ${identity.name}${elsewhere}`;
  if (identity) return `${kindNames[identity.kind]} ${identity.name}${elsewhere}`;
  if (actor.kind === 'root') return `the root user of account ${actor.account}`;
  if (actor.kind === 'account') return `account ${actor.account}`;
  return `${shortPrincipal(actor.principal)}${elsewhere}`;
}
