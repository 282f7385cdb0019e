import * as z from 'zod';
import { isHabitual } from '../benign-causes.ts';
import { defineDetector } from '../detector.ts';
import { describeFirsts } from '../history/first-phrases.ts';
import { plural, shortPrincipal, span } from '../phrases.ts';

/**
 * After Panther's "Secrets Manager Batch Retrieve", whose threshold is the default. Calls whose secrets are known,
 * from their id list or from their child reads, are counted as reads by mass-retrieval; this one counts the rest.
 */
export default defineDetector({
  id: 'batch-retrieval',
  title: 'Secrets read in batches by filter',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'One BatchGetSecretValue call by filter returns up to 20 secrets, and CloudTrail may not say which. Services name the secrets that they need.',
  falsePositives: [
    'A service that loads its configuration by tag each time one of its tasks starts; where it did so before, the finding is low and says so.',
  ],
  blindSpots: [
    'Four calls a window, each of up to 20 secrets, stay under the limit.',
    'An identity that reads by filter as its habit, and does it with another filter.',
    'A call that is followed at once by GetSecretValue calls of the same credentials counts as a call whose secrets are known.',
  ],
  response: [
    'Ask the owner of the identity whether it reads by filter on purpose.',
    'If not: revoke its sessions, and treat every secret that the filter matches and the identity may read as read.',
  ],
  actions: ['batch-read'],
  params: z.strictObject({
    calls: z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('BatchGetSecretValue calls by filter by one identity'),
    windowMinutes: z.int().min(1).max(1440).default(1440).describe('Length of the window, in minutes'),
  }),
  matches: ({ outcome, batch }) =>
    outcome === 'allowed' &&
    batch !== undefined &&
    batch.secrets.length === 0 &&
    batch.childReads === 0 &&
    !batch.catchAll,
  count: ({ calls, windowMinutes }) => ({ by: ['actor'], atLeast: calls, withinMinutes: windowMinutes }),
  describe({ events, count, spanMs }, { calls, windowMinutes }) {
    const [first] = events;
    const filters = [...new Set(events.flatMap(({ batch }) => batch?.filters ?? []))].sort();
    const isUsual = events.every(isHabitual);
    const firsts = describeFirsts(events);
    return {
      title: `${plural(count, 'batch read')} by filter in ${span(spanMs)} by ${shortPrincipal(first.actor.principal)}`,
      severity: isUsual ? 'low' : 'medium',
      explanation: [
        `${plural(count, 'BatchGetSecretValue call')} by filter (${filters.join('; ') || 'none given'}); the limit is ${calls} within ${span(windowMinutes * 60_000)}.`,
        firsts && `They were made ${firsts}.`,
        isUsual &&
          'Low instead of medium, because it read by filter before, from the same networks with the same tools.',
        'Not known: which secrets were read and how many, because CloudTrail does not log what such a call returned (up to 20 a call).',
      ]
        .filter(Boolean)
        .join(' '),
    };
  },
});
