import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { shortPrincipal, someOf, span } from '../phrases.ts';

export default defineDetector({
  id: 'secret-spread',
  title: 'One secret is read by many identities',
  severity: 'low',
  status: 'experimental',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'A secret that many identities read cannot be rotated without breaking one of them, and leaks more easily.',
  falsePositives: ['A shared certificate or a feature flag that is kept as a secret.'],
  blindSpots: ['Copies of the value outside Secrets Manager.'],
  response: ['Give each consumer a secret of its own, or agree a contract for the shared one.'],
  actions: ['read', 'batch-read'],
  params: z.strictObject({
    identities: z.int().min(2).max(10_000).default(25).describe('Different identities that read one secret'),
    windowMinutes: z.int().min(1).max(10_080).default(1440).describe('Length of the window, in minutes'),
  }),
  matches: ({ outcome, secret }) => outcome === 'allowed' && secret !== null,
  count: ({ identities, windowMinutes }) => ({
    by: ['secret'],
    distinct: 'actor',
    atLeast: identities,
    withinMinutes: windowMinutes,
  }),
  describe({ events, distinct, spanMs }, { identities }) {
    const [first] = events;
    return {
      title: `${first.secret?.name ?? 'A secret'} was read by ${distinct} identities`,
      explanation: `${distinct} identities in ${span(spanMs)}; the limit is ${identities}. Among them: ${someOf(events.map(({ actor }) => shortPrincipal(actor.principal)))}.`,
    };
  },
});
