import * as z from 'zod';
import { infrastructureAsCode } from '../benign-causes.ts';
import { defineDetector } from '../detector.ts';
import { secretKey, secretsOf } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import type { Severity } from '../model/severity.ts';
import { listed, more, plural, shortPrincipal, span } from '../phrases.ts';

const namesShown = 10;

/** After Elastic's "Rapid Secret Retrieval Attempts from AWS SecretsManager", whose threshold is the default. */
export default defineDetector({
  id: 'mass-retrieval',
  title: 'Many secrets read in a few minutes',
  severity: 'high',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'Whoever has taken over an identity reads all that it may read, at once, before it is taken back. A service reads the few secrets that it needs.',
  falsePositives: [
    'A sync operator, a backup or a migration that reads every secret on purpose.',
    'Infrastructure-as-code that refreshes its state; its finding is milder and says so.',
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
    window: 'value-reads',
  }),
  describe({ events, distinct, spanMs }, { distinctSecrets, windowMinutes }) {
    const [first] = events;
    const names = [...new Set(events.flatMap(secretsOf).map(({ name }) => name))].sort();
    const limit = `${distinctSecrets} within ${span(windowMinutes * 60_000)}`;
    const counted =
      spanMs > windowMinutes * 60_000
        ? `${plural(distinct, 'different secret')} over ${span(spanMs)}, each of them in a window that met the limit of ${limit}.`
        : `${plural(distinct, 'different secret')} in ${span(spanMs)}; the limit is ${limit}.`;
    const number = `${counted} Read: ${names.slice(0, namesShown).join(', ')}${more(distinct - namesShown)}.`;
    const { severity, because } = weigh(events, distinct, distinctSecrets);
    return {
      title: `${plural(distinct, 'secret')} read in ${span(spanMs)} by ${shortPrincipal(first.actor.principal)}`,
      severity,
      explanation: `${number}${streamsOf(events)}${because}`,
    };
  },
});

/**
 * One identity's reads are told apart by tool: infrastructure-as-code reads much at once, and what an identity does on
 * many days is its habit. Neither is dropped, because a name can be forged and a habit be abused, and neither excuses
 * the reads of another tool beside it.
 */
function weigh(
  events: readonly AssessedEvent[],
  distinct: number,
  limit: number,
): { severity: Severity; because: string } {
  const strange = events.filter((event) => !isUsual(event));
  const [first] = events;
  const most = first?.assessment.usual.secretsADay ?? 0;
  if (distinctSecretsOf(strange) * 2 < limit && most * 1.25 >= distinct) {
    return {
      severity: 'info',
      because: ` Info instead of high, because it is usual: the identity read up to ${plural(most, 'secret')} a day before, from the same networks with the same tools.`,
    };
  }
  const tools = new Set(strange.map(({ agent }) => agent.family));
  const [tool] = tools;
  if (
    tools.size === 1 &&
    tool !== undefined &&
    infrastructureAsCode.has(tool) &&
    !strange.some(isElsewhere)
  ) {
    return {
      severity: 'medium',
      because: ` Medium instead of high, because every unusual call names itself ${tool}, which reads much at once. Anybody can send that name: confirm that a run was planned.`,
    };
  }
  return { severity: 'high', because: '' };
}

/** Without history nothing is known to be usual. */
const isUsual = ({ assessment: { history, firsts, secretIsNew } }: AssessedEvent): boolean =>
  history === 'sufficient' &&
  firsts.every((first) => first === 'hour' || (first === 'secret' && secretIsNew));

const isElsewhere = ({ assessment: { firsts } }: AssessedEvent): boolean => firsts.includes('network');

const distinctSecretsOf = (events: readonly AssessedEvent[]): number =>
  new Set(events.flatMap(secretsOf).map(secretKey)).size;

/** Where several tools read under one identity, what each of them read. */
function streamsOf(events: readonly AssessedEvent[]): string {
  const streams = Map.groupBy(events, ({ agent }) => agent.family);
  if (streams.size < 2) return '';
  const texts = [...streams].map(([family, own]) => `${distinctSecretsOf(own)} by ${family}`).sort();
  return ` Of these ${listed(texts)}.`;
}
