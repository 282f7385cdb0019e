import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { dayOf, daysText } from '../phrases.ts';
import { dueAt } from '../rotation/rotation-state.ts';

const dayMs = 86_400_000;

export default defineCheck({
  id: 'rotation-off',
  about: 'rotation',
  title: 'Rotation is off, or its schedule is weaker than the policy',
  severity: 'medium',
  status: 'stable',
  stage: 'concealment',
  attack: [],
  rationale:
    'The settings ask for rotation, and Secrets Manager will not do it, or too late. Somebody who wants to keep a stolen key has a reason to switch it off.',
  falsePositives: ['A secret whose stack is being deployed: the schedule comes with it.'],
  blindSpots: ['A schedule that was weakened and put back between two looks.'],
  response: [
    'See in CloudTrail who called CancelRotateSecret or RotateSecret.',
    'Deploy the stack again: it brings back function and schedule.',
  ],
  standsAlone: true,
  tellsResolution: true,
  params: z.strictObject({}),
  judge(state) {
    const { secret, policy, current } = state;
    const { rotation } = secret;
    const asked = `The policy asks for a rotation every ${daysText(policy.everyMs)}.`;
    const since = secret.lastChanged ?? current?.created ?? 0;
    if (!rotation.enabled) {
      return {
        title: `Rotation of ${secret.name} is off`,
        explanation: `${asked} Secrets Manager says RotationEnabled false, so nothing will rotate it.`,
        stage: 'off',
        since,
      };
    }
    if (rotation.afterDays !== null) {
      return {
        title: `Rotation of ${secret.name} is scheduled by days, which staging a key would reset`,
        explanation: `${asked} AutomaticallyAfterDays is ${rotation.afterDays}: any new value counts as a rotation there, also one that is only staged. A ScheduleExpression does not have that.`,
        severity: 'low',
        stage: 'by-days',
        since,
      };
    }
    const due = dueAt(state);
    // A day of room: a schedule has hours, and its window some more.
    if (
      rotation.next !== null &&
      due !== undefined &&
      rotation.next > Math.max(due, since) + policy.everyMs + dayMs
    ) {
      return {
        title: `The schedule of ${secret.name} is weaker than its policy`,
        explanation: `${asked} By ${rotation.schedule ?? 'its schedule'} the next rotation is ${dayOf(rotation.next)}; by the policy it is due ${dayOf(due)}.`,
        stage: 'weaker',
        since,
      };
    }
    return undefined;
  },
});
