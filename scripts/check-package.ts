/**
 * Packs the package, installs it into an empty folder as a stranger would, runs its command and synthesizes its
 * construct. What only works in the repository fails here.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionNames } from './bundle.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'secrets-audit-package-'));
const manifest = JSON.parse(
  execFileSync('npm', ['pkg', 'get', 'version', 'devDependencies'], { cwd: repository, encoding: 'utf8' }),
) as {
  version: string;
  devDependencies: Record<string, string>;
};
// This script's own Node before any other.
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** With buttons in a chat, Security Hub and a secret that is rotated, so that every Lambda is deployed. */
const settings = `version: 1
notify:
  email: [security@example.com]
  slack: {botSecret: secrets-audit/slack, channel: "#security", buttons: true, users: [U012AB3CD]}
  securityHub: true
secrets: [{match: {name: sms/clockwork}, rotation: {provider: clockwork}}]`;

const app = `
import { App, Stack } from 'aws-cdk-lib';
import { parseSettings, SecretsAudit } from 'secrets-audit';

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'Trial');
new SecretsAudit(stack, 'SecretsAudit', {
  settings: parseSettings(${JSON.stringify(settings)}, 'audit.yaml'),
});
const { directory } = app.synth();
console.log(directory);
`;

try {
  execFileSync('npm', ['pack', '--loglevel=error', '--pack-destination', folder], {
    cwd: repository,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (!tarball) throw new Error('npm pack made no package');
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}');
  const peers = ['aws-cdk-lib', 'constructs'].map((name) => `${name}@${manifest.devDependencies[name]}`);
  run('npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', join(folder, tarball), ...peers);

  const version = run('npx', 'secrets-audit', '--version').trim();
  if (version !== manifest.version) throw new Error(`secrets-audit --version prints ${version}`);
  console.log(`secrets-audit --version: ${version}`);

  writeFileSync(join(folder, 'app.js'), app);
  const assembly = run(process.execPath, 'app.js').trim().split('\n').at(-1) ?? '';
  const contents = readdirSync(join(folder, 'cdk.out'))
    .filter((name) => name.startsWith('asset.'))
    .map((name) => readdirSync(join(folder, 'cdk.out', name)));
  const complete = contents.filter((files) => files.includes('index.mjs') && files.includes('settings.json'));
  const expected = functionNames().length;
  if (complete.length !== expected || contents.length !== expected) {
    throw new Error(
      `${complete.length} of ${contents.length} assets in ${assembly} hold code and settings, not ${expected} of ${expected}`,
    );
  }
  console.log(`synth of the construct: ${complete.length} Lambda assets, each with its settings`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
