import * as z from 'zod';
import { isHabitual } from '../benign-causes.ts';
import { defineDetector } from '../detector.ts';
import { describeFirsts } from '../history/first-phrases.ts';
import { plural, shortPrincipal } from '../phrases.ts';

/** After Panther's "Secrets Manager Batch Retrieve Catch-All"; unlike theirs, a list of ids is not a catch-all. */
export default defineDetector({
  id: 'catch-all-batch',
  title: 'Batch read with a filter that matches everything',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'A filter whose values are all negated ("!…") matches whatever exists. It is how tools take all secrets without listing them first.',
  falsePositives: [
    'A backup that means to read everything except some tag; where it did so before, the finding is low and says so.',
  ],
  blindSpots: ['A filter on a tag that happens to be on every secret matches everything too.'],
  response: [
    'Ask the owner of the identity what the call was for.',
    'If nobody knows: revoke its sessions, and treat every secret that it may read as read.',
  ],
  actions: ['batch-read'],
  params: z.strictObject({}),
  matches: ({ outcome, batch }) => outcome === 'allowed' && batch?.catchAll === true,
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const [first] = events;
    const isUsual = events.every(isHabitual);
    const firsts = describeFirsts(events);
    return {
      title: `Batch read that matches every secret by ${shortPrincipal(first.actor.principal)}`,
      severity: isUsual ? 'low' : 'medium',
      explanation: [
        `${plural(count, 'BatchGetSecretValue call')} whose filter values are all negated (${first.batch?.filters.join('; ')}), so that it matches every secret without that tag.`,
        firsts && `It was made ${firsts}.`,
        isUsual &&
          'Low instead of medium, because it read by filter before, from the same networks with the same tools.',
        'Not known: how many secrets it returned, unless their own reads are in the log.',
      ]
        .filter(Boolean)
        .join(' '),
    };
  },
});
