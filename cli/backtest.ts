import { Command, Option } from 'commander';
import { findLogFiles } from '../functions/adapters/log-file-tree.ts';
import { compareJudgements } from '../functions/core/engine/backtest.ts';
import { type BacktestRun, buildBacktestReport } from '../functions/core/engine/backtest-report.ts';
import { judgeAll } from '../functions/core/engine/judge-all.ts';
import { backtestText } from '../functions/core/format/backtest-text.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import { defaultSettings } from '../functions/core/model/settings.ts';
import { type Severity, severities } from '../functions/core/model/severity.ts';
import { exitCodes } from './exit-codes.ts';
import { readEvents } from './read-events.ts';
import { readSettings } from './read-settings.ts';
import { emphasise, jsonText, reportUnreadable } from './terminal.ts';

interface BacktestFlags {
  readonly settings: string;
  readonly against?: string;
  readonly failOn: Severity;
  readonly format: 'table' | 'json';
}

/** `secrets-audit backtest PATH… --settings NEW`: what other settings would have made of the same logs. */
export const backtestCommand = (): Command =>
  new Command('backtest')
    .description(
      'Judge log files by new settings and by old ones, before the new ones take effect: which findings and incidents are gained, lost or changed, and what each suppression would have hidden. Reads the files that you name, changes nothing, and needs no AWS account.',
    )
    .argument('<path...>', 'CloudTrail log files or folders, as for audit')
    .requiredOption('--settings <file>', 'the new audit.yaml')
    .option('--against <file>', 'the old audit.yaml (default: built-in settings)')
    .addOption(
      new Option('--fail-on <severity>', 'severity from which something hidden makes the exit code 1')
        .choices(severities)
        .default('high'),
    )
    .addOption(
      new Option('--format <format>', 'a table for people, or JSON for programs')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addHelpText(
      'after',
      `
Exit codes:
  0  nothing at the --fail-on severity or above would be hidden
  1  a suppression would hide a finding, or all that makes an incident grave.
     With --against also: a finding is lost, or milder than --fail-on. What the old
     settings hold back already does not count again.
  2  usage error, or something could not be read. Everything else was still compared,
     but 2 wins over 1, because the verdict is incomplete; see standard error.

Examples:
  What would the suppressions of audit.yaml have hidden last month?
    $ npx secrets-audit backtest logs --settings audit.yaml
  In CI, for a change of the settings:
    $ git show origin/main:audit.yaml > old.yaml
    $ npx secrets-audit backtest logs --settings audit.yaml --against old.yaml`,
    )
    .action(async (paths: string[], flags: BacktestFlags) => {
      process.exitCode = await backtest(paths, flags);
    });

async function backtest(
  paths: readonly string[],
  { settings: path, against, failOn, format }: BacktestFlags,
): Promise<number> {
  const settings = await readSettings(path);
  const old = against === undefined ? defaultSettings : await readSettings(against);
  if (!settings || !old) return exitCodes.unusable;

  const { events, summary } = await readEvents(await findLogFiles(paths));
  reportUnreadable(summary.unreadable);
  const before = await judgeAll(events, old);
  const after = await judgeAll(events, settings);
  const compared = compareJudgements({ ...before, settings: old }, { ...after, settings }, failOn);
  const hidesSomething = compared.hidesSomething || (against !== undefined && compared.missed.length > 0);
  const run: BacktestRun = {
    settings: path,
    against,
    failOn,
    unreadable: summary.unreadable,
    before,
    after,
    hidesSomething,
  };
  const period = periodOf(events);
  process.stdout.write(
    format === 'json'
      ? jsonText(buildBacktestReport(compared, run))
      : backtestText(compared, {
          run,
          period,
          events: events.length,
          columns: process.stdout.columns ?? 80,
          emphasise,
        }),
  );
  if (summary.unreadable.length > 0) return exitCodes.unusable;
  return hidesSomething ? exitCodes.findings : exitCodes.clean;
}

function periodOf(events: readonly AccessEvent[]): { from: string; to: string } | undefined {
  const times = events.flatMap(({ time }) => time ?? []);
  if (times.length === 0) return undefined;
  return {
    from: new Date(times.reduce((a, b) => Math.min(a, b))).toISOString(),
    to: new Date(times.reduce((a, b) => Math.max(a, b))).toISOString(),
  };
}
