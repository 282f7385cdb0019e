import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts, describeMfa, describeUsual } from '../history/first-phrases.ts';
import { secretKey, secretsOf } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

/** On so many days somebody was seen reading that their team is known. */
const teamsKnownDays = 3;

/** Another first, beside the secret's, that a change of duties does not explain. */
function isStranger({ actor, agent, assessment: { firsts, networkKnownTo, usual } }: AssessedEvent): boolean {
  const isElsewhere = networkKnownTo === 'nobody' && !usual.networksVary;
  const isOdd = firsts.includes('hour') || firsts.includes('action');
  // People travel, and help out in their team: for them it takes another team's secret, or two signs.
  if (actor.kind === 'person') {
    if (firsts.includes('team') && (usual.activeDays >= teamsKnownDays || agent.family === 'cloudshell'))
      return true;
    const signs = [isElsewhere, isOdd || firsts.includes('own-hour'), firsts.includes('agent')];
    return signs.filter(Boolean).length > 1;
  }
  return isElsewhere || (networkKnownTo === 'people' && !firsts.includes('identity')) || isOdd;
}

/** Secrets of teams whose secrets it had not read. */
const foreignSecrets = (events: readonly AssessedEvent[]): number =>
  new Set(
    events
      .filter(({ actor, assessment }) => actor.kind === 'person' && assessment.firsts.includes('team'))
      .flatMap(secretsOf)
      .map(secretKey),
  ).size;

/** More than a change of duties explains. */
function isNotable(
  events: readonly [AssessedEvent, ...AssessedEvent[]],
  distinct: number,
  manySecrets: number,
): boolean {
  if (events.some(isStranger) || foreignSecrets(events) > 1) return true;
  const [{ actor, assessment }] = events;
  const isNew = assessment.firsts.includes('identity');
  // New services read all of their secrets on their first day; a new colleague does not.
  if (isNew && actor.kind !== 'person') return false;
  return distinct >= manySecrets && distinct > assessment.usual.secretsADay;
}

/** After Elastic's "First Time Seen AWS Secret Value Accessed" and Datadog's new-value method. */
export default defineDetector({
  id: 'first-seen-reader',
  title: 'A secret was read by an identity that had not read it before',
  severity: 'low',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'Stolen credentials read what their owner never needed. Alone it is often a change of duties, so it is low; from a network that nobody here had used, at an odd hour, by a call new to the identity or of another team it is medium.',
  falsePositives: ['A new service, or a service that needs one more secret.', 'A colleague who helps out.'],
  blindSpots: [
    'The first weeks, while too little history is known.',
    'An identity that reads only what it always reads.',
    'A read by a batch call by filter, which names no secret.',
  ],
  response: [
    'Ask the owner of the identity whether it needs this secret now.',
    'If so, add a clause to the contract of the secret; if not, revoke its sessions and rotate the secret.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({
    manySecrets: z
      .int()
      .min(2)
      .max(1000)
      .default(4)
      .describe('Different secrets, first read by one identity on one day, from which the finding is medium'),
  }),
  matches(event) {
    const { contract, firsts, secretIsNew } = event.assessment;
    return (
      event.outcome === 'allowed' &&
      // What a contract permits was agreed.
      contract.outcome !== 'permitted' &&
      secretsOf(event).length > 0 &&
      !secretIsNew &&
      (firsts.includes('secret') || firsts.includes('identity'))
    );
  },
  count: () => ({ by: ['actor'], distinct: 'secret' }),
  describe({ events, distinct }, { manySecrets }) {
    const [first] = events;
    const isNew = first.assessment.firsts.includes('identity');
    const names = someOf(events.flatMap(secretsOf).map(({ name }) => name));
    const firsts = describeFirsts(events);
    return {
      title: `${shortPrincipal(first.actor.principal)} read ${distinct === 1 ? names : plural(distinct, 'secret')} for the first time`,
      severity: isNotable(events, distinct, manySecrets) ? 'medium' : 'low',
      explanation: `${isNew ? 'An identity not seen before' : 'It'} read ${names}, which it had not read in the last 128 days${firsts ? `, ${firsts}` : ''}. ${describeUsual(first)}${describeMfa(events)} Not known: whether it was given this duty lately.`,
    };
  },
});
