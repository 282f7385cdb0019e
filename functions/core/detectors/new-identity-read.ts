import * as z from 'zod';
import { automationOf } from '../benign-causes.ts';
import { defineDetector } from '../detector.ts';
import { secretsOf } from '../model/access-event.ts';
import { shortPrincipal, someOf, span } from '../phrases.ts';

export default defineDetector({
  id: 'new-identity-read',
  title: 'An identity made by hand read a secret soon after',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1136.003', 'T1555.006'],
  rationale:
    'Whoever has got in makes an identity of their own, to stay when the way in is closed. Services get theirs from infrastructure-as-code; one that a person made minutes before it reads a secret is worth a question.',
  falsePositives: ['A person who sets up a service by hand.'],
  blindSpots: [
    'IAM records its calls in us-east-1 only, and watch and the sweep do not ask for them: found in log files.',
    'An identity that waits longer than the window, or that was made by something that names itself infrastructure-as-code.',
  ],
  response: [
    'Ask the person who made the identity what it is for.',
    'If they do not know of it: delete it, revoke their sessions, and rotate what was read.',
  ],
  actions: ['create-identity', 'read', 'batch-read'],
  params: z.strictObject({
    windowMinutes: z
      .int()
      .min(1)
      .max(10_080)
      .default(1440)
      .describe('Length of the window after its making, in minutes'),
  }),
  matches: ({ action, outcome, detail, assessment: { firsts } }) =>
    outcome === 'allowed' &&
    (action === 'create-identity' ? detail.createdIdentity !== undefined : firsts.includes('identity')),
  count: ({ windowMinutes }) => ({
    by: ['subject'],
    distinct: 'phase',
    atLeast: 2,
    withinMinutes: windowMinutes,
  }),
  describe({ events, spanMs }) {
    const making = events.filter(({ action }) => action === 'create-identity');
    const reads = events.filter(({ action }) => action !== 'create-identity');
    const [made] = making;
    const [read] = reads;
    // Tools make identities as their job; what they make is told by first-seen-reader.
    if (!made || !read || automationOf(making)) return undefined;
    const names = someOf(reads.flatMap(secretsOf).map(({ name }) => name)) || 'secrets';
    return {
      title: `${shortPrincipal(read.actor.principal)}, made by ${shortPrincipal(made.actor.principal)}, read ${names} within ${span(spanMs)}`,
      explanation: `${made.eventName} by ${shortPrincipal(made.actor.principal)}, and within ${span(spanMs)} the new identity read ${names}. Not known: whether that was agreed.`,
    };
  },
});
