import { Command, Option } from 'commander';
import { openSqliteIncidentStore } from '../functions/adapters/sqlite-incident-store.ts';
import { formatOcsf } from '../functions/core/format/ocsf.ts';
import { formatSarif } from '../functions/core/format/sarif.ts';
import { terminalTable } from '../functions/core/format/terminal-table.ts';
import type { AuditReport } from '../functions/core/model/audit-report.ts';
import type { Finding } from '../functions/core/model/finding.ts';
import { isAtLeast, type Severity, severities } from '../functions/core/model/severity.ts';
import { exitCodes } from './exit-codes.ts';
import { type JudgeFlags, judgeFiles, withJudgeOptions } from './judge-files.ts';
import { emphasise, jsonLine, jsonText, reportUnreadable } from './terminal.ts';

const formats = ['table', 'json', 'sarif', 'ocsf'] as const;

interface AuditFlags extends JudgeFlags {
  readonly format: (typeof formats)[number];
  readonly failOn: Severity;
}

/** `secrets-audit audit PATH…`: judges log files. */
export const auditCommand = (): Command =>
  withJudgeOptions(
    new Command('audit')
      .description(
        'Judge CloudTrail log files: who read which secret, and what is odd about it. Reads the files that you name, changes nothing, and needs no AWS account.',
      )
      .argument(
        '<path...>',
        'files, or folders that are searched for .json, .jsonl, .ndjson and .gz of these',
      )
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
      ),
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
  { format, failOn, ...flags }: AuditFlags,
  version: string,
): Promise<number> {
  const judged = await judgeFiles(paths, flags);
  if (!judged) return exitCodes.unusable;
  const { report, settings, ignored } = judged;
  if (flags.history !== undefined) keepIncidents(flags.history, report.findings);
  reportUnreadable(report.summary.unreadable);
  process.stdout.write(
    format === 'table'
      ? terminalTable(report, {
          columns: process.stdout.columns ?? 80,
          emphasise,
          failOn,
          ignored,
          accountNames: new Map(Object.entries(settings.accounts).map(([name, id]) => [id, name])),
        })
      : textFor[format](report, version),
  );
  if (report.summary.unreadable.length > 0) return exitCodes.unusable;
  return isFailing(report, failOn) ? exitCodes.findings : exitCodes.clean;
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

/** For `secrets-audit incidents --store`. */
function keepIncidents(path: string, findings: readonly Finding[]): void {
  const store = openSqliteIncidentStore(path);
  store.keep(findings, Date.now());
  store.close();
}
