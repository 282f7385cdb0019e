import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { secretsOf } from '../model/access-event.ts';
import { more, plural, shortPrincipal, span } from '../phrases.ts';

const namesShown = 10;
const infrastructureAsCode = new Set(['terraform', 'opentofu', 'pulumi']);

/** After Elastic's "Rapid Secret Retrieval Attempts from AWS SecretsManager", whose threshold is the default. */
export default defineDetector({
  id: 'mass-retrieval',
  title: 'Many secrets read in a few minutes',
  severity: 'high',
  status: 'stable',
  attack: ['T1555.006'],
  rationale:
    'Whoever has taken over an identity reads all that it may read, at once, before it is taken back. A service reads the few secrets that it needs.',
  falsePositives: [
    'A sync operator, a backup or a migration that reads every secret on purpose.',
    'Infrastructure-as-code that refreshes its state; its finding is one level milder and says so.',
  ],
  blindSpots: [
    'Slow theft that stays under the number in every window.',
    'Theft that is spread over several identities.',
  ],
  response: [
    'Ask the owner of the identity whether this was planned.',
    'If not: revoke its sessions and credentials, then rotate the secrets that were read, those in use outside AWS first.',
    'Look at what else the identity did in the hour before.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({
    distinctSecrets: z.int().min(2).max(1000).default(20).describe('Different secrets read by one identity'),
    windowMinutes: z.int().min(1).max(1440).default(6).describe('Length of the window, in minutes'),
  }),
  matches: (event) =>
    event.outcome === 'allowed' &&
    secretsOf(event).length > 0 &&
    // Its child reads are counted instead: each value once.
    !event.batch?.childReads,
  count: ({ distinctSecrets, windowMinutes }) => ({
    by: ['actor'],
    distinct: 'secret',
    atLeast: distinctSecrets,
    withinMinutes: windowMinutes,
  }),
  describe({ events, distinct, spanMs }, { distinctSecrets, windowMinutes }) {
    const [first] = events;
    const tool = events.every(({ agent }) => infrastructureAsCode.has(agent.family)) && first.agent.family;
    const names = [...new Set(events.flatMap(secretsOf).map(({ name }) => name))].sort();
    const limit = `${distinctSecrets} within ${span(windowMinutes * 60_000)}`;
    const counted =
      spanMs > windowMinutes * 60_000
        ? `${plural(distinct, 'different secret')} over ${span(spanMs)}, each of them in a window that met the limit of ${limit}.`
        : `${plural(distinct, 'different secret')} in ${span(spanMs)}; the limit is ${limit}.`;
    const number = `${counted} Read: ${names.slice(0, namesShown).join(', ')}${more(distinct - namesShown)}.`;
    return {
      title: `${plural(distinct, 'secret')} read in ${span(spanMs)} by ${shortPrincipal(first.actor.principal)}`,
      severity: tool ? 'medium' : 'high',
      explanation: tool
        ? `${number} Medium instead of high, because every call names itself ${tool}, which reads much at once. Anybody can send that name: confirm that a run was planned.`
        : number,
    };
  },
});
