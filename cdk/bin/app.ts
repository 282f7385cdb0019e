import { readFileSync } from 'node:fs';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { SettingsError } from '../../functions/core/errors.ts';
import { defaultSettings, parseSettings, type Settings } from '../../functions/core/model/settings.ts';
import { AuditStack } from '../stacks/audit-stack.ts';

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** `audit.yaml`, or the file that context `settings` names. */
function readSettings(named: string | undefined): Settings {
  const path = named ?? 'audit.yaml';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (named !== undefined || code !== 'ENOENT')
      throw new SettingsError([`${path}: cannot be read (${code})`]);
    say('There is no audit.yaml: every setting has its default. Begin with a copy of audit.example.yaml.');
    return defaultSettings;
  }
  return parseSettings(text, path);
}

function main(): void {
  const app = new App();
  const account = process.env['CDK_DEFAULT_ACCOUNT'];
  const region = process.env['CDK_DEFAULT_REGION'];
  new AuditStack(app, 'SecretsAudit', {
    settings: readSettings(app.node.tryGetContext('settings')),
    reserveConcurrency: String(app.node.tryGetContext('reserveConcurrency')) !== 'false',
    // Without credentials the CLI knows neither; the template then fits every account and Region.
    stack: account !== undefined && region !== undefined ? { env: { account, region } } : undefined,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  for (const problem of error.problems) say(problem);
  process.exitCode = 1;
}
