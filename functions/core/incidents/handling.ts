import type { HandlingWord, HistoryEntry, IncidentRecord } from '../model/incident-record.ts';
import type { StoredIncident } from '../ports.ts';
import { incidentName } from './incident-name.ts';

/** What a person says of an incident. */
export interface Handling {
  readonly word: HandlingWord;
  /** A Slack user id, or the user of the command line. */
  readonly by: string;
  readonly reason?: string;
  /** Of a snooze, in milliseconds. */
  readonly until?: number;
}

export type HandlingProblem =
  | 'already-resolved'
  | 'not-closed'
  | 'merged'
  | 'withdrawn'
  | 'no-reason'
  | 'long-reason'
  | 'no-end'
  | 'past-end'
  | 'late-end';

export type Handled =
  | { readonly stored: StoredIncident }
  /** Nothing changes, and a sentence says why. */
  | { readonly refused: HandlingProblem; readonly because: string };

export const longestReason = 500;
const dayMs = 86_400_000;
const longestSnoozeMs = 30 * dayMs;
/** Of a history that grows on and on, the first entry and the latest ones are kept. */
const mostEntries = 50;

/** Applies what a person says to an incident; its history tells of it, and its revision grows. */
export function handle(stored: StoredIncident, handling: Handling, now: number): Handled {
  const { record } = stored;
  const refusal = refusalOf(record, handling, now);
  if (refusal) return refusal;
  const { word, by, until } = handling;
  const entry: HistoryEntry = {
    at: new Date(now).toISOString(),
    by,
    word,
    reason: reasonOf(handling),
    ...(word === 'snooze' && until !== undefined && { until: new Date(until).toISOString() }),
  };
  return {
    stored: {
      ...stored,
      record: {
        ...record,
        ...changes[word](entry),
        revision: record.revision + 1,
        history: withEntry(record.history, entry),
      },
    },
  };
}

const changes: Readonly<Record<HandlingWord, (entry: HistoryEntry) => Partial<IncidentRecord>>> = {
  acknowledge: (acknowledged) => ({ acknowledged }),
  snooze: (snoozed) => ({ snoozed }),
  resolve: () => ({ status: 'resolved' }),
  // What nobody of the own people did is not to be waited for.
  'not-expected': () => ({ acknowledged: null, snoozed: null }),
  reopen: () => ({ status: 'open', acknowledged: null, snoozed: null }),
};

export function withEntry(history: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  const all = [...history, entry];
  return all.length <= mostEntries ? all : [...all.slice(0, 1), ...all.slice(1 - mostEntries)];
}

/** That somebody said it was not theirs, as long as nobody has looked after it since. */
export function notExpectedIn({ history }: IncidentRecord): HistoryEntry | undefined {
  const last = history.findLast(
    ({ word }) => word === 'not-expected' || word === 'acknowledge' || word === 'resolve',
  );
  return last?.word === 'not-expected' ? last : undefined;
}

const reasonOf = ({ reason = '' }: Handling): string => reason.trim();

function refusalOf(record: IncidentRecord, handling: Handling, now: number): Handled | undefined {
  const { word, until } = handling;
  const name = incidentName(record.incident.id);
  const refuse = (refused: HandlingProblem, because: string): Handled => ({ refused, because });
  if (record.status === 'merged') {
    const into = record.mergedInto === null ? 'another incident' : incidentName(record.mergedInto);
    return refuse('merged', `${name} is told in ${into} now. Say it of that one.`);
  }
  if (record.status === 'withdrawn') {
    return refuse('withdrawn', `${name} is withdrawn: none of its findings holds. There is nothing to do.`);
  }
  if (word === 'reopen' ? record.status === 'open' : record.status === 'resolved') {
    return word === 'reopen'
      ? refuse('not-closed', `${name} is open already.`)
      : refuse('already-resolved', `${name} is resolved already. Reopen it first, if it is not over.`);
  }
  const reason = reasonOf(handling);
  if (reason === '' && (word === 'snooze' || word === 'resolve')) {
    return refuse('no-reason', `To ${word} an incident a reason is needed; it stays in its history.`);
  }
  if (reason.length > longestReason) {
    return refuse(
      'long-reason',
      `A reason has at most ${longestReason} characters, this one ${reason.length}.`,
    );
  }
  if (word !== 'snooze') return undefined;
  if (until === undefined) return refuse('no-end', 'A snooze needs an end.');
  if (until <= now) return refuse('past-end', 'The end of a snooze must be in the future.');
  return until - now > longestSnoozeMs ? refuse('late-end', 'A snooze is at most 30 days long.') : undefined;
}
