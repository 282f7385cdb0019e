import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { fileErrorReason } from '../functions/adapters/log-file-faults.ts';
import { UnreadableInputError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { reportCsv } from '../functions/core/format/report-csv.ts';
import { summaryIn } from '../functions/core/format/report-html/embedded-summary.ts';
import type { Report, ReportSummary } from '../functions/core/model/report.ts';
import { logReport } from '../functions/core/report/log-report.ts';
import { exitCodes } from './exit-codes.ts';
import { type JudgeFlags, judgeFiles, withJudgeOptions } from './judge-files.ts';
import { readListedValues } from './read-inventory.ts';
import { jsonText, reportUnreadable } from './terminal.ts';

const formats = ['html', 'csv', 'json'] as const;

interface ReportFlags extends JudgeFlags {
  readonly output?: string;
  readonly format: (typeof formats)[number];
  readonly since?: string;
}

const defaultOutput = { html: 'report.html', csv: 'report-csv', json: 'report.json' } as const;

/** `secrets-audit report PATH…`: the same judgement, to read and to keep. */
export const reportCommand = (): Command =>
  withJudgeOptions(
    new Command('report')
      .description(
        'Write a report of CloudTrail log files, to read and to keep: one HTML file that needs no network and no script. Judges as "audit" does, changes nothing, and needs no AWS account.',
      )
      .argument(
        '<path...>',
        'files, or folders that are searched for .json, .jsonl, .ndjson and .gz of these',
      )
      .option(
        '-o, --output <path>',
        'the file; for csv the folder (default: report.html, report-csv or report.json)',
      )
      .addOption(
        new Option('--format <format>', 'a page for people, tables for a spreadsheet, or JSON for programs')
          .choices(formats)
          .default('html'),
      )
      .option(
        '--since <file>',
        'the report before, HTML or JSON: this one then says what changed (default: nothing is compared)',
      ),
  )
    .addHelpText(
      'after',
      `
Exit codes:
  0  the report is written, whatever it says
  2  usage error, or something could not be read. A report is still written of everything
     else, and says so.

Examples:
  $ npx secrets-audit report logs -o 2026-03.html
  The next month, and what changed since:
    $ npx secrets-audit report logs --since 2026-03.html -o 2026-04.html
  The tables, for a spreadsheet:
    $ npx secrets-audit report logs --format csv -o tables`,
    )
    .action(async (paths: string[], flags: ReportFlags) => {
      process.exitCode = await report(paths, flags);
    });

async function report(
  paths: readonly string[],
  { output, format, since, ...flags }: ReportFlags,
): Promise<number> {
  // What is asked for by mistake is said before minutes of work.
  const before = since === undefined ? undefined : await readSummary(since);
  const listed = flags.inventory === undefined ? undefined : await readListedValues(flags.inventory);
  if (before === 'unusable' || listed === 'unusable') return exitCodes.unusable;
  const judged = await judgeFiles(paths, flags);
  if (!judged) return exitCodes.unusable;
  const { report: audit, ...rest } = judged;
  reportUnreadable(audit.summary.unreadable);
  const written = await write(
    output ?? defaultOutput[format],
    format,
    logReport({
      audit,
      ...rest,
      ...(listed && { listed }),
      ...(before && { before }),
      now: Date.now(),
    }),
  );
  return written && audit.summary.unreadable.length === 0 ? exitCodes.clean : exitCodes.unusable;
}

async function readSummary(path: string): Promise<ReportSummary | 'unusable'> {
  try {
    return summaryIn(await readFile(path, 'utf8'));
  } catch (error) {
    complain(path, error instanceof UnreadableInputError ? error.message : fileErrorReason(error));
    return 'unusable';
  }
}

async function write(path: string, format: ReportFlags['format'], content: Report): Promise<boolean> {
  try {
    if (format === 'csv') {
      await mkdir(path, { recursive: true });
      for (const { name, text } of reportCsv(content)) await writeFile(join(path, `${name}.csv`), text);
    } else {
      await writeFile(path, format === 'html' ? await page(content) : jsonText(content));
    }
  } catch (error) {
    complain(path, `cannot be written: ${(error as NodeJS.ErrnoException).code ?? error}`);
    return false;
  }
  process.stderr.write(`Written: ${plainText(path)}\n`);
  return true;
}

/** What draws is loaded here, so that no other command waits for it. */
async function page(content: Report): Promise<string> {
  const { reportHtml } = await import('../functions/core/format/report-html/report-html.ts');
  return reportHtml(content);
}

const complain = (path: string, reason: string): void => {
  process.stderr.write(`${plainText(path)}: ${plainText(reason)}\n`);
};
