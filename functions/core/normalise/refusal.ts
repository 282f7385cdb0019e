import type { EventDetail, RefusingPolicy } from '../model/access-event.ts';

const policies: readonly RefusingPolicy[] = [
  'identity-based policy',
  'resource-based policy',
  'permissions boundary',
  'session policy',
  'service control policy',
  'resource control policy',
  'VPC endpoint policy',
];

/**
 * Which policy refused, as IAM ends its message: `because no identity-based policy allows the … action`, or `with an
 * explicit deny in a service control policy` ("Troubleshoot access denied error messages" in the IAM user guide).
 */
export function refusalOf(message: string): EventDetail['refusal'] {
  const explicit = /with an explicit deny in an? ([\w -]+)/i.exec(message)?.[1];
  const implicit = /because no ([\w -]+?) allows/i.exec(message)?.[1];
  const named = (explicit ?? implicit ?? '').toLowerCase();
  const by = policies.find((policy) => named.startsWith(policy.toLowerCase()));
  return by && { by, explicit: explicit !== undefined };
}
