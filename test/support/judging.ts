import { type JudgeOptions, judge } from '../../functions/core/engine/judge.ts';
import {
  createMemoryFindingStore,
  createMemoryHistoryStore,
  createMemoryWindowStore,
} from '../../functions/core/engine/memory-stores.ts';
import type { AccessEvent } from '../../functions/core/model/access-event.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';
import type { FindingStore } from '../../functions/core/ports.ts';

export interface EngineOptions extends Partial<Omit<JudgeOptions, 'windows' | 'findings' | 'history'>> {
  /** Since when nothing is missing from the history, in milliseconds; without it nothing is called new. */
  readonly completeSince?: number;
  /** Instead of one in memory. */
  readonly store?: FindingStore;
}

/** One engine over one store, to which events come in batches. */
export function createEngine({ completeSince, store, ...options }: EngineOptions = {}) {
  const windows = createMemoryWindowStore();
  const findings = createMemoryFindingStore();
  const history = createMemoryHistoryStore(completeSince);
  return {
    deliver: (events: readonly AccessEvent[]) =>
      judge(events, { settings: defaultSettings, windows, findings: store ?? findings, history, ...options }),
    /** Those that hold. */
    findings: (): Finding[] =>
      findings
        .all()
        .map(({ finding }) => finding)
        .filter(({ status }) => status === 'open')
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    stored: () => findings.all(),
  };
}

/** The findings of events that arrive at once. */
export async function findingsOf(
  events: readonly AccessEvent[],
  options: EngineOptions = {},
): Promise<Finding[]> {
  const engine = createEngine(options);
  await engine.deliver(events);
  return engine.findings();
}
