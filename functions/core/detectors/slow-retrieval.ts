import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeUsual } from '../history/first-phrases.ts';
import { secretsOf } from '../model/access-event.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

/** Days in which a new identity, or a new colleague, gets to know its secrets. */
const settledIn = 14;

export default defineDetector({
  id: 'slow-retrieval',
  title: 'An identity reads secrets new to it, day after day',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'Who knows the thresholds stays under them: one or two secrets a day, in office hours, for weeks. Services get a new secret with a release, not on many days in a row.',
  falsePositives: [
    'Somebody who takes over the duties of a colleague.',
    'A migration that moves secrets one by one.',
  ],
  blindSpots: [
    'Slower than the window: fewer days with a new secret than the limit.',
    'An identity that is itself younger than two weeks.',
  ],
  response: [
    'Look at the list of secrets: do they belong to one duty that the identity was given?',
    'If not: revoke its sessions, and treat all of them as read.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({
    days: z
      .int()
      .min(2)
      .max(60)
      .default(4)
      .describe('Different days on which a secret was read for the first time'),
    windowDays: z.int().min(2).max(60).default(21).describe('Length of the window, in days'),
  }),
  matches: ({ outcome, assessment: { contract, firsts, secretIsNew, usual } }) =>
    outcome === 'allowed' &&
    // What a contract permits was agreed.
    contract.outcome !== 'permitted' &&
    !secretIsNew &&
    firsts.includes('secret') &&
    usual.firstSeenDaysAgo >= settledIn,
  count: ({ days, windowDays }) => ({
    by: ['actor'],
    distinct: 'day',
    atLeast: days,
    withinMinutes: windowDays * 1440,
  }),
  describe({ events, distinct }, { days, windowDays }) {
    const [first] = events;
    const names = events.flatMap(secretsOf).map(({ name }) => name);
    return {
      title: `${shortPrincipal(first.actor.principal)} read ${plural(new Set(names).size, 'secret')} new to it on ${plural(distinct, 'day')}`,
      explanation: `On ${plural(distinct, 'different day')} it read a secret for the first time; the limit is ${days} within ${plural(windowDays, 'day')}. Read: ${someOf(names, 10)}. ${describeUsual(first)} Not known: whether it was given new duties.`,
    };
  },
});
