import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { shellWord } from '../format/shell-word.ts';
import { plural } from '../phrases.ts';
import { minuteOf } from '../usage/amounts.ts';

/** What an issuer says that tells something of the key; no answer and an odd answer do not. */
const telling: ReadonlySet<string> = new Set(['valid', 'unfunded', 'invalid', 'restricted']);

/** One refusal may be a fault of the issuer. */
const inARow = 2;

export default defineCheck({
  id: 'usage-key-refused',
  about: 'usage',
  title: 'The current key is refused by its issuer',
  severity: 'high',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'A key that was deactivated while it is still current stops whatever uses it. A key that is refused for the address that asks says nothing of itself, and then neither its use nor the proof of a rotation can be known from here.',
  falsePositives: [
    'A key that was deactivated on purpose, before the next one became current.',
    'A new address of the NAT gateway that is not yet on the list of the issuer.',
  ],
  blindSpots: [
    'A refusal that lasts no longer than one probe.',
    'An issuer that answers another code than it documents; its answer is then unknown, and nothing is said.',
  ],
  response: [
    'Look in the dashboard of the issuer whether the key is still active, and who deactivated it.',
    'Make a new key there, then: secrets-audit rotation stage SECRET',
    'secrets-audit rotation start SECRET',
  ],
  tellsResolution: true,
  params: z.strictObject({}),
  judge({ samples, secret }) {
    const told = samples.filter(({ standing }) => telling.has(standing));
    const last = told.at(-1);
    if (!last) return 'unknown';
    if (last.standing === 'valid' || last.standing === 'unfunded') return undefined;
    const firstAlike = told.findLastIndex(({ standing }) => standing !== last.standing) + 1;
    const alike = told.slice(firstAlike);
    const first = alike[0] ?? last;
    if (alike.length < inARow) return 'unknown';
    const name = shellWord(secret.name);
    const seen = `${plural(alike.length, 'probe')} from ${minuteOf(first.at)} to ${minuteOf(last.at)}; the answer: ${last.reason}.`;
    const before = told[firstAlike - 1];
    const facts = [
      `First refused  ${minuteOf(first.at)}`,
      before ? `Before that     ${before.standing}, ${minuteOf(before.at)}` : 'Before that     not known',
    ];
    const common = { since: first.at, count: alike.length, stage: last.standing, facts };
    return last.standing === 'invalid'
      ? {
          ...common,
          title: `The key of ${secret.name} is revoked at its issuer while it is still current`,
          explanation: `${seen} Whatever uses the current value is refused too. Not known: who deactivated it.`,
          severity: 'high',
          advice: [
            'Look in the dashboard of the issuer whether the key is still active.',
            `Make a new key there, then: secrets-audit rotation stage ${name}`,
            `secrets-audit rotation start ${name}`,
            `secrets-audit rotation status ${name}   shows what follows`,
          ],
        }
      : {
          ...common,
          title: `The key of ${secret.name} is refused for the address that asks`,
          explanation: `${seen} It says nothing of the key itself: its use, and the proof of a rotation, cannot be known from here.`,
          severity: 'medium',
          advice: [
            'Put the address that the suite calls from on the list of the issuer.',
            'Where that address changes: set egress in audit.yaml to subnets behind a NAT gateway, and deploy.',
          ],
        };
  },
});
