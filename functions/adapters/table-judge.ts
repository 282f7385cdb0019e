import type { Contracts } from '../core/contracts/contracts.ts';
import { createAssessor } from '../core/engine/assessor.ts';
import { judge } from '../core/engine/judge.ts';
import { isOwnRead } from '../core/engine/own-read.ts';
import type { AccessEvent } from '../core/model/access-event.ts';
import type { Settings } from '../core/model/settings.ts';
import type { Clock, HistoryStore, InventoryStore, StoredFinding, WindowStore } from '../core/ports.ts';
import { secretReadsOf } from '../core/rotation/secret-reads.ts';
import { createCurrentContracts } from './current-contracts.ts';
import { createFindingStore } from './dynamodb-finding-store.ts';
import { createHistoryStore } from './dynamodb-history-store.ts';
import { createInventoryStore } from './dynamodb-inventory-store.ts';
import { createReaderStore } from './dynamodb-reader-store.ts';
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

export interface TableJudge {
  /**
   * Besides judging, records who read the secrets that are rotated; so does `learn`.
   *
   * @param origin where the events are of a Region and source whose past is less complete than the whole's
   */
  judge(
    events: readonly AccessEvent[],
    origin?: { readonly completeSince: number | undefined },
  ): Promise<StoredFinding[]>;
  /** Adds the events to what is usual, and judges nothing. */
  learn(events: readonly AccessEvent[]): Promise<void>;
  /** What is usual. */
  readonly usual: HistoryStore;
  /** The secrets whose tags contracts go by. */
  readonly inventory: InventoryStore;
}

/** The judgement over the suite's table: one for `watch` and the sweep, so that they cannot disagree. */
export function createTableJudge({ table, settings, ownReads, clock }: TableJudgeOptions): TableJudge {
  const inventory = createInventoryStore(table, clock);
  const currentContracts = createCurrentContracts(settings, inventory);
  const access = { clock, sleep, random: Math.random };
  const usual = createHistoryStore({ table, ...access });
  const options = {
    settings,
    ownReads: parseOwnReads(ownReads),
    windows: createWindowStore(table, clock),
    findings: createFindingStore({ table, findingDays: settings.retention.findingDays, ...access }),
  };
  const readers = createReaderStore(table);
  const rotates = settings.secrets.some(({ rotation }) => rotation?.provider !== undefined);
  const foreign = (events: readonly AccessEvent[]) =>
    events.filter((event) => !isOwnRead(event, options.ownReads));
  const recordReads = async (events: readonly AccessEvent[], contracts: Contracts): Promise<void> => {
    if (!rotates) return;
    const { isRotated } = contracts;
    await readers.record(secretReadsOf(foreign(events), isRotated));
  };
  return {
    usual,
    inventory,
    async judge(events, origin) {
      const contracts = await currentContracts();
      const findings = await judge(events, {
        ...options,
        contracts,
        history: origin ? limitedTo(usual, origin.completeSince) : usual,
      });
      await recordReads(events, contracts);
      return findings;
    },
    async learn(events) {
      const contracts = await currentContracts();
      const { minimumDays } = settings.history;
      const assessor = await createAssessor({ history: usual, windows: noWindows, contracts, minimumDays });
      await assessor.learn(foreign(events));
      await recordReads(events, contracts);
    },
  };
}

const limitedTo = (history: HistoryStore, since: number | undefined): HistoryStore => ({
  ...history,
  async completeSince() {
    const whole = await history.completeSince();
    return since === undefined || whole === undefined ? undefined : Math.max(since, whole);
  },
});

/** Nothing is judged: nothing has to wait, and nothing is judged again. */
const noWindows: WindowStore = { add: async () => {}, recall: async () => [] };
