import { Command, Option } from 'commander';
import { checkDigestsAmong } from '../functions/adapters/digest-report.ts';
import { findLogFiles } from '../functions/adapters/log-file-tree.ts';
import { openSqliteHistoryStore } from '../functions/adapters/sqlite-history-store.ts';
import { completenessOf } from '../functions/core/completeness/completeness.ts';
import { createContracts } from '../functions/core/contracts/contracts.ts';
import { buildAuditReport } from '../functions/core/engine/audit-report.ts';
import { judgeAll } from '../functions/core/engine/judge-all.ts';
import { formatOcsf } from '../functions/core/format/ocsf.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { formatSarif } from '../functions/core/format/sarif.ts';
import { terminalTable } from '../functions/core/format/terminal-table.ts';
import { isHistorySufficient } from '../functions/core/history/assessment-basis.ts';
import { dayNumber } from '../functions/core/history/days-seen.ts';
import type { AuditReport } from '../functions/core/model/audit-report.ts';
import { defaultSettings } from '../functions/core/model/settings.ts';
import { isAtLeast, type Severity, severities } from '../functions/core/model/severity.ts';
import { exitCodes } from './exit-codes.ts';
import { readEvents } from './read-events.ts';
import { readInventory } from './read-inventory.ts';
import { readSettings } from './read-settings.ts';
import { emphasise, jsonLine, jsonText, reportUnreadable } from './terminal.ts';

const formats = ['table', 'json', 'sarif', 'ocsf'] as const;

interface AuditFlags {
  readonly format: (typeof formats)[number];
  readonly failOn: Severity;
  readonly settings?: string;
  readonly history?: string;
  readonly inventory?: string;
  readonly publicKeys?: readonly string[];
}

/** `secrets-audit audit PATH…`: judges log files. */
export const auditCommand = (): Command =>
  new Command('audit')
    .description(
      'Judge CloudTrail log files: who read which secret, and what is odd about it. Reads the files that you name, changes nothing, and needs no AWS account.',
    )
    .argument('<path...>', 'files, or folders that are searched for .json, .jsonl, .ndjson and .gz of these')
    .addOption(
      new Option(
        '--format <format>',
        'a table for people, JSON for programs, SARIF for code scanning, or OCSF for a security lake, a finding a line',
      )
        .choices(formats)
        .default('table'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'severity from which a finding makes the exit code 1')
        .choices(severities)
        .default('high'),
    )
    .option('--settings <file>', 'audit.yaml with contracts and parameters (default: built-in settings)')
    .option(
      '--history <file>',
      'keeps what is usual from one run to the next; made where it is missing (default: what the files tell)',
    )
    .option(
      '--inventory <file>',
      'what "aws secretsmanager list-secrets" prints: tags for contracts and owners',
    )
    .option(
      '--public-keys <file...>',
      'what "aws cloudtrail list-public-keys" prints, to check digest signatures',
    )
    .addHelpText(
      'after',
      `
Exit codes:
  0  no finding or incident at the --fail-on severity or above
  1  at least one
  2  usage error, or something could not be read. Everything else was still judged,
     but 2 wins over 1, because the verdict is incomplete; see standard error.

Examples:
  A folder as "aws s3 sync s3://TRAIL-BUCKET/AWSLogs logs" makes it:
    $ npx secrets-audit audit logs
  The event history of one Region (AWS keeps 90 days), where there is no trail:
    $ aws cloudtrail lookup-events --output json --lookup-attributes \\
        AttributeKey=EventSource,AttributeValue=secretsmanager.amazonaws.com > events.json
    $ npx secrets-audit audit events.json
  In CI: fail from medium on, and keep the report:
    $ npx secrets-audit audit logs --fail-on medium --format json > report.json`,
    )
    .action(async (paths: string[], flags: AuditFlags, command: Command) => {
      process.exitCode = await audit(paths, flags, command.parent?.version() ?? 'unknown');
    });

async function audit(
  paths: readonly string[],
  { format, failOn, settings: path, history: historyPath, inventory: inventoryPath, publicKeys }: AuditFlags,
  version: string,
): Promise<number> {
  const settings = path === undefined ? defaultSettings : await readSettings(path);
  const inventory = inventoryPath === undefined ? undefined : await readInventory(inventoryPath);
  if (!settings || inventory === 'unusable') return exitCodes.unusable;

  const tree = await findLogFiles(paths);
  const reading = await readEvents(tree);
  const digests = await checkDigestsAmong(tree, publicKeys);
  const contracts = createContracts(settings, inventory);
  const history = historyPath === undefined ? undefined : openHistory(historyPath);
  if (history === 'unusable') return exitCodes.unusable;
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
    reportUnreadable(report.summary.unreadable);
    process.stdout.write(
      format === 'table'
        ? terminalTable(report, {
            columns: process.stdout.columns ?? 80,
            emphasise,
            failOn,
            ignored: tree.ignored,
            accountNames: new Map(Object.entries(settings.accounts).map(([name, id]) => [id, name])),
          })
        : textFor[format](report, version),
    );
    if (report.summary.unreadable.length > 0) return exitCodes.unusable;
    return isFailing(report, failOn) ? exitCodes.findings : exitCodes.clean;
  } finally {
    history?.close();
  }
}

const textFor = {
  json: (report: AuditReport) => jsonText(report),
  sarif: (report: AuditReport, version: string) => jsonText(formatSarif(report, { version })),
  ocsf: (report: AuditReport, version: string) =>
    report.findings.map((finding) => jsonLine(formatOcsf(finding, { version, now: Date.now() }))).join(''),
};

/** Incidents count too: weak signs together may be graver than each. What is suppressed does not count. */
const isFailing = ({ findings, incidents }: AuditReport, failOn: Severity): boolean =>
  findings.some(({ severity, suppressed }) => !suppressed && isAtLeast(severity, failOn)) ||
  incidents.some(
    ({ severity, findings: ids }) =>
      isAtLeast(severity, failOn) && findings.some(({ id, suppressed }) => ids.includes(id) && !suppressed),
  );

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
