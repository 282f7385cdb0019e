import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { shellWord } from '../format/shell-word.ts';
import { dayOf, daysText } from '../phrases.ts';
import { hasEverybodyMoved } from '../rotation/proof.ts';
import { graceEnd } from '../rotation/rotation-state.ts';
import { consumerLines, movedSentence, oldKeyText, timeText } from '../rotation/rotation-text.ts';

export default defineCheck({
  id: 'old-key-alive',
  about: 'rotation',
  title: 'The old key is still alive after its grace',
  severity: 'medium',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'A rotation that leaves the old key alive protects from nothing: whoever has a copy can go on using it.',
  falsePositives: ['A key that is deactivated, where the issuer needs a while to notice.'],
  blindSpots: [
    'Where the issuer refuses our address nobody can tell whether the key is alive; it is said then.',
  ],
  response: ['Deactivate the old key at its issuer, when its consumers have moved.'],
  tellsResolution: false,
  params: z.strictObject({}),
  judge(state, _, now) {
    const { secret, record, consumers, issuer, policy } = state;
    const end = graceEnd(state);
    if (end === undefined || now < end || !record?.oldKey || record.switchedAt === null) return undefined;
    // While consumers are in the way, rotation-moving says so, and what to do about them.
    if (record.oldKeyDeadAt !== null || !hasEverybodyMoved(consumers)) return undefined;
    const { standing, reason, at } = record.oldKey;
    const isAlive = standing === 'valid' || standing === 'unfunded';
    const isLong = now - end >= policy.graceMs;
    return {
      title: isAlive
        ? `The old key of ${secret.name} is still alive ${daysText(now - record.switchedAt)} after the rotation`
        : `Whether the old key of ${secret.name} is dead cannot be known`,
      explanation: `${movedSentence(consumers)}. The grace of ${daysText(policy.graceMs)} ended ${dayOf(end)}. The issuer was asked about the old key at ${timeText(at)} UTC: ${reason}.${
        standing === 'restricted' ? ' It refuses our address, which says nothing of the key.' : ''
      }`,
      severity: isAlive && isLong ? 'high' : 'medium',
      stage: `${isAlive ? 'alive' : 'unknown'}${isLong ? '-long' : ''}`,
      since: end,
      facts: consumerLines(consumers),
      advice: [
        `Deactivate ${oldKeyText(state)} in ${issuer.dashboard}.`,
        `secrets-audit rotation prove ${shellWord(secret.name)}   or wait: it is asked again every hour`,
        ...(standing === 'restricted'
          ? ['To prove it, let enforce run in subnets with an allowed, fixed address: egress in audit.yaml.']
          : []),
        ...(isAlive
          ? []
          : [
              'If you have seen that it is dead, end the rotation with a reason:',
              `secrets-audit rotation prove ${shellWord(secret.name)} --close --reason "..."`,
            ]),
      ],
    };
  },
});
