import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit.ts';
import { backtestCommand } from './backtest.ts';
import { blastRadiusCommand } from './blast-radius.ts';
import { exitCodes } from './exit-codes.ts';
import { explainCommand } from './explain.ts';
import { incidentsCommand } from './incidents.ts';
import { learnCommand } from './learn.ts';
import { reportCommand } from './report.ts';
import { rotationCommand } from './rotation.ts';
import { settingsCommand } from './settings.ts';
import { testAlertCommand } from './test-alert.ts';
import { usageCommand } from './usage.ts';

const version = (): string => {
  const path = findPackageJSON(import.meta.url);
  return path ? JSON.parse(readFileSync(path, 'utf8')).version : 'unknown';
};

const program = new Command('secrets-audit')
  .description(
    'Who reads each secret, from where, and is it allowed? Audits AWS Secrets Manager through CloudTrail.',
  )
  .version(version(), '-V, --version')
  .showSuggestionAfterError()
  .showHelpAfterError('(add --help for usage and examples)')
  .addHelpText(
    'after',
    `
Examples:
  $ npx secrets-audit audit ./AWSLogs
  $ npx secrets-audit audit events.json --format json --fail-on medium
  $ npx secrets-audit audit --help`,
  )
  .exitOverride();
program.addCommand(auditCommand().copyInheritedSettings(program));
program.addCommand(backtestCommand().copyInheritedSettings(program));
program.addCommand(blastRadiusCommand().copyInheritedSettings(program));
program.addCommand(explainCommand().copyInheritedSettings(program));
program.addCommand(incidentsCommand(program));
program.addCommand(learnCommand().copyInheritedSettings(program));
program.addCommand(reportCommand().copyInheritedSettings(program));
program.addCommand(rotationCommand(program));
program.addCommand(settingsCommand(program));
program.addCommand(testAlertCommand(program));
program.addCommand(usageCommand(program));

// `… | head` closes the pipe early; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.clean : exitCodes.unusable;
  } else {
    // Node's own exit code for an uncaught error is 1, which here means findings.
    process.exitCode = exitCodes.unusable;
    process.stderr.write(
      `secrets-audit failed; please report this: ${error instanceof Error ? error.stack : error}\n`,
    );
  }
}
