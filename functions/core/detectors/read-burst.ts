import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeUsual } from '../history/first-phrases.ts';
import { secretsOf } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';

const limitOf = (
  { assessment: { usual } }: AssessedEvent,
  { times, atLeast }: { times: number; atLeast: number },
): number => Math.max(atLeast, Math.ceil(times * usual.readsAnHour));

/** After Datadog's anomaly method, with the identity's own hours of the last 28 days as the baseline. */
export default defineDetector({
  id: 'read-burst',
  title: 'A machine reads far more in an hour than it usually does',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'A copy of the credentials that works beside the original, behind the same NAT gateway, shows in nothing but the number of reads.',
  falsePositives: [
    'Retries in an outage; where several identities do so at once, the incident is low and says so.',
    'A deployment that restarts many tasks.',
  ],
  blindSpots: [
    'In AWS ten reads of a secret and hour are kept (decision 2): services that read one more often are judged by the day, by read-spike.',
    'People, whose reads come in bursts.',
  ],
  response: [
    'Look for a release, a restart or an outage at that time.',
    'If there was none: find out which sessions read, and revoke those that nobody knows.',
  ],
  actions: ['read'],
  commonCause: {
    identities: 4,
    withinMinutes: 120,
    reason: 'an outage with retries, or a restart of everything',
  },
  params: z.strictObject({
    times: z.int().min(2).max(1000).default(5).describe('How many times its reads of a usual hour'),
    atLeast: z
      .int()
      .min(2)
      .max(1000)
      .default(8)
      .describe('Reads of one secret in an hour, below which nothing is a burst'),
  }),
  matches: ({ outcome, actor, secret, assessment: { history, firsts } }) =>
    outcome === 'allowed' &&
    actor.kind === 'role' &&
    secret !== null &&
    history === 'sufficient' &&
    !firsts.includes('identity') &&
    // A new secret is another story, told by first-seen-reader.
    !firsts.includes('secret'),
  count: (params, event) => ({
    by: ['actor', 'secret', 'day'],
    atLeast: limitOf(event, params),
    withinMinutes: 60,
  }),
  describe({ events, count, spanMs }, params) {
    const [first] = events;
    const limit = limitOf(first, params);
    return {
      title: `${shortPrincipal(first.actor.principal)} read ${someOf(events.flatMap(secretsOf).map(({ name }) => name))} ${plural(count, 'time')} in ${span(spanMs)}`,
      explanation: `${plural(count, 'read')}; the limit is ${limit} within an hour, ${params.times} times its usual hour (about ${Math.round(first.assessment.usual.readsAnHour * 10) / 10}), at least ${params.atLeast}. ${describeUsual(first)} Not known: whether a restart or an outage explains it.`,
    };
  },
});
