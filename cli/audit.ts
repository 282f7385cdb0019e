import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { Command, Option } from 'commander';
import { describeFaults, fileErrorReason, type LogFileFault } from '../functions/adapters/log-file-faults.ts';
import { findLogFiles, type LogFileTree } from '../functions/adapters/log-file-tree.ts';
import { type LocatedRecord, readLogFile } from '../functions/adapters/log-files.ts';
import { buildAuditReport, type ReadingSummary } from '../functions/core/engine/audit-report.ts';
import { judge } from '../functions/core/engine/judge.ts';
import { createMemoryFindingStore, createMemoryWindowStore } from '../functions/core/engine/memory-stores.ts';
import { SettingsError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { type Emphasis, terminalTable } from '../functions/core/format/terminal-table.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import type { AuditReport } from '../functions/core/model/audit-report.ts';
import { defaultSettings, parseSettings, type Settings } from '../functions/core/model/settings.ts';
import { isAtLeast, type Severity, severities } from '../functions/core/model/severity.ts';
import { normaliseCloudTrail } from '../functions/core/normalise/cloudtrail.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgress } from './progress.ts';

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

async function readSettings(path: string): Promise<Settings | undefined> {
  try {
    return parseSettings(await readFile(path, 'utf8'), path);
  } catch (error) {
    const problems = error instanceof SettingsError ? error.problems : [`${path}: ${fileErrorReason(error)}`];
    for (const problem of problems) process.stderr.write(`${plainText(problem)}\n`);
    return undefined;
  }
}

interface Reading {
  /** Each once. */
  readonly events: readonly AccessEvent[];
  readonly summary: ReadingSummary;
}

async function readEvents(tree: LogFileTree): Promise<Reading> {
  const progress = createProgress(
    tree.files.reduce((sum, { bytes }) => sum + bytes, 0),
    tree.files.length,
  );
  const events = new Map<string, AccessEvent>();
  const unreadable = [...tree.unreadable];
  let records = 0;
  let duplicates = 0;
  for (const { path } of tree.files) {
    const faults: LogFileFault[] = [];
    for await (const part of readLogFile(path, progress.advance)) {
      if ('reason' in part) {
        faults.push(part);
        continue;
      }
      records += 1;
      const event = normalise(part);
      if (!event) continue;
      if ('reason' in event) {
        faults.push(event);
        continue;
      }
      if (event.time === null) {
        faults.push({
          reason: 'no readable eventTime, so judged only by what needs no time',
          place: part.place,
        });
      }
      if (events.has(event.key)) duplicates += 1;
      else events.set(event.key, event);
    }
    unreadable.push(...describeFaults(path, faults));
    progress.fileDone();
  }
  progress.stop();
  return {
    events: [...events.values()],
    summary: { files: tree.files.length, records, duplicates, unreadable },
  };
}

/** One record that the normaliser cannot stand must not take the others along. */
function normalise({ record, envelopeTime, place }: LocatedRecord): AccessEvent | LogFileFault | undefined {
  try {
    return normaliseCloudTrail(record, envelopeTime);
  } catch (error) {
    return {
      reason: `record not understood: ${error instanceof Error ? error.name : 'unknown error'}`,
      place,
    };
  }
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
