import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { daysText } from '../phrases.ts';
import { consumerLines, lastSwitch, oldKeyText, storyLines } from '../rotation/rotation-text.ts';

const hourMs = 3_600_000;

export default defineCheck({
  id: 'rotation-complete',
  about: 'rotation',
  title: 'A rotation is complete',
  severity: 'info',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'Who was told that something is to be done is told that it is done: everybody has moved, the old key is dead.',
  falsePositives: ['None: it is news, not a fault.'],
  blindSpots: ['Consumers outside AWS that no contract names.'],
  response: ['Nothing. It is settled.'],
  tellsResolution: false,
  params: z.strictObject({
    hours: z.int().min(1).max(720).default(24).describe('How long it stays open in the report'),
  }),
  judge(state, { hours }, now) {
    const { secret, record, consumers, issuer } = state;
    const closed = record?.status === 'closed' ? record.closed : null;
    const switched = lastSwitch(state);
    if (!closed || switched === undefined || now - closed.at > hours * hourMs) return undefined;
    const isProven = closed.because === 'proven';
    return {
      title: isProven
        ? `Rotation of ${secret.name} is complete: everybody has the new key, the old one is dead`
        : `Rotation of ${secret.name} was closed without proof`,
      explanation: isProven
        ? `It took ${daysText(closed.at - switched)} from the switch. The issuer no longer knows ${oldKeyText(state)}: ${record?.oldKey?.reason ?? ''}.`
        : `A person closed it: ${closed.because}. What is not proven is listed, and the old key is followed no further.`,
      announce: 'always',
      stage: isProven ? 'proven' : 'closed',
      since: closed.at,
      facts: [...consumerLines(consumers), ...storyLines(state)],
      ...(!isProven && {
        advice: [
          `Deactivate ${oldKeyText(state)} in ${issuer.dashboard} when nothing uses it: nobody reminds of it any more.`,
        ],
      }),
    };
  },
});
