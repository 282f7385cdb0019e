import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts, describeUsual } from '../history/first-phrases.ts';
import type { AssessedEvent, First } from '../model/assessment.ts';
import { gravestAmong, type Severity } from '../model/severity.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';

/** Without these signs it is how people use the console and how tools synchronise. */
const isNotable = ({ outcome, assessment: { history, firsts, secretIsNew } }: AssessedEvent): boolean =>
  (history === 'short' && outcome === 'allowed') ||
  firsts.includes('identity') ||
  firsts.includes('network') ||
  (firsts.includes('secret') && !secretIsNew);

/** How much there is to a read at the end of a search. */
function weigh(read: AssessedEvent): { severity: Severity; because: string } {
  const { history, firsts, networkKnownTo, usual } = read.assessment;
  if (history === 'short') return { severity: 'info', because: 'Not known: whether that is usual for it.' };
  if (read.outcome === 'denied') return { severity: 'low', because: 'The read was refused.' };
  const isElsewhere = networkKnownTo === 'nobody' && !usual.networksVary;
  if (read.actor.kind !== 'person') {
    return firsts.includes('identity') && !isElsewhere
      ? {
          severity: 'low',
          because: 'Low instead of medium: new identities look around, and the network is known.',
        }
      : { severity: 'medium', because: '' };
  }
  const signs = [
    isElsewhere,
    firsts.includes('team') && usual.activeDays >= 3,
    firsts.some((first) => odd.has(first)),
  ];
  if (signs.filter(Boolean).length > 1) return { severity: 'medium', because: '' };
  return {
    severity: signs.some(Boolean) ? 'low' : 'info',
    because: 'Milder, because a person lists and describes before a read, and the console does it by itself.',
  };
}

/** What looking for a secret does not explain. */
const odd = new Set<First>(['agent', 'hour', 'action']);

/**
 * After Panther's proposal of list, describe and get by one principal within ten minutes. Without a read there is
 * nothing to tell, and where all is refused denied-probing tells it.
 */
export default defineDetector({
  id: 'enumeration',
  title: 'Secrets listed, described and read one after the other',
  severity: 'medium',
  status: 'stable',
  stage: 'discovery',
  attack: ['T1526', 'T1555.006'],
  rationale:
    'Services know the names of their secrets. Whoever does not must list, look and then read; done in minutes, and ending at a secret that the identity never read or in a network that is not its own, it is a search.',
  falsePositives: [
    'A person who looks for a secret in the console; where nothing else is new to them, the finding is info.',
    'A tool that synchronises secrets; where nothing about it is new there is no finding.',
  ],
  blindSpots: [
    'A search with pauses, or whose list and read come from two identities.',
    'A read by a batch call by filter needs no list.',
  ],
  response: [
    'Ask the owner of the identity what it was looking for.',
    'If nobody knows: revoke its sessions, and rotate what was read.',
  ],
  actions: ['list', 'describe', 'read'],
  params: z.strictObject({
    windowMinutes: z.int().min(1).max(1440).default(10).describe('Length of the window, in minutes'),
  }),
  matches: (event) =>
    event.action === 'read'
      ? event.outcome !== 'failed' && event.detail.networkActivity !== true && isNotable(event)
      : event.outcome === 'allowed',
  count: ({ windowMinutes }) => ({
    by: ['actor'],
    distinct: 'action',
    atLeast: 3,
    withinMinutes: windowMinutes,
  }),
  describe({ events, count, spanMs }, { windowMinutes }) {
    const [first] = events;
    const reads = events.filter(({ action }) => action === 'read');
    const weighed = reads.map((read) => ({ read, ...weigh(read) }));
    const worst = gravestAmong(weighed);
    const names = someOf(reads.flatMap(({ secret }) => secret?.name ?? [])) || 'a secret';
    const firsts = describeFirsts(reads);
    return {
      title: `${shortPrincipal(first.actor.principal)} listed, described and read secrets in ${span(spanMs)}`,
      severity: worst?.severity ?? 'info',
      explanation: [
        `${plural(count, 'call')}, all three kinds within ${span(windowMinutes * 60_000)}. Read: ${names}${firsts ? `, ${firsts}` : ''}.`,
        worst?.because,
        worst?.read.assessment.history === 'sufficient' && describeUsual(worst.read),
      ]
        .filter(Boolean)
        .join(' '),
    };
  },
});
