import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

/** After Panther's rules on VPC endpoint events and AWS's page on network activity events. */
export default defineDetector({
  id: 'vpc-endpoint-denied',
  title: 'A VPC endpoint refused calls on secrets',
  severity: 'low',
  status: 'stable',
  stage: 'probing',
  attack: ['T1078.004', 'T1555.006'],
  rationale:
    'An endpoint policy that lets only the organization’s own identities and secrets through stops whoever brings foreign credentials into the network, or carries secrets out to a foreign account. The service itself never sees such a call.',
  falsePositives: ['A new service whose role or secret the endpoint policy does not name yet.'],
  blindSpots: [
    'Trails record network activity only where they are told to, and only for endpoints of their own accounts.',
    'The record does not say which secret was meant.',
  ],
  response: [
    'Look at whose credentials they are: those of another account were brought in from outside.',
    'If they are your own: add what is missing to the policy of the endpoint.',
    'If not: find the host behind the address and treat it as taken over.',
  ],
  actions: actionsOf('secretsmanager.amazonaws.com'),
  params: z.strictObject({
    mediumAt: z.int().min(1).max(10000).default(2).describe('Refused calls on a day from which it is medium'),
  }),
  matches: ({ outcome, detail }) => outcome === 'denied' && detail.networkActivity === true,
  count: () => ({ by: ['actor'] }),
  describe({ events, count }, { mediumAt }) {
    const [first] = events;
    const endpoints = someOf(
      events.flatMap(({ origin }) => (origin && 'vpcEndpoint' in origin ? origin.vpcEndpoint : [])),
    );
    const addresses = someOf(
      events.flatMap(({ origin }) => (origin && 'vpcEndpoint' in origin ? (origin.ip ?? []) : [])),
    );
    // A machine with habits does not run into an endpoint's policy by them.
    const isKnown =
      first.assessment.history === 'sufficient' && !first.assessment.firsts.includes('identity');
    const foreign = first.actor.account !== first.account;
    return {
      title: `${endpoints || 'A VPC endpoint'} refused ${plural(count, 'call')} on secrets by ${shortPrincipal(first.actor.principal)}`,
      severity: count >= mediumAt || isKnown ? 'medium' : 'low',
      explanation: `${plural(count, 'refused call')} (${someOf(events.map(({ eventName }) => eventName))})${addresses ? ` from ${addresses}` : ''}; medium from ${mediumAt}, or where the identity is known and was let through before. ${foreign ? `The credentials belong to account ${first.actor.account}, the endpoint to ${first.account}.` : 'The credentials and the endpoint belong to the same account.'} Nothing was read. Not known: which secret was meant.`,
    };
  },
});
