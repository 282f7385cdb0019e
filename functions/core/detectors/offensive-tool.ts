import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';

const attackTools = new Set(['pacu', 'stratus-red-team', 'trufflehog']);
/** They look at settings and read no values. */
const scanners = new Set(['prowler', 'scoutsuite', 'cloudsplaining']);

const platformNames = { kali: 'Kali Linux', parrot: 'Parrot OS' } as const;

const usesAttackTool = ({ agent }: AccessEvent): boolean => attackTools.has(agent.family);
const usesTestersSystem = ({ agent }: AccessEvent): boolean => agent.suspicious !== undefined;

/** What a user agent gives away, in a person's words. */
const nameOf = ({ agent }: AccessEvent): string =>
  attackTools.has(agent.family) || scanners.has(agent.family) || agent.suspicious === undefined
    ? agent.family
    : platformNames[agent.suspicious];

/** After Sigma's and Elastic's rules on user agents of attack tools, and GuardDuty's PenTest findings. */
export default defineDetector({
  id: 'offensive-tool',
  title: 'A tool for attacks was used on secrets or evidence',
  severity: 'high',
  status: 'stable',
  stage: 'access',
  attack: ['T1078.004', 'T1555.006'],
  rationale:
    'Some tools for attacks say who they are. TruffleHog does it when it tries out a key that it found, so its first call is often the first sign that a key has leaked.',
  falsePositives: [
    'A penetration test or a training that was announced.',
    'The security team’s own scanner; known scanners are low.',
    'A colleague who works on Kali Linux or Parrot OS; alone that is medium.',
  ],
  blindSpots: [
    'Tools that hide their name, which costs one line.',
    'Calls of Systems Manager and KMS are only found in log files: watch and the sweep do not ask for them.',
  ],
  response: [
    'Ask the security team whether a test was announced.',
    'If not: deactivate the credentials at once, then look at everything that they did.',
    'Find out where they were taken from, and rotate what was read.',
  ],
  actions: [
    ...actionsOf('secretsmanager.amazonaws.com'),
    ...actionsOf('cloudtrail.amazonaws.com'),
    'read-parameter',
    'decrypt',
  ],
  params: z.strictObject({}),
  matches: (event) => usesAttackTool(event) || usesTestersSystem(event) || scanners.has(event.agent.family),
  count: () => ({ by: ['actor'] }),
  describe({ events, count, spanMs }) {
    const grave = events.filter(usesAttackTool);
    const middle = events.filter(usesTestersSystem);
    const [severity, telling] =
      grave.length > 0
        ? (['high', grave] as const)
        : middle.length > 0
          ? (['medium', middle] as const)
          : (['low', events] as const);
    const tool = someOf(telling.map(nameOf));
    const answered = events.filter(({ outcome }) => outcome === 'allowed').length;
    const because = {
      high: '',
      medium: ' Medium, because it is an operating system of penetration testers and no tool.',
      low: ' Low, because it is a scanner that looks at settings.',
    }[severity];
    return {
      title: `${tool} was used on secrets by ${shortPrincipal(events[0].actor.principal)}`,
      severity,
      explanation: `${plural(count, 'call')} in ${span(spanMs)} (${someOf(events.map(({ eventName }) => eventName))}), ${answered} of ${events.length} answered.${because} The name is from the user agent, which anybody can choose. Not known: who ran it.`,
    };
  },
});
