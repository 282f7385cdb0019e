import * as z from 'zod';
import { automationOf, automationReason, isHabitual } from '../benign-causes.ts';
import { defineDetector } from '../detector.ts';
import { describeFirsts } from '../history/first-phrases.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { milder } from '../model/severity.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';

/** One call that asks for whatever there is. */
const asksForAll = ({ detail }: AccessEvent): boolean =>
  detail.recursive === true && detail.parameters?.[0] === '/*';

/** After Elastic's rule on SecureString parameters that are read with decryption. */
export default defineDetector({
  id: 'securestring-retrieval',
  title: 'Many parameters decrypted in a few minutes',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'Systems Manager keeps secrets too, as SecureString parameters. Whoever empties an account takes them along: all that can be listed, or everything below "/" in one call.',
  falsePositives: [
    'A service that loads its configuration when it starts; where it did so before, the finding is milder and says so.',
    'Infrastructure-as-code that refreshes its state.',
  ],
  blindSpots: [
    'watch and the sweep do not ask for calls of Systems Manager, of which there are too many: found in log files.',
    'A call by path does not log which parameters it returned; other paths than "/" count as one.',
    'Decryption is asked for; whether a parameter is a SecureString is not logged.',
  ],
  response: [
    'Ask the owner of the identity whether it reads them as its job.',
    'If not: revoke its sessions, and replace what was in the parameters.',
  ],
  actions: ['read-parameter'],
  params: z.strictObject({
    parameters: z.int().min(2).max(1000).default(10).describe('Different parameters read by one identity'),
    highAt: z.int().min(2).max(10000).default(20).describe('Parameters from which the finding is high'),
    windowMinutes: z.int().min(1).max(1440).default(6).describe('Length of the window, in minutes'),
  }),
  matches: ({ outcome }) => outcome === 'allowed',
  count: ({ parameters, windowMinutes }, event) =>
    asksForAll(event)
      ? { by: ['actor', 'parameter'] }
      : { by: ['actor'], distinct: 'parameter', atLeast: parameters, withinMinutes: windowMinutes },
  describe({ events, count, distinct, spanMs }, { parameters, highAt, windowMinutes }) {
    const [first] = events;
    const who = shortPrincipal(first.actor.principal);
    const isAll = asksForAll(first);
    const severity = !isAll && distinct >= highAt ? 'high' : 'medium';
    const automation = automationOf(events);
    const reason = events.every(isHabitual)
      ? 'Milder, because it read parameters before, from the same networks with the same tools.'
      : automation && automationReason(automation);
    const firsts = describeFirsts(events);
    return {
      title: isAll
        ? `${who} asked for all parameters in the clear`
        : `${plural(distinct, 'parameter')} decrypted in ${span(spanMs)} by ${who}`,
      severity: reason ? milder(severity) : severity,
      explanation: [
        isAll
          ? `${plural(count, 'call')} GetParametersByPath for everything below "/", with decryption. Not known: how many parameters it returned (up to 10 a call).`
          : `${plural(distinct, 'different parameter')} in ${span(spanMs)}; the limit is ${parameters} within ${span(windowMinutes * 60_000)}, high from ${highAt}. Read: ${someOf(events.flatMap(({ detail }) => detail.parameters ?? []))}. Not known: which of them are SecureStrings.`,
        firsts && `They were read ${firsts}.`,
        reason,
      ]
        .filter(Boolean)
        .join(' '),
    };
  },
});
