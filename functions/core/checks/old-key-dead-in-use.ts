import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { plural } from '../phrases.ts';
import { hasEverybodyMoved, inTheWay } from '../rotation/proof.ts';
import {
  consumerLines,
  movedSentence,
  moveSteps,
  namesInTheWay,
  oldKeyText,
  timeText,
} from '../rotation/rotation-text.ts';

export default defineCheck({
  id: 'old-key-dead-in-use',
  about: 'rotation',
  title: 'The old key is dead while somebody still uses it',
  severity: 'medium',
  status: 'stable',
  stage: 'change',
  attack: ['T1531'],
  rationale:
    'Consumers that hold a revoked key fail from that moment on, often silently: messages are refused and queued or lost.',
  falsePositives: ['A consumer that has the new key and was not seen since the switch.'],
  blindSpots: ['Consumers that nobody knows of.'],
  response: [
    'Restart or repair those that hold the old key, now.',
    'A revoked key cannot be brought back by a rollback.',
  ],
  tellsResolution: true,
  params: z.strictObject({}),
  judge(state) {
    const { secret, record, consumers } = state;
    if (record?.status !== 'open' || record.oldKeyDeadAt === null || hasEverybodyMoved(consumers))
      return undefined;
    const lagging = consumers.filter(({ progress }) => progress === 'lagging').length;
    const others = inTheWay(consumers).length - lagging;
    const known = [
      ...(lagging > 0
        ? [`${plural(lagging, 'consumer')} ${lagging === 1 ? 'holds' : 'hold'} the old one`]
        : []),
      ...(others > 0 ? [`of ${plural(others, 'consumer')} it is not known`] : []),
    ];
    return {
      title: `The old key of ${secret.name} is dead while ${namesInTheWay(consumers)} may still use it`,
      explanation: `The issuer no longer knows ${oldKeyText(state)}, seen at ${timeText(record.oldKeyDeadAt)} UTC (${record.oldKey?.reason ?? 'no reason given'}). ${movedSentence(consumers)}${known.map((each) => `; ${each}`).join('')}.`,
      severity: lagging > 0 ? 'high' : 'medium',
      announce: 'always',
      stage: lagging > 0 ? 'lagging' : 'unseen',
      since: record.oldKeyDeadAt,
      facts: consumerLines(consumers),
      advice: [...moveSteps(state), 'A rollback does not help: the old key is revoked.'],
    };
  },
});
