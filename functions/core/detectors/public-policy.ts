import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts } from '../history/first-phrases.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { shortPrincipal, someOf } from '../phrases.ts';

const isPublic = ({ detail: { policy } }: AssessedEvent): boolean =>
  policy?.openTo === 'everybody' && !policy.narrowed;

/** Accounts that nobody here acts from, as far as that is known. */
const untrusted = ({ assessment }: AssessedEvent, trusted: readonly string[]): string[] =>
  assessment.accountsNewToOrganisation.filter((account) => !trusted.includes(account));

/** After Panther's "Resource Made Public" and StreamAlert's rule for Secrets Manager. */
export default defineDetector({
  id: 'public-policy',
  title: 'A resource policy lets strangers at a secret',
  severity: 'high',
  status: 'stable',
  stage: 'change',
  attack: ['T1098.003', 'T1537'],
  rationale:
    'A resource policy is a way out that survives the change of every credential. One that names everybody, without a condition that tells them apart, opens the secret to any AWS account; one that names another account opens it to that account’s administrators.',
  falsePositives: [
    'A secret that is shared on purpose with an account from which no call was seen: list the account under trustedAccounts.',
  ],
  blindSpots: [
    'What other policies, the key of the secret and the organization’s own limits refuse; a secret under the AWS managed key cannot be read from another account.',
    'A condition whose key anybody can set (a tag, a user name) counts as none.',
    'A policy that was there before the evidence begins.',
  ],
  response: [
    'Read the policy: aws secretsmanager get-resource-policy --secret-id …',
    'If nobody wanted it: put the former policy back, revoke the sessions of who set it, and rotate the secret.',
    'Look for reads by other accounts since then.',
  ],
  actions: ['put-policy'],
  params: z.strictObject({
    trustedAccounts: z
      .array(z.string().regex(/^\d{12}$/, 'must be an account id of 12 digits'))
      .default([])
      .describe('Accounts that policies may name, such as your own'),
  }),
  matches: (event, { trustedAccounts }) =>
    event.outcome !== 'denied' && (isPublic(event) || untrusted(event, trustedAccounts).length > 0),
  count: () => ({ by: ['actor', 'secret'] }),
  describe({ events }, { trustedAccounts }) {
    // The widest that took effect speaks, and what was only tried if nothing did.
    const done = events.filter(({ outcome }) => outcome === 'allowed');
    const event = done.find(isPublic) ?? done[0] ?? events.find(isPublic) ?? events[0];
    const who = shortPrincipal(event.actor.principal);
    const secret = event.secret?.name ?? 'a secret';
    const accounts = someOf(untrusted(event, trustedAccounts));
    const whom = isPublic(event) ? 'everybody' : `account ${accounts}`;
    const reach = isPublic(event)
      ? 'The policy allows every AWS principal, and no condition holds strangers back.'
      : `The policy names ${accounts}, which is not the secret’s own account and not among the trusted ones.`;
    const firsts = describeFirsts(events);
    if (event.outcome !== 'allowed') {
      return {
        title: `${who} tried to open ${secret} to ${whom}`,
        severity: 'medium',
        explanation: `${reach} Secrets Manager did not accept it (${event.errorCode ?? 'no reason given'}). Nothing changed.`,
      };
    }
    return {
      title: `${who} opened ${secret} to ${whom}`,
      severity: isPublic(event) ? 'high' : 'medium',
      explanation: `${reach}${firsts ? ` It was set ${firsts}.` : ''} Not known: what other policies and the key of the secret still refuse, and whether it was so before.`,
    };
  },
});
