import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { networkOf } from '../history/network.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { listed, shortPrincipal, span } from '../phrases.ts';

/** One set of temporary credentials, in a network that it knows and in one that it does not. */
function divided(events: readonly AssessedEvent[]): AssessedEvent[] | undefined {
  const sessions = Map.groupBy(events, ({ actor }) => actor.accessKeyId ?? '');
  for (const [accessKeyId, own] of sessions) {
    const isNew = ({ assessment }: AssessedEvent) => assessment.firsts.includes('network');
    if (accessKeyId !== '' && own.some(isNew) && !own.every(isNew)) return own;
  }
  return undefined;
}

/** After GuardDuty's InstanceCredentialExfiltration, which knows where an instance is; this only sees two places. */
export default defineDetector({
  id: 'session-elsewhere',
  title: 'One session in two networks at once',
  severity: 'high',
  status: 'experimental',
  stage: 'access',
  attack: ['T1078.004', 'T1555.006'],
  rationale:
    'Temporary credentials stay with the host that they were given to. The same access key in its usual network and in another one within an hour means that somebody has a copy.',
  falsePositives: [
    'A NAT gateway that is replaced while the host works on.',
    'A laptop that changes its network.',
  ],
  blindSpots: [
    'A copy that is used only after the original has stopped.',
    'A copy in a network that the identity uses anyway.',
  ],
  response: [
    'Revoke the sessions of the role that are older than now.',
    'Find the host that the credentials were given to, and look for how they left it.',
    'Rotate the secrets that were read from the other network.',
  ],
  actions: ['read'],
  params: z.strictObject({
    windowMinutes: z.int().min(1).max(1440).default(60).describe('Length of the window, in minutes'),
  }),
  waits: ({ outcome, origin }) => outcome === 'allowed' && networkOf(origin) !== undefined,
  matches: ({ outcome, origin, actor }) =>
    outcome === 'allowed' &&
    networkOf(origin) !== undefined &&
    actor.accessKeyId?.startsWith('ASIA') === true,
  count: ({ windowMinutes }) => ({
    by: ['actor'],
    distinct: 'network',
    atLeast: 2,
    withinMinutes: windowMinutes,
  }),
  describe({ events, spanMs }, { windowMinutes }) {
    const session = divided(events);
    const [first] = session ?? [];
    if (!session || !first) return undefined;
    const networks = [...new Set(session.flatMap(({ origin }) => networkOf(origin) ?? []))].sort();
    return {
      title: `One session of ${shortPrincipal(first.actor.principal)} read secrets from ${networks.length} networks`,
      explanation: `The same access key read from ${listed(networks)} in ${span(spanMs)}; the window is ${span(windowMinutes * 60_000)}, and one of them is new to the identity. Not known: which of them is the original.`,
    };
  },
});
