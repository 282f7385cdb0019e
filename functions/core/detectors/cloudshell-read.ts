import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts, describeMfa, describeUsual } from '../history/first-phrases.ts';
import { secretsOf } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

/** CloudShell is new to somebody whose tools are known. */
const isStrange = ({ assessment: { firsts } }: AssessedEvent): boolean => firsts.includes('agent');

/** After Datadog's "Secrets Manager secret accessed from CloudShell" and Permiso's reports. */
export default defineDetector({
  id: 'cloudshell-read',
  title: 'A secret was read from CloudShell',
  severity: 'low',
  status: 'stable',
  stage: 'access',
  attack: ['T1059.009', 'T1555.006'],
  rationale:
    'Whoever holds a stolen browser session has a shell in AWS by one click: no key to take out, and an address of AWS in the log. Services never read there.',
  falsePositives: ['People who work in CloudShell; where that is known of them it is info.'],
  blindSpots: [
    'A client in CloudShell that sends another user agent.',
    'Reads by batch calls by filter, which name no secret.',
  ],
  response: [
    'Ask the person whether it was them, and why a person needs the value.',
    'If not: revoke the sessions of the identity, and rotate what was read.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({}),
  matches: ({ outcome, agent, batch }) =>
    outcome === 'allowed' && agent.family === 'cloudshell' && !batch?.childReads,
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const strange = events.filter(isStrange);
    const event = strange[0] ?? events[0];
    const names = someOf(events.flatMap(secretsOf).map(({ name }) => name)) || 'secrets by filter';
    const firsts = describeFirsts(events);
    const known = event.assessment.history === 'short' ? 'Not known: whether that is usual.' : '';
    return {
      title: `${shortPrincipal(event.actor.principal)} read ${names} from CloudShell`,
      severity:
        strange.length > 0
          ? 'medium'
          : event.assessment.history === 'short' || event.assessment.firsts.includes('identity')
            ? 'low'
            : 'info',
      explanation: `${plural(count, 'read')} by a client that names itself CloudShell${firsts ? `, ${firsts}` : ''}. ${known || describeUsual(event)}${describeMfa(events)}`,
    };
  },
});
