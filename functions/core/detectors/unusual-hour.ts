import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeMfa, describeUsual } from '../history/first-phrases.ts';
import { secretKey, secretsOf } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

/** So many active days show when somebody works. */
const hoursAreKnown = 9;

/** More than the hour is new, or the hours of this person are known well. */
const isStranger = ({ assessment: { contract, firsts, networkKnownTo, usual } }: AssessedEvent): boolean =>
  // Where there is a contract its clauses say when; the hour alone is then no more than low.
  (usual.activeDays >= hoursAreKnown && contract.outcome === 'unregulated') ||
  (firsts.includes('secret') && networkKnownTo === 'nobody') ||
  (firsts.includes('team') && usual.activeDays >= 3);

/** Secrets that were new to the person, too. */
const newSecrets = (events: readonly AssessedEvent[]): number =>
  new Set(
    events
      .filter(({ assessment: { firsts } }) => firsts.includes('secret') || firsts.includes('identity'))
      .flatMap(secretsOf)
      .map(secretKey),
  ).size;

export default defineDetector({
  id: 'unusual-hour',
  title: 'A person read secrets at an hour at which they never work',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1078.004'],
  rationale:
    'Stolen sessions and insiders prefer hours at which nobody looks. Judged only for people whose hours are known, or those of their permission set; low where others with the same permission set work at that hour, as on call, unless something else is new or the person is known well.',
  falsePositives: ['An outage at night.', 'Travel to another time zone.'],
  blindSpots: [
    'People seen on fewer than four days, unless nobody with their permission set works at that hour.',
    'Machines, which run when they run.',
  ],
  response: [
    'Ask the person, by another way than the account, whether it was them.',
    'If not: revoke the session, and rotate the secrets that were read.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({}),
  matches: ({ outcome, assessment: { firsts } }) =>
    outcome === 'allowed' && (firsts.includes('hour') || firsts.includes('own-hour')),
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const [first] = events;
    const isOdd = events.some(isStranger) || newSecrets(events) > 1;
    const isAlone = events.some(({ assessment }) => assessment.firsts.includes('hour'));
    const hour = first.time === null ? '' : new Date(first.time).toISOString().slice(11, 16);
    return {
      title: `${shortPrincipal(first.actor.principal)} read ${someOf(events.flatMap(secretsOf).map(({ name }) => name))} at ${hour} UTC, an hour new to them`,
      severity: isOdd ? 'medium' : 'low',
      explanation: `${plural(count, 'read')} at an hour at which ${isAlone ? 'neither this person nor anybody with the same permission set had worked' : 'this person had not worked; others with the same permission set had, as on call'}. ${describeUsual(first)}${describeMfa(events)} Not known: whether they were called in.`,
    };
  },
});
