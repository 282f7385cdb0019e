import type { Command } from 'commander';
import { checkDigestsAmong } from '../functions/adapters/digest-report.ts';
import { findLogFiles } from '../functions/adapters/log-file-tree.ts';
import { openSqliteHistoryStore } from '../functions/adapters/sqlite-history-store.ts';
import { completenessOf } from '../functions/core/completeness/completeness.ts';
import { type Contracts, createContracts } from '../functions/core/contracts/contracts.ts';
import { buildAuditReport } from '../functions/core/engine/audit-report.ts';
import { judgeAll } from '../functions/core/engine/judge-all.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { isHistorySufficient } from '../functions/core/history/assessment-basis.ts';
import { dayNumber } from '../functions/core/history/days-seen.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import type { AuditReport } from '../functions/core/model/audit-report.ts';
import { defaultSettings, type Settings } from '../functions/core/model/settings.ts';
import { readEvents } from './read-events.ts';
import { readInventory } from './read-inventory.ts';
import { readSettings } from './read-settings.ts';

export interface JudgeFlags {
  readonly settings?: string;
  readonly history?: string;
  readonly inventory?: string;
  readonly publicKeys?: readonly string[];
}

/** The options of each command that judges log files. */
export const withJudgeOptions = (command: Command): Command =>
  command
    .option('--settings <file>', 'audit.yaml with contracts and parameters (default: built-in settings)')
    .option(
      '--history <file>',
      'keeps what is usual, and of audit the incidents, from one run to the next; made where it is missing (default: what the files tell)',
    )
    .option(
      '--inventory <file>',
      'what "aws secretsmanager list-secrets" prints: tags for contracts and owners',
    )
    .option(
      '--public-keys <file...>',
      'what "aws cloudtrail list-public-keys" prints, to check digest signatures',
    );

export interface JudgedFiles {
  readonly report: AuditReport;
  readonly events: readonly AccessEvent[];
  readonly settings: Settings;
  readonly contracts: Contracts;
  /** Files of other kinds. */
  readonly ignored: number;
}

/**
 * Reads log files, judges them, and says how far they reach.
 *
 * @returns `undefined` where an option cannot be used; standard error then says why
 */
export async function judgeFiles(
  paths: readonly string[],
  { settings: path, history: historyPath, inventory: inventoryPath, publicKeys }: JudgeFlags,
): Promise<JudgedFiles | undefined> {
  const settings = path === undefined ? defaultSettings : await readSettings(path);
  const inventory = inventoryPath === undefined ? undefined : await readInventory(inventoryPath);
  if (!settings || inventory === 'unusable') return undefined;

  const tree = await findLogFiles(paths);
  const reading = await readEvents(tree);
  const digests = await checkDigestsAmong(tree, publicKeys);
  const contracts = createContracts(settings, inventory);
  const history = historyPath === undefined ? undefined : openHistory(historyPath);
  if (history === 'unusable') return undefined;
  try {
    const { findings, incidents, knownSince } = await judgeAll(reading.events, settings, {
      contracts,
      ...(history && { history }),
    });
    const completeness = completenessOf({
      events: reading.events,
      findings,
      coverage: reading.coverage,
      digests: digests.report,
      historyShort: ({ time }) =>
        time === null ||
        !isHistorySufficient(dayNumber(time), {
          completeSince: knownSince,
          minimumDays: settings.history.minimumDays,
        }),
      permitted: (event) => contracts.judge(event).outcome === 'permitted',
    });
    const report = buildAuditReport(
      { ...reading.summary, unreadable: [...reading.summary.unreadable, ...digests.unreadable] },
      reading.events,
      { findings, incidents, completeness },
    );
    return { report, events: reading.events, settings, contracts, ignored: tree.ignored };
  } finally {
    history?.close();
  }
}

function openHistory(path: string): ReturnType<typeof openSqliteHistoryStore> | 'unusable' {
  try {
    return openSqliteHistoryStore(path);
  } catch (error) {
    process.stderr.write(
      `${plainText(path)}: ${plainText(error instanceof Error ? error.message : String(error))}\n`,
    );
    return 'unusable';
  }
}
