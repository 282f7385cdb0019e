import { Command, Option } from 'commander';
import { findLogFiles } from '../functions/adapters/log-file-tree.ts';
import { createContracts } from '../functions/core/contracts/contracts.ts';
import { durationMs } from '../functions/core/contracts/duration.ts';
import { blastRadius } from '../functions/core/engine/blast-radius.ts';
import { findSecret } from '../functions/core/engine/find-secret.ts';
import { blastRadiusText } from '../functions/core/format/blast-radius.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import type { SecretRef } from '../functions/core/model/access-event.ts';
import { defaultSettings } from '../functions/core/model/settings.ts';
import { parseEventTime } from '../functions/core/normalise/event-time.ts';
import { exitCodes } from './exit-codes.ts';
import { readEvents } from './read-events.ts';
import { readSettings } from './read-settings.ts';
import { emphasise, jsonText, reportUnreadable } from './terminal.ts';

interface BlastRadiusFlags {
  readonly since: string;
  readonly format: 'text' | 'json';
  readonly settings?: string;
}

/** `secrets-audit blast-radius SECRET --since T PATH…`: whom a leak concerns. */
export const blastRadiusCommand = (): Command =>
  new Command('blast-radius')
    .description(
      'A secret leaked: who read which version since, what stops working when it is revoked, what to rotate in which order, and what cannot be known. Reads the files that you name, prints commands and runs none.',
    )
    .argument('<secret>', 'its name, its ARN, or a part of the name that no other secret has')
    .argument('<path...>', 'CloudTrail log files or folders; also those from before, to tell who is new')
    .requiredOption('--since <time>', 'when it may have leaked: 2026-11-20, 2026-11-20T02:12Z or 7d (UTC)')
    .addOption(
      new Option('--format <format>', 'text for people, or JSON for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--settings <file>', 'audit.yaml with access contracts, which name consumers')
    .addHelpText(
      'after',
      `
Exit codes:
  0  shown
  2  usage error, no such secret, several that may be meant, or something could not be
     read; what could be read is still shown

Examples:
  $ npx secrets-audit blast-radius sms/clockwork --since 2026-12-03T02:12Z logs
  $ npx secrets-audit blast-radius clockwork --since 7d logs --settings audit.yaml`,
    )
    .action(async (secret: string, paths: string[], flags: BlastRadiusFlags) => {
      process.exitCode = await showBlastRadius(secret, paths, flags);
    });

async function showBlastRadius(
  text: string,
  paths: readonly string[],
  { since: sinceText, format, settings: settingsPath }: BlastRadiusFlags,
): Promise<number> {
  const since = parseSince(sinceText, Date.now());
  if (since === undefined) {
    return refuse(
      `--since ${plainText(sinceText)}: must be a time such as 2026-11-20 or 2026-11-20T02:12Z, or a duration such as 7d, 8h or 30m`,
    );
  }
  const settings = settingsPath === undefined ? defaultSettings : await readSettings(settingsPath);
  if (!settings) return exitCodes.unusable;

  const { events, coverage, summary } = await readEvents(await findLogFiles(paths));
  reportUnreadable(summary.unreadable);
  const found = findSecret(text, events);
  if ('hint' in found) {
    return refuse(`no secret ${plainText(text)} in ${events.length} events${plainText(found.hint)}`);
  }
  if ('candidates' in found) {
    return refuse(
      `several secrets may be meant by ${plainText(text)}; name one by its ARN:\n${found.candidates.map(candidate).join('\n')}`,
    );
  }
  const radius = blastRadius({
    secret: found.secret,
    since,
    events,
    coverage,
    contracts: createContracts(settings),
    settings,
    unreadable: summary.unreadable.length,
  });
  process.stdout.write(
    format === 'json'
      ? jsonText(radius)
      : blastRadiusText(radius, { columns: process.stdout.columns ?? 80, emphasise }),
  );
  return summary.unreadable.length > 0 ? exitCodes.unusable : exitCodes.clean;
}

function refuse(message: string): number {
  process.stderr.write(`${message}\n`);
  return exitCodes.unusable;
}

const candidatesAsArn = ({ arn, region, account, name }: SecretRef): string =>
  arn ?? `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
const candidate = (secret: SecretRef): string => `  ${plainText(candidatesAsArn(secret))}`;

/** A moment, or a duration before now. A day or a minute is meant from its beginning, in UTC. */
function parseSince(text: string, now: number): number | undefined {
  const duration = durationMs(text);
  if (duration !== undefined) return now - duration;
  const [, day, minute = '00:00', second = ':00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  return day === undefined ? undefined : (parseEventTime(`${day}T${minute}${second}${zone}`) ?? undefined);
}
