import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { dayNumber, startOfDay } from '../history/days-seen.ts';
import { networkOf } from '../history/network.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { compareSeverity, type Severity } from '../model/severity.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

const dateOf = (day: number): string => new Date(startOfDay(day)).toISOString().slice(0, 10);

/**
 * Nobody has said yet that a learned draft is complete, so that what is outside it is low while identity and network are
 * those of the days that it was learned from; `undefined` for a contract that is no draft.
 */
function underDraft(events: readonly AssessedEvent[]): { severity?: Severity; because: string } | undefined {
  const [first] = events;
  const contract = first?.assessment.contract;
  if (!first || !contract || !('learnedUntil' in contract) || contract.learnedUntil === undefined)
    return undefined;
  const until = contract.learnedUntil;
  const { complete } = first.assessment.seenSince;
  if (complete === null || complete > until) {
    return {
      because: 'Not known: whether the identity and the network were there when the contracts were learned.',
    };
  }
  const learned = `after the contracts were learned (until ${dateOf(until)})`;
  const arrivals = events.flatMap((event) => {
    const { time, actor, origin, assessment } = event;
    const own = time === null ? until : dayNumber(time);
    const identity = assessment.seenSince.identity ?? own;
    const network = networkOf(origin);
    const networkSince = assessment.seenSince.network ?? own;
    return [
      ...(identity > until
        ? [`${shortPrincipal(actor.principal)} was first seen on ${dateOf(identity)}, ${learned}.`]
        : []),
      ...(network !== undefined && networkSince > until
        ? [`${network} was first seen on ${dateOf(networkSince)}, ${learned}.`]
        : []),
    ];
  });
  return arrivals.length > 0
    ? { because: [...new Set(arrivals)].slice(0, 3).join(' ') }
    : {
        severity: 'low',
        because: `Low, because the contracts are a draft learned until ${dateOf(until)}, and both the identity and its network were known by then.`,
      };
}

export default defineDetector({
  id: 'outside-contract',
  title: 'An access that no clause of the contract permits',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'The contract in audit.yaml says who may do what with a secret, from where and when. Whatever it does not say was not agreed.',
  falsePositives: [
    'A change of the service that the contract does not know yet.',
    'A draft of secrets-audit learn that nobody has reviewed: low while the settings say learned, unless the identity or the network was first seen later.',
  ],
  blindSpots: ['Secrets without a contract.', 'Calls that name no secret, such as batch reads by filter.'],
  response: [
    'Ask the owner of the secret whether this access is meant.',
    'If so, add a clause or an exception with an end to audit.yaml; if not, revoke the sessions and rotate the secret.',
  ],
  actions: actionsOf('secretsmanager.amazonaws.com'),
  params: z.strictObject({}),
  matches: ({ outcome, assessment: { contract, isDecoy } }) =>
    outcome === 'allowed' &&
    // decoy-touched tells of decoys.
    !isDecoy &&
    (contract.outcome === 'broken' || contract.outcome === 'none-permits'),
  count: () => ({ by: ['actor', 'secret'] }),
  describe({ events, count }) {
    const [first] = events;
    const quotes = [
      ...new Set(
        events.flatMap(({ assessment: { contract } }) => ('quote' in contract ? contract.quote : [])),
      ),
    ];
    const severity = events
      .map(({ assessment: { contract } }) => ('severity' in contract ? contract.severity : undefined))
      .filter((each): each is Severity => each !== undefined)
      .sort(compareSeverity)
      .at(-1);
    const draft = underDraft(events);
    const calls = someOf(events.map(({ eventName }) => eventName));
    return {
      title: `${shortPrincipal(first.actor.principal)} used ${first.secret?.name ?? 'a secret'} outside its contract`,
      ...((severity ?? draft?.severity) && { severity: severity ?? draft?.severity }),
      explanation: [
        `${plural(count, 'call')} (${calls}).`,
        ...quotes.slice(0, 3).map(sentence),
        draft?.because,
      ]
        .filter(Boolean)
        .join(' '),
    };
  },
});
