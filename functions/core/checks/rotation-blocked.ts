import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { shellWord } from '../format/shell-word.ts';
import { plural, span } from '../phrases.ts';
import { storyLines, timeText } from '../rotation/rotation-text.ts';

const minuteMs = 60_000;

export default defineCheck({
  id: 'rotation-blocked',
  about: 'rotation',
  title: 'A rotation was refused, failed, or is stuck half way',
  severity: 'medium',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'A key that was staged may be dead, of another account or not a key at all; the issuer may be away; a pending version may be left behind, and Secrets Manager then refuses every further rotation. Nothing becomes current by any of these, and nothing is rotated either.',
  falsePositives: ['An outage of the issuer that is over: the next attempt clears it.'],
  blindSpots: ['Rotations by other functions than this suite’s: rotation-failed tells of those.'],
  response: ['Read the reason: it says what to do.', 'Then: secrets-audit rotation start SECRET'],
  tellsResolution: true,
  params: z.strictObject({
    stuckMinutes: z
      .int()
      .min(10)
      .max(10_080)
      .default(60)
      .describe('A version that is pending for so long is stuck: Secrets Manager has given up'),
  }),
  judge(state, { stuckMinutes }, now) {
    const { secret, record, pending } = state;
    const name = shellWord(secret.name);
    const problem = record?.status === 'open' ? record.problem : null;
    if (problem && problem.code !== 'NO_STAGED_KEY') {
      const unstored = record?.minting.filter(({ stored }) => !stored) ?? [];
      return {
        title: `Rotation of ${secret.name} did not go on: ${shortReasons[problem.code] ?? 'it was refused'}`,
        explanation: `${problem.reason}. ${plural(problem.count, 'attempt')} since ${timeText(problem.first)} UTC. The key in use is the one from before.${
          problem.code === 'ADDRESS_LOCKED'
            ? ' That the key is locked to addresses is good: a stolen one works nowhere else.'
            : ''
        }`,
        severity: problem.code === 'ISSUER_AWAY' ? 'low' : 'medium',
        announce: 'always',
        stage: problem.code,
        since: problem.first,
        count: problem.count,
        evidence: [problem.version],
        facts: [
          ...storyLines(state),
          ...unstored.map(({ name: key }) => `  may exist at the issuer, stored nowhere: "${key}"`),
        ],
        advice: [
          ...(stepsFor[problem.code] ?? []).map((step) => step.replaceAll('SECRET', name)),
          ...unstored.map(
            ({ name: key }) => `Look for "${key}" in ${state.issuer.dashboard}, and deactivate it there.`,
          ),
        ],
      };
    }
    if (pending && now - pending.created >= stuckMinutes * minuteMs) {
      return {
        title: `Rotation of ${secret.name} is stuck: a version is pending for ${span(now - pending.created)}`,
        explanation: `Version ${pending.id} has the label AWSPENDING since ${timeText(pending.created)} UTC and is not current. Secrets Manager takes it for a rotation that is going on, and refuses any other.`,
        stage: 'stuck',
        since: pending.created,
        evidence: [pending.id],
        facts: storyLines(state),
        advice: [
          `secrets-audit rotation start ${name}   takes the label away and begins again`,
          'Read the log of the function rotate of that time, where it happens again.',
        ],
      };
    }
    return undefined;
  },
});

const shortReasons: Readonly<Record<string, string>> = {
  NO_KEY_FIELD: 'the secret holds no key where it is looked for',
  BINARY_SECRET: 'the secret holds bytes',
  KEY_SHAPE: 'the staged text is no key',
  KEY_NOT_NEW: 'the staged key is the current one',
  KEY_INVALID: 'the issuer does not know the new key',
  KEY_OF_OTHER_ACCOUNT: 'the new key is of another account',
  ADDRESS_LOCKED: 'the issuer refuses our address',
  MINT_REFUSED: 'the issuer made no key',
  UNPROVEN_ROTATION: 'the last one is not proven',
  NO_CURRENT_VALUE: 'there is no current value',
  ISSUER_AWAY: 'the issuer does not answer',
  ISSUER_UNCLEAR: 'the issuer gives an unclear answer',
  SECRET_CONFLICT: 'somebody else changed the labels',
};

const restage = [
  'Make another key at the issuer, of the same account.',
  'secrets-audit rotation stage SECRET   with a key that works',
  'secrets-audit rotation start SECRET',
];

const stepsFor: Readonly<Record<string, readonly string[]>> = {
  NO_KEY_FIELD: [
    'Correct rotation.field in audit.yaml or the value of the secret.',
    'secrets-audit rotation start SECRET',
  ],
  BINARY_SECRET: ['Put the value as text.', 'secrets-audit rotation start SECRET'],
  KEY_SHAPE: restage,
  KEY_NOT_NEW: restage,
  KEY_INVALID: restage,
  KEY_OF_OTHER_ACCOUNT: restage,
  ADDRESS_LOCKED: [
    'Let rotate, enforce and usage run in subnets with a fixed way out that the issuer allows: egress in audit.yaml.',
    'secrets-audit rotation start SECRET',
  ],
  MINT_REFUSED: ['Check the credentials in rotation.accountSecret.', 'secrets-audit rotation start SECRET'],
  UNPROVEN_ROTATION: ['secrets-audit rotation status SECRET   shows who is in the way'],
  NO_CURRENT_VALUE: ['Put the key that is in use into the secret.'],
  ISSUER_AWAY: [
    'Wait: Secrets Manager tries again by itself for a while.',
    'When it has given up: secrets-audit rotation start SECRET',
  ],
  ISSUER_UNCLEAR: ['Ask the issuer what its answer means.', 'secrets-audit rotation start SECRET'],
  SECRET_CONFLICT: ['See who else rotates the secret: secrets-audit rotation status SECRET'],
};
