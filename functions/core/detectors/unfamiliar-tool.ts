import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeMfa, describeUsual } from '../history/first-phrases.ts';
import { agentOf } from '../history/sightings.ts';
import { secretsOf } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

/** A person's own machine does not change its system; somebody else's has another. */
const isStranger = ({ actor, assessment: { firsts } }: AssessedEvent): boolean =>
  (actor.kind === 'person' || actor.kind === 'user') && firsts.includes('system');

export default defineDetector({
  id: 'unfamiliar-tool',
  title: 'A secret was read with a tool new to the identity',
  severity: 'low',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'Whoever takes over a session brings tools along: another SDK, another language version, another operating system. Alone it is low, because people try tools; for a person on an operating system that they never used it is medium.',
  falsePositives: ['A service that moved to another SDK or runtime.', 'A person with a new laptop.'],
  blindSpots: [
    'Any client can send any user agent.',
    'An update within one major version is not told apart.',
  ],
  response: ['Ask the owner of the identity whether it changed its tools.'],
  actions: ['read', 'batch-read'],
  params: z.strictObject({}),
  matches: ({ outcome, assessment: { firsts } }) => outcome === 'allowed' && firsts.includes('agent'),
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const [first] = events;
    return {
      title: `${shortPrincipal(first.actor.principal)} read ${someOf(events.flatMap(secretsOf).map(({ name }) => name)) || 'secrets'} with a tool new to it`,
      severity: events.some(isStranger) ? 'medium' : 'low',
      explanation: `${plural(count, 'read')} with ${someOf(events.map(agentOf))}. ${describeUsual(first)}${describeMfa(events)} Not known: what really sent the calls.`,
    };
  },
});
