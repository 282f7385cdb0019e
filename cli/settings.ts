import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { fileErrorReason } from '../functions/adapters/log-file-faults.ts';
import { createResolver } from '../functions/core/contracts/applied-contract.ts';
import { checkSettings } from '../functions/core/contracts/check-settings.ts';
import { matchesGlob } from '../functions/core/contracts/glob.ts';
import { instead } from '../functions/core/contracts/nearest-name.ts';
import {
  type ExplainedSecret,
  namedSecret,
  writtenSecrets,
} from '../functions/core/contracts/written-secrets.ts';
import { SettingsError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { settingsText } from '../functions/core/format/settings-text.ts';
import { parseSettings, type Settings } from '../functions/core/model/settings.ts';
import { openSettings } from '../functions/core/model/settings-source.ts';
import { exitCodes } from './exit-codes.ts';
import { type Inventory, readInventory } from './read-inventory.ts';
import { emphasise } from './terminal.ts';

interface CheckFlags {
  readonly inventory?: string;
  readonly secret?: string;
  readonly now?: number;
}

/** `secrets-audit settings …` */
export function settingsCommand(parent: Command): Command {
  const command = new Command('settings')
    .description('Look at audit.yaml before it takes effect.')
    .copyInheritedSettings(parent);
  return command.addCommand(checkCommand().copyInheritedSettings(command));
}

/** `secrets-audit settings check [FILE]`: finds faults in settings, and says what applies to each secret and why. */
const checkCommand = (): Command =>
  new Command('check')
    .description(
      'Find faults in audit.yaml, and say for each secret what finally applies and which line says so. Reads the files that you name, changes nothing, and needs no AWS account.',
    )
    .argument('[file]', 'the settings', 'audit.yaml')
    .option(
      '--inventory <file>',
      'secrets that are there, as "aws secretsmanager list-secrets --output json" prints them (default: those that the settings name)',
    )
    .option('--secret <name>', 'only this secret; * stands for any characters')
    .option(
      '--now <time>',
      'the time at which exceptions and suppressions are looked at (default: now)',
      parseTime,
    )
    .addHelpText(
      'after',
      `
Exit codes:
  0  the settings can be used; warnings, if any, are on standard error
  2  usage error, or the settings or the inventory cannot be used

Examples:
  Is audit.yaml right, and what applies?
    $ npx secrets-audit settings check
  Against the secrets that are there, with their tags:
    $ aws secretsmanager list-secrets --output json > inventory.json
    $ npx secrets-audit settings check --inventory inventory.json
  What would apply to a secret of this name?
    $ npx secrets-audit settings check --secret prod/new`,
    )
    .action(async (path: string, flags: CheckFlags) => {
      process.exitCode = await check(path, flags);
    });

function parseTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\d(T.+)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('Write it as 2026-12-09T08:00:00Z.');
  return time;
}

async function check(
  path: string,
  { inventory: inventoryPath, secret, now = Date.now() }: CheckFlags,
): Promise<number> {
  const [text, inventory] = await Promise.all([
    readText(path),
    inventoryPath === undefined ? undefined : readInventory(inventoryPath),
  ]);
  const settings = text === undefined ? undefined : parse(text, path);
  if (text === undefined || !settings || inventory === 'unusable') return exitCodes.unusable;

  const warnings = checkSettings(settings, text, path, { now, ...(inventory && { inventory }) });
  for (const warning of warnings) say(`warning: ${warning}`);
  const resolve = createResolver(settings);
  const secrets = secretsToExplain(settings, inventory, secret).map((explained) => ({
    ...explained,
    applied: resolve(explained.secret, explained.tags),
  }));
  process.stdout.write(
    settingsText(secrets, {
      path,
      settings,
      line: openSettings(text, path).line,
      now,
      warnings: warnings.length,
      columns: process.stdout.columns ?? 80,
      emphasise,
    }),
  );
  return exitCodes.clean;
}

function secretsToExplain(
  settings: Settings,
  inventory: Inventory | undefined,
  wanted: string | undefined,
): ExplainedSecret[] {
  const known = inventory
    ? [...inventory.values()].map(({ secret, tags }) => ({ name: secret.name, secret, tags }))
    : writtenSecrets(settings);
  if (wanted === undefined) return known;
  const found = known.filter(({ name }) => name === wanted || matchesGlob(wanted, name));
  if (found.length > 0) return found;
  if (inventory) {
    const names = known.map(({ name }) => name);
    say(`warning: no secret of the inventory is named ${wanted}${instead(wanted, names)}`);
  }
  return [namedSecret(wanted)];
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    say(`${path}: ${fileErrorReason(error)}`);
    return undefined;
  }
}

function parse(text: string, path: string): Settings | undefined {
  try {
    return parseSettings(text, path);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const problem of error.problems) say(problem);
    return undefined;
  }
}

const say = (line: string): void => {
  process.stderr.write(`${plainText(line)}\n`);
};
