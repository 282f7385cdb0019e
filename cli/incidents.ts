import { Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../functions/core/contracts/duration.ts';
import { incidentList } from '../functions/core/format/incident-list.ts';
import { incidentRecordText, standingOf } from '../functions/core/format/incident-record-text.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { handle } from '../functions/core/incidents/handling.ts';
import { incidentName } from '../functions/core/incidents/incident-name.ts';
import { type HandlingWord, incidentRecordSchema } from '../functions/core/model/incident-record.ts';
import type { IncidentFilter, IncidentStore, StoredIncident } from '../functions/core/ports.ts';
import { exitCodes } from './exit-codes.ts';
import { failureOf, UsageError } from './failures.ts';
import type { IncidentsHost } from './incidents-host.ts';
import { suiteTable } from './suite-table.ts';
import { jsonText } from './terminal.ts';

interface IncidentFlags {
  readonly format: 'text' | 'json';
  readonly table?: string;
  readonly region?: string;
  readonly store?: string;
}

type ListFlags = IncidentFlags & {
  readonly status: NonNullable<IncidentFilter['status']>;
  readonly owner?: string;
};

type HandlingFlags = IncidentFlags & { readonly reason?: string; readonly until?: string };

/** AWS's clients take a while to load, which no other command should wait for. */
const onThisMachine = async (): Promise<IncidentsHost> =>
  (await import('./incidents-ports.ts')).createIncidentsHost();

/**
 * `secrets-audit incidents …`
 *
 * @param hosted what the commands run on; tests have it in memory
 */
export function incidentsCommand(parent: Command, hosted = onThisMachine): Command {
  const command = new Command('incidents')
    .description(
      'Look at incidents, and say what you know of them: in the table of a deployed suite, or in the file that "audit --history" keeps. Needs AWS credentials for the table.',
    )
    .copyInheritedSettings(parent)
    .addHelpText(
      'after',
      `
An incident is called by its name, or any beginning of its id: INC-4F2A91, 4f2a.
What you say stays in its history, with the name of your user.

Examples:
  $ npx secrets-audit incidents list --owner messaging
  $ npx secrets-audit incidents ack INC-4F2A91
  $ npx secrets-audit incidents snooze INC-4F2A91 --until 8h --reason "known migration"
  $ npx secrets-audit incidents list --store usual.db`,
    );
  const sub = <Flags extends IncidentFlags>(
    name: string,
    run: (host: IncidentsHost, store: IncidentStore, flags: Flags, id: string) => Promise<number>,
    { takesIncident = true } = {},
  ): Command => {
    const made = new Command(name).copyInheritedSettings(command);
    if (takesIncident) made.argument('<incident>', 'its name, or the beginning of its id');
    made
      .option('--store <file>', 'the file that "audit --history" keeps, instead of the table')
      .option('--table <name>', "the suite's table (default: SECRETS_AUDIT_TABLE, or the one that is there)")
      .option('--region <region>', 'Region of the table (default: of the AWS configuration)')
      .addOption(
        new Option('--format <format>', 'text for people, or JSON for programs')
          .choices(['text', 'json'])
          .default('text'),
      )
      .addHelpText(
        'after',
        `\nExit codes:\n  0  ${takesIncident && name !== 'show' ? 'said\n  1  refused: nothing was changed' : 'shown'}\n  2  usage error, no such incident, or something could not be read`,
      )
      .action(async (...args: unknown[]) => {
        const id = takesIncident ? String(args[0]) : '';
        const flags = args[takesIncident ? 1 : 0] as Flags;
        await carryOut(await hosted(), flags, (host, store) => run(host, store, flags, id));
      });
    command.addCommand(made);
    return made;
  };

  sub<ListFlags>('list', (host, store, flags) => list(host, store, flags), { takesIncident: false })
    .description('Incidents, the newest first. Changes nothing.')
    .addOption(
      new Option('--status <status>', 'which ones')
        .choices([...incidentRecordSchema.shape.status.options, 'any'])
        .default('open'),
    )
    .option('--owner <name>', 'only those of a secret of this owner');
  sub('show', show).description(
    'The story of an incident, why it is told, and what was said. Changes nothing.',
  );
  sub<HandlingFlags>('ack', say('acknowledge'))
    .description('You look after it: nobody is told more of it, unless it becomes graver.')
    .option('--reason <text>', 'what you know; it stays in the history');
  sub<HandlingFlags>('snooze', say('snooze'))
    .description('Nobody is told more of it until then, unless it becomes critical.')
    .requiredOption(
      '--until <end>',
      'from now, such as 8h or 3d, or a time, such as 2026-12-03T08:00Z; at most 30 days',
      isEnd,
    )
    .requiredOption('--reason <text>', 'why; it stays in the history');
  sub<HandlingFlags>('resolve', say('resolve'))
    .description('It is over.')
    .requiredOption('--reason <text>', 'what it was, and what was done; it stays in the history');
  sub<HandlingFlags>('not-expected', say('not-expected'))
    .description('None of your people did this. It is marked so, and is nobody’s to wait for any more.')
    .option('--reason <text>', 'how you know; it stays in the history');
  sub<HandlingFlags>('reopen', say('reopen'))
    .description('It is not over after all.')
    .option('--reason <text>', 'why; it stays in the history');
  return command;
}

async function carryOut(
  host: IncidentsHost,
  flags: IncidentFlags,
  run: (host: IncidentsHost, store: IncidentStore) => Promise<number>,
): Promise<void> {
  let file: Awaited<ReturnType<IncidentsHost['openFile']>> | undefined;
  try {
    if (flags.store !== undefined) file = await openFile(host, flags.store);
    host.exit(await run(host, file ?? (await storeInTable(host, flags))));
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    host.terminal.say(`${plainText(failure.message)}\n`);
    host.exit(failure.code);
  } finally {
    file?.close();
  }
}

async function openFile(host: IncidentsHost, path: string) {
  try {
    return await host.openFile(path);
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function storeInTable(host: IncidentsHost, { table, region }: IncidentFlags): Promise<IncidentStore> {
  const cloud = host.connect(region);
  const name = await suiteTable(table, host, cloud);
  if (name !== undefined) return cloud.incidentsIn(name);
  throw new UsageError('name a table by --table, or the file that "audit --history" keeps by --store');
}

async function list(host: IncidentsHost, store: IncidentStore, flags: ListFlags): Promise<number> {
  const { status, owner, format } = flags;
  const records = (await store.list({ status, ...(owner !== undefined && { owner }) })).map(
    ({ record }) => record,
  );
  const { print } = host.terminal;
  if (format === 'json') print(jsonText({ incidents: records }));
  else if (records.length > 0) print(`${incidentList(records, host.terminal)}\n`);
  else
    print(
      `No ${status === 'any' ? '' : `${status} `}incidents${owner === undefined ? '' : ` of ${plainText(owner)}`}.\n`,
    );
  return exitCodes.clean;
}

async function show(
  host: IncidentsHost,
  store: IncidentStore,
  { format }: IncidentFlags,
  id: string,
): Promise<number> {
  const { record } = await find(host, store, id);
  const findings = await store.findingsOf(record.incident);
  host.terminal.print(
    format === 'json' ? jsonText({ record, findings }) : incidentRecordText(record, findings, host.terminal),
  );
  return exitCodes.clean;
}

const say =
  (word: HandlingWord) =>
  async (host: IncidentsHost, store: IncidentStore, flags: HandlingFlags, text: string): Promise<number> => {
    const { record: found } = await find(host, store, text);
    const now = host.clock.now();
    const until = flags.until === undefined ? undefined : endOf(flags.until, now);
    let refusal: string | undefined;
    const written = await store.update(found.incident.id, (stored) => {
      const handled = handle(
        stored,
        {
          word,
          by: host.userName(),
          ...(flags.reason !== undefined && { reason: flags.reason }),
          ...(until !== undefined && { until }),
        },
        now,
      );
      refusal = 'refused' in handled ? handled.because : undefined;
      return 'refused' in handled ? undefined : handled.stored;
    });
    if (!written) {
      host.terminal.say(`${plainText(refusal ?? 'It is no longer there.')}\n`);
      return exitCodes.findings;
    }
    const { record } = written;
    host.terminal.print(
      flags.format === 'json'
        ? jsonText(record)
        : `${incidentName(record.incident.id)}: ${standingOf(record)}.\n`,
    );
    return exitCodes.clean;
  };

/** @throws UsageError where there is none, or where several may be meant */
async function find(host: IncidentsHost, store: IncidentStore, text: string): Promise<StoredIncident> {
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(text) || /^inc-$/i.test(text)) {
    throw new UsageError(`${text} is no name of an incident: write it as INC-4F2A91`);
  }
  const [first, ...others] = await store.find(text);
  if (!first) throw new UsageError(`there is no incident ${text}; secrets-audit incidents list --status any`);
  if (others.length === 0) return first;
  host.terminal.say(
    `${incidentList(
      [first, ...others].map(({ record }) => record),
      host.terminal,
    )}\n`,
  );
  const ids = [first, ...others].map(({ record }) => record.incident.id);
  throw new UsageError(`several incidents begin with ${text}: ${ids.join(', ')}`);
}

function isEnd(text: string): string {
  if (endOf(text, 0) === undefined) {
    throw new InvalidArgumentError('Write it as 8h, 3d or 2026-12-03T08:00Z.');
  }
  return text;
}

/** A duration from now, or a moment; without a zone in UTC. */
function endOf(text: string, now: number): number | undefined {
  const duration = durationMs(text);
  if (duration !== undefined) return now + duration;
  const [, day, time = 'T00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const end = Date.parse(`${day}${time}${zone}`);
  return Number.isNaN(end) ? undefined : end;
}
