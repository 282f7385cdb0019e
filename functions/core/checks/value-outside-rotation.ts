import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { shellWord } from '../format/shell-word.ts';
import { isSwitched } from '../rotation/rotation-record.ts';
import { consumerLines, timeText } from '../rotation/rotation-text.ts';

export default defineCheck({
  id: 'value-outside-rotation',
  about: 'rotation',
  title: 'A value was put outside a rotation',
  severity: 'medium',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'Such a value was tested by nobody, and the key before it is still good at the issuer. It may be an emergency, a mistake, or somebody who put in a key of their own.',
  falsePositives: ['A rotation by hand in an emergency.'],
  blindSpots: ['A value that was put and taken back between two looks.'],
  response: [
    'See in CloudTrail who called PutSecretValue or UpdateSecret.',
    'secrets-audit rotation status SECRET   shows who uses which version',
  ],
  tellsResolution: false,
  params: z.strictObject({}),
  judge({ secret, record, consumers }) {
    if (!isSwitched(record) || record.how !== 'outside') return undefined;
    const name = shellWord(secret.name);
    return {
      title: `A value of ${secret.name} was put outside a rotation`,
      explanation: `Version ${record.newVersion} became current at ${timeText(record.switchedAt)} UTC, and no rotation of this suite made it. Whether its key works was not tested before.${record.oldVersion === null ? '' : ` The key of version ${record.oldVersion} was current until then, and is followed until it is dead.`}`,
      since: record.switchedAt,
      evidence: record.newVersion === null ? [] : [record.newVersion],
      facts: consumerLines(consumers),
      advice: [
        'See in CloudTrail who called PutSecretValue or UpdateSecret, and why.',
        `secrets-audit rotation status ${name}   shows who uses which version`,
        `If it was wrong: secrets-audit rotation rollback ${name} --reason "..."`,
      ],
    };
  },
});
