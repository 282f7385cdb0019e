import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeUsual } from '../history/first-phrases.ts';
import { secretsOf } from '../model/access-event.ts';
import { shortPrincipal, someOf } from '../phrases.ts';

/** After Datadog's anomaly method, with the identity's own last 28 days as the baseline. */
export default defineDetector({
  id: 'read-spike',
  title: 'An identity reads far more than it usually does',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'A copy of the credentials that works beside the original shows in the number of reads, even where secrets, network and tool are the usual ones.',
  falsePositives: ['Retries in an outage.', 'A release that reads at each request instead of once.'],
  blindSpots: [
    'Reads that stay within a few times of the busiest day.',
    'Identities seen on fewer than three days.',
  ],
  response: [
    'Look for a release or an outage at that time.',
    'If there was none: find out which sessions read, and revoke those that nobody knows.',
  ],
  actions: ['read', 'batch-read'],
  commonCause: {
    identities: 4,
    withinMinutes: 120,
    reason: 'an outage with retries, or a restart of everything',
  },
  params: z.strictObject({
    times: z
      .int()
      .min(2)
      .max(1000)
      .default(4)
      .describe('How many times the reads of the busiest day of the last 28'),
    atLeast: z
      .int()
      .min(2)
      .max(100_000)
      .default(40)
      .describe('Reads on the day, below which nothing is a spike'),
  }),
  waits: ({ outcome, secret }) => outcome === 'allowed' && secret !== null,
  matches: ({ outcome, secret, assessment: { history, firsts, usual } }, { times, atLeast }) =>
    outcome === 'allowed' &&
    secret !== null &&
    history === 'sufficient' &&
    !firsts.includes('identity') &&
    usual.readsToday >= Math.max(atLeast, times * usual.readsADay),
  count: () => ({ by: ['actor'], distinct: 'secret', withinMinutes: 1440, window: 'value-reads' }),
  describe({ events }, { times }) {
    const [first] = events;
    const last = events.at(-1) ?? first;
    const { readsToday, readsADay } = last.assessment.usual;
    return {
      title: `${shortPrincipal(first.actor.principal)} read about ${readsToday} times in a day; its busiest had ${readsADay}`,
      explanation: `About ${readsToday} reads on that UTC day (counted within a quarter); the limit is ${times} times its busiest of the last 28 days, about ${readsADay}. Read: ${someOf(events.flatMap(secretsOf).map(({ name }) => name))}. ${describeUsual(first)} Not known: whether a release or an outage explains it.`,
    };
  },
});
