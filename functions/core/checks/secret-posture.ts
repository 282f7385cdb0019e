import wrapAnsi from 'wrap-ansi';
import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { plural } from '../phrases.ts';
import { judgePosture } from '../posture/posture-controls.ts';
import { postureRemedies } from '../posture/posture-remedies.ts';

/** After Prowler, AWS Config and Security Hub, with limits of one's own for each pattern of names. */
export default defineCheck({
  id: 'secret-posture',
  about: 'posture',
  title: 'A secret is not set up as it should be',
  severity: 'low',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'A value that is never replaced, or that nobody reads, stays good for whoever has copied it, and a policy that lets everybody in needs no credential of yours. What is asked of each secret is said in audit.yaml, and a finding names the controls of Security Hub and AWS Config that ask the same.',
  falsePositives: [
    'A value that is replaced by hand: ListSecrets tells when Secrets Manager rotated it, and a value put by hand is no rotation. Set posture.every for such names, or rotation.provider, whose checks go by the version.',
    'A secret for emergencies, which nobody reads: set posture.unused for such names.',
    'A schedule that became shorter and has not come round yet.',
    'A secret that is meant for everybody: set posture.public.',
    'A replica in another Region: its rotation, tags and policy are changed at its primary.',
  ],
  blindSpots: [
    'Reads of the rotation function count as use: a secret that is rotated is never called unused.',
    'The date of the last read is that of the Region alone, and a date without a time.',
    'The age of a secret with rotation.provider is judged by rotation-due, and decoys and secrets that an AWS service manages are asked no rotation.',
    'What other policies and the key still refuse: a policy is judged by its own text.',
    'A policy that could not be read: the finding says so, or the former one stays.',
    'A secret that is gone appears in no list: its finding stays open until it expires.',
  ],
  response: [
    'Do what the finding prints for each control that is not met.',
    'Where a control does not fit a secret, say so in audit.yaml: posture, for its name or tag.',
  ],
  tellsResolution: false,
  params: z.strictObject({}),
  judge(state, _, now) {
    const { secret, rotation } = state;
    const { asked, unmet, unknown } = judgePosture(state, now);
    const [first, ...others] = unmet;
    if (!first) return unknown.length > 0 ? 'unknown' : undefined;
    const isPublic = first.control.id === 'policy-not-public';
    const begun = unmet.flatMap(({ since }) => since ?? []);
    const rest =
      others.length > 0
        ? `, and ${plural(others.length, 'more control')} ${others.length === 1 ? 'is' : 'are'} not met`
        : '';
    return {
      title: `${secret.name}: ${first.phrase}${rest}`,
      explanation: [
        `${unmet.length} of the ${plural(asked, 'control')} that apply to it ${unmet.length === 1 ? 'is' : 'are'} not met. The limits are those of posture in audit.yaml, and 90 days where it names none.`,
        ...(rotation?.provider !== undefined ? ['Its age is judged by rotation-due.'] : []),
        ...(unknown.length > 0 ? [`Not known: ${unknown.join('; ')}.`] : []),
        ...(isPublic ? ['Not known: what other policies and its key still refuse, and who used it.'] : []),
      ].join(' '),
      severity: isPublic ? 'high' : 'low',
      ...(isPublic && { announce: 'always' }),
      stage: unmet.map(({ control }) => control.id).join(','),
      // Since when a policy is public is not known, and no older shortcoming may stand for it.
      since: isPublic || begun.length === 0 ? now : Math.min(...begun),
      facts: [
        ...unmet.flatMap(({ fact, control }) => factLines(fact, control.matching)),
        ...unknown.flatMap((what) => factLines(`Not known: ${what}`)),
      ],
      advice: unmet.flatMap(({ control }) => postureRemedies[control.id](state)),
    };
  },
});

const columns = 78;
const indent = '  ';

/** An id stays in one piece, because people search for it. */
function factLines(fact: string, matching: readonly string[] = []): string[] {
  const ids = matching.map((id) => id.replaceAll(' ', '\u00a0')).join(', ');
  return wrapAnsi(ids ? `${fact} [${ids}]` : fact, columns - indent.length, { hard: true })
    .replaceAll('\u00a0', ' ')
    .split('\n')
    .map((line, index) => (index === 0 ? line : `${indent}${line}`));
}
