import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts, describeUsual } from '../history/first-phrases.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

export default defineDetector({
  id: 'first-batch-read',
  title: 'A batch read by filter by an identity that never made one',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'One BatchGetSecretValue call by filter takes up to 20 secrets. Services that load their secrets so do it at each start; somebody who does it for the first time is looking for what there is.',
  falsePositives: ['A service whose new release loads its secrets by tag.', 'A person who tries the call.'],
  blindSpots: [
    'An identity that reads by filter anyway.',
    'A batch by a list of ids, which names what it reads.',
  ],
  response: [
    'Ask the owner of the identity what the call was for.',
    'If nobody knows: revoke its sessions, and treat every secret that the filter matches as read.',
  ],
  actions: ['batch-read'],
  params: z.strictObject({}),
  matches: ({ outcome, batch, assessment: { firsts } }) =>
    outcome === 'allowed' &&
    batch !== undefined &&
    batch.secrets.length === 0 &&
    (firsts.includes('action') || firsts.includes('identity')),
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const [first] = events;
    const filters = someOf(events.flatMap(({ batch }) => batch?.filters ?? []));
    const firsts = describeFirsts(events);
    return {
      title: `${shortPrincipal(first.actor.principal)} read secrets by filter for the first time`,
      explanation: `${plural(count, 'BatchGetSecretValue call')} by filter (${filters || 'none given'})${firsts ? `, ${firsts}` : ''}. ${describeUsual(first)} Not known: which secrets it returned, unless their own reads are in the log.`,
    };
  },
});
