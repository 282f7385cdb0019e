import type { SecretRef } from '../model/access-event.ts';

interface Surroundings {
  readonly account: string;
  readonly region: string;
}

/**
 * Secrets Manager appends a hyphen and six random letters or digits to the name in a full ARN. A partial ARN of a
 * name that itself ends so (`…:secret:my-secret`) is ambiguous; AWS takes it for a full ARN, and so do we
 * (GetSecretValue's SecretId in the Secrets Manager API reference).
 */
const fullArnResource = /^(.+)-[A-Za-z0-9]{6}$/;

/**
 * Unifies the three ways to name a secret (name, full ARN, partial ARN) to one identity.
 *
 * @param secretId as in a request, a response or an error message. Accounts and Regions are taken as they are
 * written, because anonymised records hold some that AWS would not accept.
 * @param surroundings the event's account and Region, which a bare name belongs to
 */
export function parseSecretId(secretId: string, surroundings: Surroundings): SecretRef {
  const [prefix, , service, region, account, kind, ...rest] = secretId.split(':');
  if (prefix !== 'arn' || service !== 'secretsmanager' || kind !== 'secret' || !region || !account) {
    return { name: secretId, account: surroundings.account, region: surroundings.region, arn: null };
  }
  const resource = rest.join(':');
  const name = fullArnResource.exec(resource)?.[1];
  return { name: name ?? resource, account, region, arn: name === undefined ? null : secretId };
}

/** The secret in IAM's refusal: `… is not authorized to perform: A on resource: SECRET because …`. */
export function secretIdInDenial(message: string): string | undefined {
  const resource = /on resource: (arn:[^\s:]+:secretsmanager:\S+|[\w/+=.@-]+)(?:\s|$)/.exec(message)?.[1];
  return resource === undefined || resource.includes('*') ? undefined : resource;
}
