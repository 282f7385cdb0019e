import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { plural } from '../phrases.ts';

export default defineDetector({
  id: 'rotation-failed',
  title: 'A rotation failed or was abandoned',
  severity: 'medium',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'A secret whose rotation fails stays as old as it is, and may be left with a pending version. Secrets Manager tells nobody.',
  falsePositives: ['A failure that the next automatic attempt has already repaired.'],
  blindSpots: ['A rotation that never starts; the check of ages against the policy finds that.'],
  response: [
    "Read the rotation function's log of that minute.",
    'Look for a version that is stuck under AWSPENDING: aws secretsmanager list-secret-version-ids --secret-id …',
    'Repair the cause, then: aws secretsmanager rotate-secret --secret-id …',
  ],
  actions: ['rotation-failed', 'rotation-abandoned', 'rotation-test-failed'],
  params: z.strictObject({}),
  matches: () => true,
  count: () => ({ by: ['secret'] }),
  describe({ events, count }) {
    const last = events[events.length - 1] ?? events[0];
    const what =
      last.action === 'rotation-abandoned'
        ? 'abandoned'
        : last.action === 'rotation-test-failed'
          ? 'failed its test'
          : 'failed';
    const isOurs = events.some(({ assessment }) => assessment.isRotated);
    return {
      // The rotation function of this suite says why in a finding of its own, rotation-due or rotation-blocked.
      ...(isOurs && { severity: 'info' as const }),
      title: `Rotation of ${last.secret?.name ?? 'a secret'} ${what}`,
      explanation: `${plural(count, 'event')} ${[...new Set(events.map(({ eventName }) => eventName))].sort().join(', ')} today. ${last.detail.message ? `Secrets Manager says: ${last.detail.message}` : 'Secrets Manager gives no reason.'}`,
    };
  },
});
