import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { shellWord } from '../format/shell-word.ts';
import { dayOf, daysText } from '../phrases.ts';
import { hasEverybodyMoved } from '../rotation/proof.ts';
import { graceEnd } from '../rotation/rotation-state.ts';
import {
  consumerLines,
  lagText,
  movedSentence,
  movedText,
  moveSteps,
  namesInTheWay,
  oldKeyText,
  rollbackStep,
  timeText,
} from '../rotation/rotation-text.ts';

export default defineCheck({
  id: 'rotation-moving',
  about: 'rotation',
  title: 'A new key is current, and not every consumer has it',
  severity: 'low',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'The old key may be deactivated only when nothing uses it any more. Consumers that got it at their start hold it until they start again, and whoever deactivates it first stops them.',
  falsePositives: ['A consumer that reads seldom, and was not seen since the switch for that reason.'],
  blindSpots: [
    'Consumers outside AWS that no contract names.',
    'A consumer that read the new key and still uses a copy of the old one.',
  ],
  response: ['Restart or repair those that hold the old key.', 'secrets-audit rotation prove SECRET'],
  tellsResolution: false,
  params: z.strictObject({}),
  judge(state, _, now) {
    const { secret, record, consumers, issuer } = state;
    const end = graceEnd(state);
    if (end === undefined || !record || record.switchedAt === null || hasEverybodyMoved(consumers))
      return undefined;
    // That the old key is dead already is the graver news; old-key-dead-in-use tells it.
    if (record.oldKeyDeadAt !== null) return undefined;
    const isLate = now >= end;
    const name = shellWord(secret.name);
    const verb = record.how === 'rollback' ? 'was rolled back' : 'was rotated';
    return {
      title: isLate
        ? `Rotation of ${secret.name} is not complete after ${daysText(now - record.switchedAt)}: ${namesInTheWay(consumers)} ${lagText(consumers)}`
        : `${secret.name} ${verb}: ${movedText(consumers)}`,
      explanation: `The new key is current since ${timeText(record.switchedAt)} UTC. ${movedSentence(consumers)}; the others are listed with what is known of them. ${isLate ? `The grace for the old key ended ${dayOf(end)}` : `The old key has grace until ${dayOf(end)}`} (policy: ${daysText(state.policy.graceMs)}).`,
      severity: isLate ? 'medium' : 'low',
      announce: 'always',
      stage: isLate ? 'late' : 'live',
      since: record.switchedAt,
      facts: consumerLines(consumers),
      advice: [
        ...moveSteps(state),
        `secrets-audit rotation prove ${name}`,
        `Then deactivate ${oldKeyText(state)} in ${issuer.dashboard}, and not before: ${namesInTheWay(consumers)} would stop working.`,
        ...rollbackStep(state),
      ],
    };
  },
});
