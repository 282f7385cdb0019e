import * as z from 'zod';
import { defineDetector, type Judgement } from '../detector.ts';
import { type Refusals, triage } from '../history/denial-triage.ts';
import { describeFirsts, describeUsual } from '../history/first-phrases.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';

const source = 'secretsmanager.amazonaws.com';

/** Another sign that the credentials are in strange hands: their place, or what they try. */
const isStrange = ({ assessment: { history, firsts, networkKnownTo, usual } }: AssessedEvent): boolean =>
  history === 'sufficient' &&
  (firsts.includes('action') ||
    // A new identity is new to every network; only one that nobody here uses tells something.
    (networkKnownTo === 'nobody' && !usual.networksVary) ||
    (firsts.includes('network') && !usual.networksVary));

const permissionsOf = (events: readonly AssessedEvent[]): string =>
  someOf(
    events.map(({ eventName, secret }) => `secretsmanager:${eventName}${secret ? ` on ${secret.name}` : ''}`),
  );

/** Which policy to look at first, where the refusals name it. */
function refusedBy(events: readonly AssessedEvent[]): string {
  const texts = events.flatMap(({ detail: { refusal } }) =>
    refusal
      ? refusal.explicit
        ? `an explicit deny in a ${refusal.by}`
        : `no ${refusal.by} that allows it`
      : [],
  );
  return texts.length > 0 ? ` IAM gives as reason: ${someOf(texts, 3)}.` : '';
}

const secretsNamed = (events: readonly AssessedEvent[]): number =>
  new Set(events.flatMap(({ secret }) => secret?.name ?? [])).size;

function describeFix({ kind, events }: Refusals, count: number): Judgement {
  const [first] = events;
  const who = first ? shortPrincipal(first.actor.principal) : 'somebody';
  const permissions = permissionsOf(events);
  return kind === 'removed-grant'
    ? {
        title: `${who} is refused ${permissions}, which it used to read`,
        severity: 'low',
        explanation: `Refused ${plural(count, 'time')} from a network that it uses. A permission was taken away, or the policy of the secret or of its key was changed.${refusedBy(events)} Likely fix: allow ${permissions} again; if it was taken away on purpose, change or stop what still reads. Nothing was read by these calls.`,
      }
    : {
        title: `${who} lacks ${permissions}`,
        severity: 'info',
        explanation: `Refused ${plural(count, 'time')}, the same again and again, as of a program that lacks a permission.${refusedBy(events)} Likely fix: allow ${permissions}, or take the call out. Nothing was read by these calls.`,
      };
}

/** After Panther's "Secrets Manager Retrieve Secrets" (denials), told apart by what was refused. */
export default defineDetector({
  id: 'denied-probing',
  title: 'Calls on secrets were refused',
  severity: 'low',
  status: 'stable',
  stage: 'probing',
  attack: ['T1555.006', 'T1526'],
  rationale:
    'Stolen credentials are tried out: list, describe, read, one after the other, until something answers. A missing permission fails at one place, again and again, and a permission that was taken away fails where it worked before. Only trying out grows graver: medium from a strange network or by calls new to the identity, high by its number.',
  falsePositives: [
    'A new role whose permissions are still being written.',
    'A person who opens the Secrets Manager console without permission to list.',
  ],
  blindSpots: [
    'One refused call at a time, with long pauses.',
    'Old records that do not name the secret.',
    'Trying out only what the identity used to read, from its own network, looks like a permission that was taken away.',
  ],
  response: [
    'Where a permission is missing or was taken away: make the change that the finding names, or stop what calls.',
    'Else ask the owner of the identity whether a deployment explains it.',
    'If nothing does: look at where the calls came from, and revoke the credentials.',
  ],
  actions: actionsOf(source),
  params: z.strictObject({
    denials: z.int().min(2).max(1000).default(3).describe('Refused calls by one identity'),
    targets: z
      .int()
      .min(1)
      .max(100)
      .default(2)
      .describe('Different actions or secrets among them, from which it is trying out'),
    windowMinutes: z.int().min(1).max(1440).default(60).describe('Length of the window, in minutes'),
    highAt: z.int().min(2).max(10000).default(20).describe('Refused calls from which trying out is high'),
  }),
  matches: ({ outcome, eventSource, detail }) =>
    outcome === 'denied' && eventSource === source && detail.networkActivity !== true,
  count: ({ denials, windowMinutes }) => ({
    by: ['actor'],
    distinct: 'target',
    atLeast: 1,
    atLeastEvents: denials,
    withinMinutes: windowMinutes,
  }),
  describe({ events, count, spanMs }, { denials, targets, windowMinutes, highAt }) {
    const refusals = triage(events, { denials, targets, windowMs: windowMinutes * 60_000 });
    const beyond = count - events.length;
    if (refusals.kind !== 'probing') return describeFix(refusals, refusals.events.length + beyond);

    const tried = refusals.events;
    const number = tried.length + beyond;
    const strange = tried.find(isStrange);
    const firsts = describeFirsts(tried);
    return {
      title: `${plural(number, 'refused call')} on secrets in ${span(spanMs)} by ${shortPrincipal(events[0].actor.principal)}`,
      severity: number >= highAt ? 'high' : strange ? 'medium' : 'low',
      explanation: [
        `${plural(number, 'refused call')} (${someOf(tried.map(({ eventName }) => eventName))}) on ${plural(secretsNamed(tried), 'named secret')}${firsts ? `, ${firsts}` : ''}; the limit is ${denials} on ${targets} or more actions or secrets within ${span(windowMinutes * 60_000)}, high from ${highAt}.`,
        tried.length < events.length &&
          `Besides, ${plural(events.length - tried.length, 'call')} of the kind that a missing permission makes.`,
        strange && describeUsual(strange),
        'Nothing was read by them.',
        tried.some(({ secret }) => !secret) && 'Not known: which secret, for the calls that name none.',
      ]
        .filter(Boolean)
        .join(' '),
    };
  },
});
