import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeUsual } from '../history/first-phrases.ts';
import { plural, shortPrincipal } from '../phrases.ts';

export default defineDetector({
  id: 'previous-version-read',
  title: 'A previous version was read by an identity that never asks for one',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'Services read the current version. Who asks for AWSPREVIOUS after a rotation wants the value that others may still accept.',
  falsePositives: ['A rotation function, or a person who repairs a rotation.'],
  blindSpots: ['A read by version id, without a label, of an older version.'],
  response: [
    'Ask the owner of the identity why it needed the previous value.',
    'Deactivate the previous key at its provider as soon as its consumers have moved.',
  ],
  actions: ['read'],
  params: z.strictObject({}),
  matches: ({ outcome, version, assessment: { firsts, networkKnownTo, usual } }) =>
    outcome === 'allowed' &&
    !usual.rotates &&
    version?.stage === 'AWSPREVIOUS' &&
    (firsts.includes('action') || (firsts.includes('identity') && networkKnownTo === 'nobody')),
  count: () => ({ by: ['actor', 'secret'] }),
  describe({ events, count }) {
    const [first] = events;
    return {
      title: `${shortPrincipal(first.actor.principal)} read the previous version of ${first.secret?.name ?? 'a secret'}`,
      explanation: `${plural(count, 'GetSecretValue call')} for the label AWSPREVIOUS by an identity that had never asked for it. ${describeUsual(first)}`,
    };
  },
});
