import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { compareSeverity, type Severity } from '../model/severity.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

export default defineDetector({
  id: 'announced-access',
  title: 'A permitted access that is always announced',
  severity: 'low',
  status: 'stable',
  stage: 'access',
  attack: [],
  rationale:
    'Break-glass access is permitted and never silent: a clause with announce: always, or with a severity of its own.',
  falsePositives: ['Every planned use; that is its purpose.'],
  blindSpots: ['Secrets without such a clause.'],
  response: ['Check that somebody asked for this access, and that its reason is written down.'],
  actions: actionsOf('secretsmanager.amazonaws.com'),
  params: z.strictObject({}),
  matches: ({ assessment: { contract } }) =>
    contract.outcome === 'permitted' && (contract.announce === 'always' || contract.severity !== undefined),
  count: () => ({ by: ['actor', 'secret', 'clause'] }),
  describe({ events, count }) {
    const [first] = events;
    const { contract } = first.assessment;
    const severity = events
      .map(({ assessment }) => ('severity' in assessment.contract ? assessment.contract.severity : undefined))
      .filter((each): each is Severity => each !== undefined)
      .sort(compareSeverity)
      .at(-1);
    return {
      title: `${shortPrincipal(first.actor.principal)} used ${first.secret?.name ?? 'a secret'} by clause "${'clause' in contract ? contract.clause : ''}"`,
      ...(severity && { severity }),
      announce: 'always',
      explanation: `${plural(count, 'call')} (${someOf(events.map(({ eventName }) => eventName))}), permitted by a clause whose use is always announced.${'exception' in contract && contract.exception ? ` Loosened by the exception: ${contract.exception}.` : ''}`,
    };
  },
});
