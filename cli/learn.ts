import { Command, InvalidArgumentError } from 'commander';
import { findLogFiles } from '../functions/adapters/log-file-tree.ts';
import { isZone } from '../functions/core/contracts/calendar-text.ts';
import { instead } from '../functions/core/contracts/nearest-name.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { draftContracts } from '../functions/core/learn/draft.ts';
import { draftYaml, summaryOfDraft } from '../functions/core/learn/draft-yaml.ts';
import { findDrift, isDrift } from '../functions/core/learn/drift.ts';
import { driftText } from '../functions/core/learn/drift-text.ts';
import { gatherUses } from '../functions/core/learn/uses.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import { plural } from '../functions/core/phrases.ts';
import { exitCodes } from './exit-codes.ts';
import { readEvents } from './read-events.ts';
import { readSettings } from './read-settings.ts';
import { reportUnreadable } from './terminal.ts';

interface LearnFlags {
  readonly zone: string;
  readonly settings?: string;
  readonly failOnDrift?: boolean;
}

/** `secrets-audit learn PATH…`: drafts contracts from log files, or says where contracts and life differ. */
export const learnCommand = (): Command =>
  new Command('learn')
    .description(
      'Draft access contracts from CloudTrail log files: who reads which secret, from where, when and how often, each line with its evidence. With --settings: where contracts and life differ. Reads the files that you name, changes nothing, and needs no AWS account.',
    )
    .argument('<path...>', 'files, or folders that are searched for .json, .jsonl, .ndjson and .gz of these')
    .option('--zone <zone>', 'zone in which the working hours of people are looked for', parseZone, 'UTC')
    .option('--settings <file>', 'contracts to compare with, instead of a draft')
    .option('--fail-on-drift', 'exit code 1 where contracts and life differ; with --settings')
    .addHelpText(
      'after',
      `
Exit codes:
  0  the draft, or the comparison, is on standard output
  1  with --fail-on-drift: they differ
  2  usage error, or something could not be read. Everything else was still learned from.

Examples:
  The first draft; then look for TODO in it:
    $ npx secrets-audit learn logs > contracts.yaml
  A quarter later: who reads without a clause, and which clauses nobody uses?
    $ npx secrets-audit learn logs --settings contracts.yaml`,
    )
    .action(async (paths: string[], flags: LearnFlags, command: Command) => {
      if (flags.failOnDrift && flags.settings === undefined) {
        command.error('error: --fail-on-drift needs --settings, the contracts to compare with');
      }
      process.exitCode = await learn(paths, flags);
    });

function parseZone(zone: string): string {
  if (isZone(zone)) return zone;
  throw new InvalidArgumentError(
    `There is no zone ${plainText(zone)} in the IANA database${instead(zone, Intl.supportedValuesOf('timeZone'))}.`,
  );
}

async function learn(
  paths: readonly string[],
  { zone, settings, failOnDrift = false }: LearnFlags,
): Promise<number> {
  const contracts = settings === undefined ? undefined : await readSettings(settings);
  if (settings !== undefined && !contracts) return exitCodes.unusable;
  const { events, summary } = await readEvents(await findLogFiles(paths));
  reportUnreadable(summary.unreadable);

  let differs = false;
  if (contracts && settings !== undefined) {
    const drift = findDrift(events, contracts);
    process.stdout.write(driftText(drift, { settingsPath: settings, columns: process.stdout.columns ?? 80 }));
    differs = isDrift(drift);
  } else {
    draft(events, zone);
  }
  if (summary.unreadable.length > 0) return exitCodes.unusable;
  return differs && failOnDrift ? exitCodes.findings : exitCodes.clean;
}

function draft(events: readonly AccessEvent[], zone: string): void {
  const drafted = draftContracts(gatherUses(events), { zone });
  process.stdout.write(draftYaml(drafted));
  const { clauses, secrets, todos } = summaryOfDraft(drafted);
  say(
    drafted.history.events === 0
      ? 'nothing to learn from: no access to a secret is in what was read'
      : `drafted ${plural(clauses, 'clause')} for ${plural(secrets, 'secret')}; ${plural(todos, 'line')} with TODO ${todos === 1 ? 'needs' : 'need'} a person`,
  );
}

const say = (line: string): void => {
  process.stderr.write(`${plainText(line)}\n`);
};
