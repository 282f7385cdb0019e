import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '../support/repository.ts';

/** Files that git knows or would take; a clean clone has the same. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && file !== 'package-lock.json');

const textOf = (file: string): string => readFileSync(join(repository, file), 'utf8');

/** AWS's documentation accounts, and those that are plainly invented. */
const inventedAccounts =
  /^(1{4}2{4}3{4}|4{4}5{4}6{4}|5{4}6{4}7{4}|7{4}8{4}9{4}|9{4}8{4}7{4}|123456789012|210987654321|(\d)\2{11})$/;

/**
 * RFC 5737 documentation networks, loopback, private, link-local and unspecified addresses; where organisations are
 * simulated also those for benchmarks (RFC 2544), carriers (RFC 6598) and multicast documentation (RFC 6676); and what
 * is no address: versions in user agents, network bounds.
 */
const inventedAddress =
  /^(192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0|169\.254\.169|10\.\d+\.\d+|0\.0\.0|0{3}\.0{2}\.0{2}|198\.1[89]\.\d+|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+|233\.252\.0|999\.1\.1|12[68]\.0\.0|131\.0\.0)\./;

const source = files.filter((file) => /\.(ts|js|py|json|ya?ml|md)$/.test(file));

it('there are files to look at', () => {
  expect(source.length).toBeGreaterThan(50);
});

describe.each([
  ['accounts', /(?<![\w.-])\d{12}(?![\w.-])/g, (match: string) => inventedAccounts.test(match)],
  [
    'addresses',
    /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w.-])/g,
    (match: string) => inventedAddress.test(match),
  ],
  [
    'access keys',
    /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
    (match: string) => match.includes('EXAMPLE') || /(.)\1{9}/.test(match),
  ],
  [
    'webhook addresses',
    /hooks\.slack\.com\/services\/\w+\/\w+\/\w+/g,
    (match: string) => /\/T0+[\w/]*X*$/.test(match),
  ],
] as const)('real %s', (_, pattern, isInvented) => {
  it('stand nowhere', () => {
    const real = source.flatMap((file) =>
      (textOf(file).match(pattern) ?? [])
        .filter((match) => !isInvented(match))
        .map((match) => `${file}: ${match}`),
    );
    expect(real).toEqual([]);
  });
});

it('no file names a path of somebody’s machine', () => {
  const paths = source.filter((file) => /(?<![\w.])\/(work|root|home\/\w+|Users\/\w+)\//.test(textOf(file)));
  expect(paths).toEqual(['test/contract/repository.test.ts'].filter((file) => paths.includes(file)));
});

it('no folder or file is named for what everything could be', () => {
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\.|\/)/.test(file))).toEqual([]);
});

it('every file of cases about the stack is run', () => {
  const cases = files.filter((file) => /^test\/cdk\/.*\.cases\.ts$/.test(file));
  expect(cases.length).toBeGreaterThan(5);
  const run = textOf('test/cdk/stack.test.ts');
  expect(cases.filter((file) => !run.includes(`'./${file.slice('test/cdk/'.length)}'`))).toEqual([]);
});

it('generated files are what the generator writes', () => {
  const check = spawnSync(process.execPath, ['scripts/generate.ts', '--check'], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect({ status: check.status, output: check.stdout }).toEqual({ status: 0, output: '' });
});

describe('the dependency rules', () => {
  const cruise = () =>
    spawnSync(process.execPath, ['scripts/check-dependencies.ts'], { cwd: repository, encoding: 'utf8' });

  it('hold, and catch core when it reaches out', () => {
    expect(cruise().stderr).toBe('');
    const folder = mkdtempSync(join(repository, 'functions/core/engine/trial-'));
    try {
      writeFileSync(
        join(folder, 'impure.ts'),
        "import { readFileSync } from 'node:fs';\nimport '@aws-sdk/client-sns';\nexport const read = readFileSync;\n",
      );
      const { status, stderr } = cruise();
      expect(status).toBe(1);
      expect(stderr).toContain('core-is-pure');
      expect(stderr).toContain('core-uses-nothing-of-node');
      expect(stderr).toContain('sdk-only-in-adapters');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
