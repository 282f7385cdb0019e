import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { envelope, lookupAnswer, readsOf, record, root, user } from '../support/records.ts';
import { repository } from '../support/repository.ts';
import {
  createFolder,
  executable,
  type Folder,
  jsonLines,
  outcomeOf,
  reportOf,
  run,
  shellEnvironment,
  start,
} from './command-line.ts';

let folder: Folder;
beforeAll(() => {
  folder = createFolder({
    'quiet/19.json': { Records: readsOf(19, 1, { userIdentity: user('nineteen') }) },
    'loud/20.json.gz': { Records: readsOf(20, 1, { userIdentity: user('twenty') }) },
    'medium.jsonl': jsonLines([
      record({ userIdentity: root(), eventName: 'ListSecrets', requestParameters: {} }),
    ]),
  });
});
afterAll(() => folder[Symbol.dispose]());

const quiet = (): string => join(folder.path, 'quiet');
const loud = (): string => join(folder.path, 'loud');
const medium = (): string => join(folder.path, 'medium.jsonl');

describe('help and usage', () => {
  it.each([['--help'], ['audit --help'], ['help audit']])('%s explains, with examples', async (args) => {
    const { code, stdout, stderr } = await run(args.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: secrets-audit');
    if (args !== '--help') {
      expect(stdout).toContain('Examples:');
      expect(stdout).toContain('2 wins over 1');
      expect(stdout).toMatch(/"info", "low", "medium", "high",\s+"critical"/);
    }
  });

  it('--version is the package’s', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    ['', 'Usage: secrets-audit'],
    ['audit', "missing required argument 'path'"],
    ['audti x', "unknown command 'audti'"],
    ['audit x --fromat json', 'Did you mean --format?'],
    ['audit x --format xml', 'Allowed choices are table, json, sarif, ocsf'],
    ['audit x --fail-on severe', 'Allowed choices are info, low, medium, high, critical'],
  ])('`secrets-audit %s` is refused with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args.split(' ').filter(Boolean));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('an old Node gets one clear line', async () => {
    // The version is read from `process.versions`; the rest of the file must be code that old versions can parse.
    const fake = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' });
      Object.defineProperty(process, 'version', { value: 'v20.20.2' });
      await import(${JSON.stringify(executable)});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', fake], { env: shellEnvironment() });
    const { code, stdout, stderr } = await outcomeOf(child);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^secrets-audit needs Node 24, this is v20\.20\.2: .*\n$/);
  });

  it('`npx secrets-audit` works in the checkout without a build', async () => {
    const { code, stdout } = await outcomeOf(
      spawn('npx', ['--no-install', 'secrets-audit', 'audit', quiet()], {
        cwd: repository,
        env: shellEnvironment(),
      }),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('No findings in 19 events about secrets.');
  });
});

describe('verdict', () => {
  it('19 secrets within the window are nothing', async () => {
    const outcome = await run(['audit', quiet(), '--format', 'json']);
    expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
    expect(reportOf(outcome)).toMatchObject({
      schemaVersion: '1.0',
      summary: {
        files: 1,
        records: 19,
        secretEvents: 19,
        duplicates: 0,
        unreadable: [],
        from: '2026-03-02T09:00:00.000Z',
        to: '2026-03-02T09:00:18.000Z',
      },
      findings: [],
      incidents: [],
      completeness: { readers: 1, people: 0, missingCalls: [], digests: null },
    });
  });

  it('20 are one finding', async () => {
    const outcome = await run(['audit', loud(), '--format', 'json']);
    expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 1, stderr: '' });
    const [finding, ...others] = reportOf(outcome).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ detector: 'mass-retrieval', severity: 'high', count: 20 });
    expect(new Set(finding?.evidence).size).toBe(20);
  });

  it('findings come gravest first, then earliest', async () => {
    const { findings } = reportOf(await run(['audit', medium(), loud(), '--format', 'json']));
    expect(findings.map(({ severity }) => severity)).toEqual(['high', 'medium']);
  });

  it.each([
    ['critical', 0],
    ['high', 1],
    ['info', 1],
  ])('a high finding with --fail-on %s gives %i', async (severity, code) => {
    expect((await run(['audit', loud(), '--fail-on', severity])).code).toBe(code);
  });

  it.each([
    [[], 0],
    [['--fail-on', 'medium'], 1],
  ])('a medium finding with %j gives %i', async (flags, code) => {
    expect((await run(['audit', medium(), ...flags])).code).toBe(code);
  });

  it('the same folder given twice counts every event once', async () => {
    const once = reportOf(await run(['audit', loud(), '--format', 'json']));
    const twice = reportOf(await run(['audit', loud(), loud(), '--format', 'json']));
    expect(twice.findings).toEqual(once.findings);
    expect(twice.summary).toMatchObject({ files: 2, records: 40, secretEvents: 20, duplicates: 20 });
  });

  it('three deliveries of one event are one event', async () => {
    const records = readsOf(20, 1, { userIdentity: user('thrice') });
    using deliveries = createFolder({
      'bus.jsonl': jsonLines(records.map(envelope)),
      'lookup.json': lookupAnswer(...records),
      'trail.json.gz': { Records: records },
    });
    const { summary, findings } = reportOf(await run(['audit', deliveries.path, '--format', 'json']));
    expect(summary).toMatchObject({
      files: 3,
      records: 60,
      secretEvents: 20,
      duplicates: 40,
      unreadable: [],
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ count: 20, evidence: records.map(({ eventID }) => eventID) });
  });
});

describe('settings', () => {
  it('change the verdict', async () => {
    const file = folder.add(
      'strict.yaml',
      'version: 1\ndetectors: {mass-retrieval: {distinctSecrets: 19}}\n',
    );
    expect((await run(['audit', quiet(), '--settings', file])).code).toBe(1);
  });

  it.each([
    ['unknown.yaml', 'version: 1\nregion: eu-west-1\n', 'unknown.yaml:2: unknown setting region'],
    ['syntax.yaml', 'version: 1\nmode: [\n', 'syntax.yaml:3: '],
    [
      'value.yaml',
      'version: 1\ndetectors:\n  mass-retrieval: {distinctSecrets: many}\n',
      'value.yaml:3: detectors.mass-retrieval.distinctSecrets: ',
    ],
  ])('%s is refused with its line', async (name, text, message) => {
    const file = folder.add(name, text);
    const { code, stdout, stderr } = await run(['audit', quiet(), '--settings', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it.each([
    ['missing.yaml', 'does not exist'],
    ['quiet', 'is a folder'],
  ])('%s cannot be settings: it %s', async (name, reason) => {
    const file = join(folder.path, name);
    expect(await run(['audit', quiet(), '--settings', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `${file}: ${reason}\n`,
    });
  });
});

const controlSequence = '\u001b';

describe('terminal', () => {
  it('gets a table within 80 columns, without colours, where it is none', async () => {
    const { stdout } = await run(['audit', loud(), medium()]);
    expect(stdout).not.toContain(controlSequence);
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^Coverage +2 files, 21 records, 21 about secrets, 0 duplicates$/m);
    expect(stdout).toMatch(/^Verdict +2 findings: 1 high, 1 medium\. 1 at high or above/m);
    expect(stdout).toMatch(/^high +2026-03-02 +- +user\/twenty +20 secrets read in 19 seconds$/m);
  });

  it('colours can be forced', async () => {
    expect((await run(['audit', loud()], { env: { FORCE_COLOR: '1' } })).stdout).toContain(
      `${controlSequence}[31m`,
    );
  });

  const hasScript = (() => {
    try {
      execFileSync('script', ['--version']);
      return true;
    } catch {
      return false;
    }
  })();
  /** In a pseudo-terminal, where standard output and error are one. */
  const inTerminal = (command: string, env: NodeJS.ProcessEnv = {}): Promise<string> =>
    new Promise((resolve) => {
      execFile(
        'script',
        ['-qec', command, '/dev/null'],
        { env: shellEnvironment({ TERM: 'xterm-256color', ...env }) },
        (_, stdout) => resolve(stdout),
      );
    });
  const quoted = (...words: string[]): string => words.map((word) => `'${word}'`).join(' ');

  (hasScript ? describe : describe.skip)('in a pseudo-terminal (needs `script` of util-linux)', () => {
    it('has colours, its own width, and no bar when it is quick', async () => {
      const output = await inTerminal(
        `stty cols 120; ${quoted(process.execPath, executable, 'audit', loud())}`,
      );
      expect(output).toContain(`${controlSequence}[31m`);
      expect(output).not.toContain('of 1 file');
      // Above 100 columns date and time share a line.
      expect(output).toContain('2026-03-02 09:00:00');
    });

    it('honours NO_COLOR', async () => {
      const output = await inTerminal(quoted(process.execPath, executable, 'audit', loud()), {
        NO_COLOR: '1',
      });
      expect(output).toContain('20 secrets read');
      expect(output).not.toContain(controlSequence);
    });

    it('shows a bar after a second, on standard error alone', async () => {
      const pipe = join(folder.path, 'slow.jsonl');
      const output = join(folder.path, 'output.json');
      execFileSync('mkfifo', [pipe]);
      const shown = inTerminal(
        `${quoted(process.execPath, executable, 'audit', pipe, '--format', 'json')} > '${output}'`,
      );
      const writer = spawn(process.execPath, [
        '-e',
        `const out = require('node:fs').createWriteStream(process.argv[1]);
         out.write(process.argv[2], () => setTimeout(() => out.end(process.argv[2]), 1200));`,
        pipe,
        jsonLines([record()]),
      ]);
      const screen = await shown;
      writer.kill();
      expect(screen).toContain('of 1 files');
      expect(reportOf({ code: 0, stderr: '', stdout: readFileSync(output, 'utf8') }).summary.records).toBe(2);
    });
  });

  it('is not deceived by text from logs, in a table or in JSON', async () => {
    const hostile = `a${controlSequence}[2J\u202eb\u0007\u009b31m\u2028c`;
    using deceit = createFolder();
    const name = `x${controlSequence}[31m\u202e.jsonl`;
    writeFileSync(
      join(deceit.path, name),
      `${jsonLines([
        record({
          userIdentity: { ...root(), arn: `arn:aws:iam::111122223333:${hostile}:root` },
          userAgent: hostile,
          requestParameters: { secretId: hostile },
          eventID: hostile,
          sourceIPAddress: hostile,
        }),
      ])}${hostile}\n`,
    );
    const table = await run(['audit', deceit.path, '--fail-on', 'info']);
    const json = await run(['audit', deceit.path, '--fail-on', 'info', '--format', 'json']);
    for (const text of [table.stdout, table.stderr, json.stdout, json.stderr]) {
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
    expect(table.stdout).toContain('<U+001B>');
    // In JSON nothing is lost.
    expect(reportOf(json).findings[0]).toMatchObject({ evidence: [hostile], secret: { name: hostile } });
  });

  it('may close the pipe early', async () => {
    // One finding each: more text than a pipe holds.
    const deletions = Array.from({ length: 500 }, (_, index) =>
      record({ eventName: 'DeleteSecret', requestParameters: { secretId: `many/${index}` } }),
    );
    const child = start(['audit', folder.add('many.jsonl', jsonLines(deletions)), '--fail-on', 'medium']);
    if (!child.stdout) throw new Error('no standard output');
    await once(child.stdout, 'readable');
    child.stdout.destroy();
    expect(await outcomeOf(child)).toMatchObject({ code: 1, stderr: '' });
  });
});
