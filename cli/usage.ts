import { Command, InvalidArgumentError, Option } from 'commander';
import { describeFaults, type LogFileFault } from '../functions/adapters/log-file-faults.ts';
import {
  findSentFiles,
  readSentRows,
  type SentFileOptions,
} from '../functions/adapters/sent-message-files.ts';
import { systemClock as clock } from '../functions/adapters/system-clock.ts';
import { UnreadableInputError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { type UsageImport, usageImportText } from '../functions/core/format/usage-text.ts';
import { parseSecretId } from '../functions/core/normalise/secret-ref.ts';
import { plural } from '../functions/core/phrases.ts';
import type { SentMessage } from '../functions/core/ports.ts';
import {
  createDateFormatRecorder,
  type DateFormat,
  dateFormats,
  messageOfRow,
  parseSentTime,
} from '../functions/core/usage/sent-messages.ts';
import { createSentTally } from '../functions/core/usage/sent-tally.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgress } from './progress.ts';
import { emphasise, reportUnreadable } from './terminal.ts';

interface ImportFlags {
  readonly secret: string;
  readonly table?: string;
  readonly idColumn?: string;
  readonly timeColumn?: string;
  readonly dateFormat?: DateFormat;
  readonly receivedAt?: number;
  readonly dryRun?: boolean;
}

/** `secrets-audit usage …` */
export function usageCommand(parent: Command): Command {
  const command = new Command('usage')
    .description('What the issuer of a key says of its use.')
    .copyInheritedSettings(parent);
  return command.addCommand(importCommand().copyInheritedSettings(command));
}

/** `secrets-audit usage import FILE…`: what was sent with a key, from the issuer's own records. */
const importCommand = (): Command =>
  new Command('import')
    .description(
      "Import when messages were sent, from the issuer's exports (CSV) and delivery receipts: a stolen key is used at the issuer, where CloudTrail sees nothing. Of a message its hour and a hash of its id are kept; numbers and texts are not.",
    )
    .argument('<file...>', 'exports with a header row, or receipts one a line; also .gz of these')
    .requiredOption('--secret <name>', 'the secret that holds the key: its name, or its ARN')
    .addOption(
      new Option('--table <name>', "the suite's table; without it nothing is stored").env(
        'SECRETS_AUDIT_TABLE',
      ),
    )
    .option('--id-column <name>', 'column with the message id (default: message id, msg_id, id)')
    .option('--time-column <name>', 'column with the time (default: timestamp, sent, time, date)')
    .addOption(
      new Option(
        '--date-format <format>',
        'where 03/04/2026 may be both (default: told from all rows)',
      ).choices(dateFormats),
    )
    .option('--received-at <time>', 'time of receipts that name none: 2026-11-20T14:05Z', parseMoment)
    .option('--dry-run', 'analyse, and store nothing')
    .addHelpText(
      'after',
      `
Exit codes:
  0  all rows were read
  2  usage error, or something could not be read or stored; the rest was

Examples:
  $ npx secrets-audit usage import export.csv --secret sms/clockwork
  $ npx secrets-audit usage import receipts.log --secret sms/clockwork --table secrets-audit`,
    )
    .action(async (files: string[], flags: ImportFlags) => {
      process.exitCode = await importSent(files, flags);
    });

function parseMoment(text: string): number {
  const time = parseSentTime(text, 'DD/MM/YYYY');
  if (time === undefined || /^\d+\//.test(text))
    throw new InvalidArgumentError('Write it as 2026-11-20T14:05Z.');
  return time;
}

/** So many messages go to the table at once; they are all that is held of a file. */
const batchSize = 500;

/** Of a file whose every row is wrong, not every one is held. */
const faultsNamed = 10_000;

async function importSent(paths: readonly string[], flags: ImportFlags): Promise<number> {
  const tree = await findSentFiles(paths);
  const unreadable = [...tree.unreadable];
  const tally = createSentTally();
  const leftOut = new Set<string>();
  const progress = createProgress(
    // Each is read twice.
    tree.files.reduce((sum, { bytes }) => sum + 2 * bytes, 0),
    tree.files.length,
  );
  const options: SentFileOptions = {
    idColumn: flags.idColumn,
    timeColumn: flags.timeColumn,
    onBytes: progress.advance,
    onLeftOut: (names) => remember(leftOut, names),
  };
  let unreadRows = 0;
  let files = 0;
  const target = await targetOf(flags);
  for (const { path } of tree.files) {
    const faults: LogFileFault[] = [];
    let beyond = 0;
    const report = (fault: LogFileFault) => {
      if (fault.place) unreadRows += 1;
      if (faults.length < faultsNamed) faults.push(fault);
      else beyond += 1;
    };
    try {
      const format = flags.dateFormat ?? (await dateFormatOf(path, options));
      let batch: SentMessage[] = [];
      for await (const part of readSentRows(path, options)) {
        if ('reason' in part) {
          report(part);
          continue;
        }
        const message = messageOfRow(part.row, { format, receivedAt: flags.receivedAt });
        if ('problem' in message) report({ reason: message.problem, place: part.place });
        else if (tally.add(message)) batch.push(message);
        if (batch.length >= batchSize) {
          await target.add(batch);
          batch = [];
        }
      }
      await target.add(batch);
      files += 1;
    } catch (error) {
      if (!(error instanceof UnreadableInputError)) throw error;
      faults.push({ reason: error.message, place: undefined });
    }
    if (beyond > 0) faults.push({ reason: `${plural(beyond, 'row')} more`, place: undefined });
    unreadable.push(...describeFaults(path, faults));
    progress.fileDone();
  }
  progress.stop();
  reportUnreadable(unreadable);
  const stored = target.stored();
  if ('failed' in stored) process.stderr.write(`${plainText(stored.failed)}\n`);
  process.stdout.write(
    usageImportText(
      {
        secret: flags.secret,
        files,
        sent: tally.summary(),
        unreadable: unreadRows,
        leftOut: [...leftOut],
        stored: 'failed' in stored ? stored.told : stored,
      },
      { columns: process.stdout.columns ?? 80, emphasise },
    ),
  );
  return unreadable.length > 0 || 'failed' in stored ? exitCodes.unusable : exitCodes.clean;
}

/** Names are hostile text of any number. */
const namesRemembered = 50;

function remember(names: Set<string>, more: readonly string[]): void {
  for (const name of more) {
    if (names.size >= namesRemembered) return;
    names.add(name);
  }
}

/** By all rows of the file, so that their order does not matter. */
async function dateFormatOf(path: string, options: SentFileOptions): Promise<DateFormat> {
  const recorder = createDateFormatRecorder();
  for await (const part of readSentRows(path, options)) if ('row' in part) recorder.see(part.row.time);
  const verdict = recorder.verdict();
  if (verdict === 'ambiguous') {
    throw new UnreadableInputError(
      `no date in it tells day from month; name --date-format ${dateFormats.join(' or ')}`,
    );
  }
  if (verdict === 'mixed') {
    throw new UnreadableInputError(
      'some dates begin with the day and some with the month; name --date-format, and the others are told',
    );
  }
  return verdict === 'none' ? 'DD/MM/YYYY' : verdict;
}

interface Target {
  add(messages: readonly SentMessage[]): Promise<void>;
  stored(): UsageImport['stored'] | { readonly failed: string; readonly told: UsageImport['stored'] };
}

/** The table, or nothing with its reason. A table that fails stops no analysis. */
async function targetOf({ table: name, secret: secretId, dryRun }: ImportFlags): Promise<Target> {
  const nowhere = (because: string): Target => ({ add: async () => {}, stored: () => ({ because }) });
  if (dryRun) return nowhere('--dry-run');
  if (name === undefined) return nowhere('no table is named (--table, SECRETS_AUDIT_TABLE)');
  // Only here, because the client of DynamoDB would slow down every other command.
  const [{ createSentMessageStore }, { connectTable }, { placeOfTable }] = await Promise.all([
    import('../functions/adapters/dynamodb-sent-message-store.ts'),
    import('../functions/adapters/dynamodb-table.ts'),
    import('../functions/adapters/dynamodb-table-place.ts'),
  ]);
  const table = connectTable(name);
  const store = createSentMessageStore(table, clock);
  let failure: unknown;
  let added = 0;
  let offered = 0;
  // A secret that is named without its ARN is one of the suite's own place.
  const place = await placeOfTable(table).catch((error: unknown) => {
    failure = error;
    return { account: '', region: '' };
  });
  const secret = parseSecretId(secretId, place);
  return {
    async add(messages) {
      if (failure !== undefined) return;
      try {
        added += await store.add(secret, messages);
        offered += messages.length;
      } catch (error) {
        failure = error;
      }
    },
    stored() {
      const told: UsageImport['stored'] =
        failure !== undefined && offered === 0
          ? { because: 'the table could not be used' }
          : { table: name, added, offered };
      if (failure === undefined) return told;
      const reason = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
      return {
        failed: `table ${name}: ${reason}. Import again to store the rest; nothing counts twice.`,
        told,
      };
    },
  };
}
