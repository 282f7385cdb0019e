import { judge } from '../core/engine/judge.ts';
import type { AccessEvent } from '../core/model/access-event.ts';
import type { Settings } from '../core/model/settings.ts';
import type { Clock, StoredFinding } from '../core/ports.ts';
import { createFindingStore } from './dynamodb-finding-store.ts';
import type { Table } from './dynamodb-table.ts';
import { createWindowStore } from './dynamodb-window-store.ts';
import { parseOwnReads } from './lambda-environment.ts';
import { sleep } from './system-clock.ts';

export interface TableJudgeOptions {
  readonly table: Table;
  readonly settings: Settings;
  /** Variable OWN_READS of the environment. */
  readonly ownReads: string;
  readonly clock: Clock;
}

/** The judgement over the suite's table: one for `watch` and the sweep, so that they cannot disagree. */
export function createTableJudge({ table, settings, ownReads, clock }: TableJudgeOptions) {
  const options = {
    settings,
    ownReads: parseOwnReads(ownReads),
    windows: createWindowStore(table, clock),
    findings: createFindingStore({
      table,
      findingDays: settings.retention.findingDays,
      clock,
      sleep,
      random: Math.random,
    }),
  };
  return (events: readonly AccessEvent[]): Promise<StoredFinding[]> => judge(events, options);
}
