import * as z from 'zod';
import { defineDetector, type Judgement } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { shortPrincipal } from '../phrases.ts';

const selectorJudgements: Record<NonNullable<AccessEvent['detail']['managementEvents']>, Judgement> = {
  none: {
    title: 'took management events out of',
    severity: 'high',
    explanation:
      'PutEventSelectors without management events: reads of secrets leave no trace in this trail.',
  },
  partial: {
    title: 'limited the management events of',
    severity: 'high',
    explanation:
      'PutEventSelectors that leaves out reads, writes or some services: reads of secrets may leave no trace.',
  },
  all: {
    title: 'set the event selectors of',
    severity: 'low',
    explanation: 'PutEventSelectors; all management events are still recorded.',
  },
  unknown: {
    title: 'set the event selectors of',
    severity: 'medium',
    explanation: 'PutEventSelectors. Not known: what is still recorded, because the record does not say.',
  },
};

/** The title is the middle of "somebody … trail". */
function judgeChange({ action, detail }: AccessEvent): Judgement {
  switch (action) {
    case 'stop-trail':
      return { title: 'stopped', explanation: 'StopLogging: from here on this trail records nothing.' };
    case 'delete-trail':
      return { title: 'deleted', explanation: 'DeleteTrail: from here on this trail records nothing.' };
    case 'put-event-selectors':
      return selectorJudgements[detail.managementEvents ?? 'unknown'];
    default:
      return detail.weakened?.length
        ? {
            title: 'changed what is recorded, or where, by',
            severity: 'medium',
            explanation: `UpdateTrail set ${detail.weakened.join(', ')}.`,
          }
        : { title: 'changed', severity: 'low', explanation: 'UpdateTrail; no protection was switched off.' };
  }
}

export default defineDetector({
  id: 'evidence-tampering',
  title: 'A trail was stopped, deleted or narrowed',
  severity: 'high',
  status: 'stable',
  attack: ['T1562.008'],
  rationale:
    'Without the trail nothing else in this suite sees anything, so whoever wants to stay unseen begins here.',
  falsePositives: ['A planned move to an organization trail.', 'Infrastructure-as-code that sets selectors.'],
  blindSpots: [
    'Other ways to lose evidence: the bucket, its policy, its life cycle, the key.',
    'In a Region without a watcher it is found by the next sweep only.',
  ],
  response: [
    'Start the trail again, or restore its selectors, at once.',
    'Ask who did it. If nobody knows: revoke the credentials, and treat the time without evidence as unknown, not as quiet.',
  ],
  actions: ['stop-trail', 'delete-trail', 'update-trail', 'put-event-selectors'],
  params: z.strictObject({}),
  matches: ({ outcome }) => outcome !== 'failed',
  count: () => ({ by: ['actor', 'trail', 'action'] }),
  describe({ events }) {
    const [first] = events;
    const done = events.find(({ outcome }) => outcome === 'allowed');
    const who = shortPrincipal(first.actor.principal);
    const trail = first.detail.trail ? `trail ${trailName(first.detail.trail)}` : 'a trail';
    if (!done) {
      return {
        title: `${who} was refused ${first.eventName} on ${trail}`,
        severity: 'medium',
        explanation: `${first.eventName} was tried and refused. Nothing changed.`,
      };
    }
    const judgement = judgeChange(done);
    return { ...judgement, title: `${who} ${judgement.title} ${trail}` };
  },
});

const trailName = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
