import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { shellWord } from '../format/shell-word.ts';
import { dayOf } from '../phrases.ts';
import { hasEverybodyMoved } from '../rotation/proof.ts';
import { graceEnd } from '../rotation/rotation-state.ts';
import { consumerLines, movedSentence, oldKeyText } from '../rotation/rotation-text.ts';

export default defineCheck({
  id: 'old-key-retire',
  about: 'rotation',
  title: 'The old key can be deactivated now',
  severity: 'low',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'Every known consumer has the new key. The issuer revokes keys only by hand, so a person has to, and until then whoever has a copy of the old key can use it.',
  falsePositives: ['None known: it is said of the consumers that are known, and they are listed.'],
  blindSpots: ['Consumers outside AWS that no contract names: they stop working.'],
  response: [
    'Deactivate the old key at its issuer.',
    'The rotation closes when the issuer no longer knows it.',
  ],
  tellsResolution: false,
  params: z.strictObject({}),
  judge(state, _, now) {
    const { secret, record, consumers, issuer } = state;
    const end = graceEnd(state);
    if (end === undefined || now >= end || !record || record.oldKeyDeadAt !== null) return undefined;
    if (!hasEverybodyMoved(consumers)) return undefined;
    const isCertain = record.oldKey?.standing === 'valid' || record.oldKey?.standing === 'unfunded';
    return {
      title: `The old key of ${secret.name} can be deactivated now`,
      explanation: `${movedSentence(consumers)}${consumers.length > 0 ? ', each with what shows it' : ''}. ${isCertain ? 'The old key still answers' : `What the issuer says of the old key: ${record.oldKey?.reason ?? 'not asked yet'}`}; it has grace until ${dayOf(end)}. Not covered: consumers outside AWS that no contract names.`,
      announce: 'always',
      stage: 'retire',
      since: record.movedAt ?? now,
      facts: consumerLines(consumers),
      advice: [
        `Deactivate ${oldKeyText(state)} in ${issuer.dashboard}.`,
        `secrets-audit rotation prove ${shellWord(secret.name)}   or wait: it is asked again every hour`,
      ],
    };
  },
});
