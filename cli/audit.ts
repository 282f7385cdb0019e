import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { findLogFiles } from '../functions/adapters/log-file-tree.ts';
import { buildAuditReport } from '../functions/core/engine/audit-report.ts';
import { judge } from '../functions/core/engine/judge.ts';
import { createMemoryFindingStore, createMemoryWindowStore } from '../functions/core/engine/memory-stores.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { type Emphasis, terminalTable } from '../functions/core/format/terminal-table.ts';
import type { AuditReport } from '../functions/core/model/audit-report.ts';
import { defaultSettings } from '../functions/core/model/settings.ts';
import { isAtLeast, type Severity, severities } from '../functions/core/model/severity.ts';
import { exitCodes } from './exit-codes.ts';
import { readEvents } from './read-events.ts';
import { readSettings } from './read-settings.ts';

interface AuditFlags {
  readonly format: 'table' | 'json';
  readonly failOn: Severity;
  readonly settings?: string;
}

/** `secrets-audit audit PATH…`: judges log files. */
export const auditCommand = (): Command =>
  new Command('audit')
    .description(
      'Judge CloudTrail log files: who read which secret, and what is odd about it. Reads the files that you name, changes nothing, and needs no AWS account.',
    )
    .argument('<path...>', 'files, or folders that are searched for .json, .jsonl, .ndjson and .gz of these')
    .addOption(
      new Option('--format <format>', 'a table for people, or JSON for programs')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'severity from which a finding makes the exit code 1')
        .choices(severities)
        .default('high'),
    )
    .option('--settings <file>', 'audit.yaml with detector parameters (default: built-in settings)')
    .addHelpText(
      'after',
      `
Exit codes:
  0  no finding at the --fail-on severity or above
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
    .action(async (paths: string[], flags: AuditFlags) => {
      process.exitCode = await audit(paths, flags);
    });

async function audit(
  paths: readonly string[],
  { format, failOn, settings: path }: AuditFlags,
): Promise<number> {
  const settings = path === undefined ? defaultSettings : await readSettings(path);
  if (!settings) return exitCodes.unusable;

  const tree = await findLogFiles(paths);
  const reading = await readEvents(tree);
  const findings = createMemoryFindingStore();
  await judge(reading.events, { settings, windows: createMemoryWindowStore(), findings });
  const report = buildAuditReport(
    reading.summary,
    reading.events,
    findings.all().map(({ finding }) => finding),
  );

  for (const { path, reason } of report.summary.unreadable) {
    process.stderr.write(`${plainText(path)}: ${plainText(reason)}\n`);
  }
  process.stdout.write(
    format === 'json'
      ? jsonText(report)
      : terminalTable(report, {
          columns: process.stdout.columns ?? 80,
          emphasise,
          failOn,
          ignored: tree.ignored,
        }),
  );
  if (report.summary.unreadable.length > 0) return exitCodes.unusable;
  return report.findings.some(({ severity }) => isAtLeast(severity, failOn))
    ? exitCodes.findings
    : exitCodes.clean;
}

/** JSON allows these characters as they are, but whoever looks at it in a terminal should not be deceived by them. */
const jsonText = (report: AuditReport): string =>
  `${JSON.stringify(report, undefined, 2).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
          .join(''),
  )}\n`;

const styles: Readonly<Record<Emphasis, Parameters<typeof styleText>[0]>> = {
  critical: ['bold', 'inverse', 'red'],
  high: ['bold', 'red'],
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
  heading: 'bold',
  good: 'green',
  quiet: 'dim',
};

/** Honours NO_COLOR and FORCE_COLOR, and colours nothing that is not a terminal. */
const emphasise = (emphasis: Emphasis, text: string): string =>
  styleText(styles[emphasis], text, { stream: process.stdout });
