import { type JudgeOptions, judge } from '../../functions/core/engine/judge.ts';
import {
  createMemoryFindingStore,
  createMemoryWindowStore,
} from '../../functions/core/engine/memory-stores.ts';
import type { AccessEvent } from '../../functions/core/model/access-event.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';

/** One engine over one store, to which events come in batches. */
export function createEngine(options: Partial<JudgeOptions> = {}) {
  const windows = createMemoryWindowStore();
  const findings = createMemoryFindingStore();
  return {
    deliver: (events: readonly AccessEvent[]) =>
      judge(events, { settings: defaultSettings, windows, findings, ...options }),
    findings: (): Finding[] =>
      findings
        .all()
        .map(({ finding }) => finding)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    stored: () => findings.all(),
  };
}

/** The findings of events that arrive at once. */
export async function findingsOf(
  events: readonly AccessEvent[],
  options: Partial<JudgeOptions> = {},
): Promise<Finding[]> {
  const engine = createEngine(options);
  await engine.deliver(events);
  return engine.findings();
}
