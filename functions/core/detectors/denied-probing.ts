import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { secretKey } from '../model/access-event.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { plural, shortPrincipal, span } from '../phrases.ts';

const source = 'secretsmanager.amazonaws.com';

/** After Panther's "Secrets Manager Retrieve Secrets" (denials), counted by target so that a stuck retry is not one. */
export default defineDetector({
  id: 'denied-probing',
  title: 'Refused calls on several secrets or actions',
  severity: 'low',
  status: 'stable',
  attack: ['T1555.006', 'T1526'],
  rationale:
    'Stolen credentials are tried out: list, describe, read, one after the other, until something answers. A missing permission fails at one place, again and again.',
  falsePositives: [
    'A new role whose permissions are still being written.',
    'A person who opens the Secrets Manager console without permission to list.',
  ],
  blindSpots: ['One refused call at a time, with long pauses.', 'Old records that do not name the secret.'],
  response: [
    'Ask the owner of the identity whether a deployment or a removed permission explains it.',
    'If not: look at where the calls came from, and revoke the credentials.',
  ],
  actions: actionsOf(source),
  params: z.strictObject({
    denials: z.int().min(2).max(1000).default(3).describe('Refused calls by one identity'),
    targets: z.int().min(1).max(100).default(2).describe('Different actions or secrets among them'),
    windowMinutes: z.int().min(1).max(1440).default(10).describe('Length of the window, in minutes'),
    highAt: z.int().min(2).max(10000).default(20).describe('Refused calls from which the finding is high'),
  }),
  matches: ({ outcome, eventSource }) => outcome === 'denied' && eventSource === source,
  count: ({ denials, targets, windowMinutes }) => ({
    by: ['actor'],
    distinct: 'target',
    atLeast: targets,
    atLeastEvents: denials,
    withinMinutes: windowMinutes,
  }),
  describe({ events, count, spanMs }, { denials, targets, windowMinutes, highAt }) {
    const [first] = events;
    const names = [...new Set(events.map(({ eventName }) => eventName))].sort();
    const secrets = new Set(events.flatMap(({ secret }) => (secret ? secretKey(secret) : [])));
    const unnamed = events.some(({ secret }) => !secret);
    return {
      title: `${plural(count, 'refused call')} on secrets in ${span(spanMs)} by ${shortPrincipal(first.actor.principal)}`,
      severity: count >= highAt ? 'high' : 'low',
      explanation: `${plural(count, 'refused call')} (${names.join(', ')}) on ${plural(secrets.size, 'named secret')}; the limit is ${denials} on ${targets} or more actions or secrets within ${span(windowMinutes * 60_000)}. Nothing was read by them.${unnamed ? ' Not known: which secret, for the calls that name none.' : ''}`,
    };
  },
});
