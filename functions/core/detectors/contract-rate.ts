import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { plural, shortPrincipal, span } from '../phrases.ts';

/** Where the clause names no rate; such events do not match. */
const noRate = { events: 1, minutes: 1 };

export default defineDetector({
  id: 'contract-rate',
  title: 'More accesses than the clause permits',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'A clause may say how often. More than that is a fault of the service, or a second user of its credentials.',
  falsePositives: ['Retries in an outage.'],
  blindSpots: ['More than ten reads of one secret within an hour may not all be kept; see decision 2.'],
  response: ['Ask the owner of the identity.', 'Raise the rate of the clause where the new number is meant.'],
  actions: actionsOf('secretsmanager.amazonaws.com'),
  params: z.strictObject({}),
  matches: ({ outcome, assessment: { contract } }) =>
    outcome === 'allowed' && contract.outcome === 'permitted' && contract.rate !== undefined,
  count(_, { assessment: { contract } }) {
    const rate = contract.outcome === 'permitted' ? (contract.rate ?? noRate) : noRate;
    return { by: ['actor', 'secret', 'clause'], atLeast: rate.events + 1, withinMinutes: rate.minutes };
  },
  describe({ events, count }) {
    const [first] = events;
    const { contract } = first.assessment;
    const rate = contract.outcome === 'permitted' ? (contract.rate ?? noRate) : noRate;
    const clause = contract.outcome === 'permitted' ? contract.clause : '';
    return {
      title: `${shortPrincipal(first.actor.principal)} used ${first.secret?.name ?? 'a secret'} more often than its clause permits`,
      explanation: `${plural(count, 'call')} in windows that exceed the rate of clause "${clause}": ${rate.events} within ${span(rate.minutes * 60_000)}.`,
    };
  },
});
