import { dayNumber } from '../history/days-seen.ts';
import type { AccessEvent } from '../model/access-event.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import type { Settings } from '../model/settings.ts';
import type { HistoryStore } from '../ports.ts';
import { byTime } from './incident-threads.ts';
import { withIncidents } from './incidents.ts';
import { type JudgeOptions, judge } from './judge.ts';
import {
  createMemoryFindingStore,
  createMemoryHistoryStore,
  createMemoryWindowStore,
} from './memory-stores.ts';

export interface JudgeAllOptions extends Pick<JudgeOptions, 'contracts' | 'ownReads' | 'detectors'> {
  /** Since when nothing is missing, in milliseconds; default: since the first event, or what the history knows. */
  readonly completeSince?: number;
  /** What earlier runs have learned, and this one adds to; default: one in memory. */
  readonly history?: HistoryStore;
}

export interface Judged {
  /** Those that hold, each with its incident, in order of time. */
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
}

export interface JudgedAll extends Judged {
  /** Since when nothing is missing from the history; `undefined` where no event has a time. */
  readonly knownSince: number | undefined;
}

/**
 * Judges events that are all there at once, in memory. Day after day, as the suite would have met them: a history keeps
 * the rates of the last weeks only, so that the first of many days could not be judged after the last was learned.
 */
export async function judgeAll(
  events: readonly AccessEvent[],
  settings: Settings,
  { completeSince, history = createMemoryHistoryStore(), ...options }: JudgeAllOptions = {},
): Promise<JudgedAll> {
  const first = events.reduce((least, { time }) => Math.min(least, time ?? least), Number.POSITIVE_INFINITY);
  const since = completeSince ?? (Number.isFinite(first) ? first : undefined);
  const findings = createMemoryFindingStore();
  if (since !== undefined) await history.setCompleteSince(since);
  const stores = { windows: createMemoryWindowStore({ forgets: true }), history, findings };
  const days = Map.groupBy(events, ({ time }) =>
    time === null ? Number.POSITIVE_INFINITY : dayNumber(time),
  );
  for (const [, ofDay] of [...days].sort(([a], [b]) => a - b)) {
    await judge(ofDay, { settings, ...stores, ...options });
  }
  const standing = findings
    .all()
    .map(({ finding }) => finding)
    .filter(({ status }) => status === 'open')
    .sort(byTime);
  return { ...withIncidents(standing), knownSince: await history.completeSince() };
}
