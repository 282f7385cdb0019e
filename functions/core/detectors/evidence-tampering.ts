import { z } from 'zod';
import { defineDetector, type Judgement } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { shortPrincipal } from '../phrases.ts';

const selectorJudgements: Record<NonNullable<AccessEvent['detail']['managementEvents']>, Judgement> = {
  none: {
    title: 'no longer records management events',
    severity: 'high',
    explanation:
      'PutEventSelectors without management events: reads of secrets leave no trace in this trail.',
  },
  partial: {
    title: 'records only a part of management events',
    severity: 'high',
    explanation:
      'PutEventSelectors that leaves out reads, writes or some services: reads of secrets may leave no trace.',
  },
  all: {
    title: 'has new event selectors',
    severity: 'low',
    explanation: 'PutEventSelectors; all management events are still recorded.',
  },
  unknown: {
    title: 'has new event selectors',
    severity: 'medium',
    explanation: 'PutEventSelectors. Not known: what is still recorded, because the record does not say.',
  },
};

function judgeChange({ action, detail }: AccessEvent): Judgement {
  switch (action) {
    case 'stop-trail':
      return {
        title: 'was stopped',
        explanation: 'StopLogging: from here on nothing is recorded by this trail.',
      };
    case 'delete-trail':
      return {
        title: 'was deleted',
        explanation: 'DeleteTrail: from here on nothing is recorded by this trail.',
      };
    case 'put-event-selectors':
      return selectorJudgements[detail.managementEvents ?? 'unknown'];
    default:
      return detail.weakened?.length
        ? {
            title: 'was changed in what it records or where',
            severity: 'medium',
            explanation: `UpdateTrail set ${detail.weakened.join(', ')}.`,
          }
        : {
            title: 'was changed',
            severity: 'low',
            explanation: 'UpdateTrail; no protection was switched off.',
          };
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
    const trail = first.detail.trail ? `Trail ${shortPrincipal(first.detail.trail)}` : 'A trail';
    if (!done) {
      return {
        title: `${first.eventName} on a trail refused to ${who}`,
        severity: 'medium',
        explanation: `${first.eventName} was tried and refused. Nothing changed.`,
      };
    }
    const judgement = judgeChange(done);
    return { ...judgement, title: `${trail} ${judgement.title} by ${who}` };
  },
});
