import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readsOf, record, role, user } from '../support/records.ts';
import { createFolder, type Folder, jsonLines, type Outcome, reportOf, run } from './command-line.ts';

const reads = readsOf(20, 1, { userIdentity: user('intruder') });
const packed = gzipSync(JSON.stringify({ Records: [record()] }));
const wrongChecksum = Buffer.from(packed);
wrongChecksum.writeUInt32LE(0, packed.length - 8);
const timeless = (name: string) => record({ eventTime: undefined, requestParameters: { secretId: name } });
const mebibyte = 1 << 20;

/** What stands in a folder, and what is said of it: nothing, where it is fine. */
const inputs: readonly (readonly [name: string, contents: unknown, ...reasons: string[]])[] = [
  ['00-empty.json', '', 'empty: there is no text in it'],
  ['01-empty.json.gz', '', 'empty: there is no text in it'],
  ['02-blank.jsonl', '\n \n\n', 'empty: there is no text in it'],
  ['03-truncated.json.gz', packed.subarray(0, -20), 'truncated gzip: it ends in the middle'],
  ['04-checksum.json.gz', wrongChecksum, 'damaged gzip: wrong checksum'],
  ['05-package.json', { name: 'x', version: '1' }, 'not a CloudTrail record: no eventSource and eventName'],
  ['06-list.json', [1, 2, record()], 'not a CloudTrail record: no JSON object (records 1, 2)'],
  ['07-text.json', 'hello\nworld\n', 'not JSON'],
  [
    '08-lines.jsonl',
    `${JSON.stringify(reads[0])}\n{"a":\n${JSON.stringify(reads[1])}\n??\nalso not\n`,
    'truncated JSON: it ends in the middle (line 2)',
    'not JSON (lines 4, 5)',
  ],
  ['09-first-line.jsonl', `sk-live-0123\n${JSON.stringify(reads[2])}\n`, 'not JSON (line 1)'],
  [
    '10-cut-off.json',
    JSON.stringify({ Records: [record()] }).slice(0, -9),
    'truncated JSON: it ends in the middle',
  ],
  [
    '11-no-time.jsonl',
    jsonLines([record(), timeless('a'), timeless('b')]),
    'no readable eventTime, so judged only by what needs no time (lines 2, 3)',
  ],
  ['12-deep.json', '['.repeat(100_000) + ']'.repeat(100_000), 'not CloudTrail: nested too deeply'],
  [
    '13-utf16.json',
    Buffer.from(`\ufeff${JSON.stringify(record())}`, 'utf16le'),
    'UTF-16 text, as PowerShell writes it: save it as UTF-8',
  ],
  ['14-garbage.json', 'x'.repeat(50 * mebibyte), 'not JSON'],
  [
    '15-no-such-year.json',
    { Events: [{ EventTime: 1e300, CloudTrailEvent: JSON.stringify(timeless('c')) }] },
    'no readable eventTime, so judged only by what needs no time',
  ],
  // From here on nothing is wrong.
  ['20-long-line.json', { Records: [reads[3]], padding: 'x'.repeat(50 * mebibyte) }],
  ['21-bom.json', `\ufeff${JSON.stringify({ Records: [reads[4]] }, undefined, 2)}`],
  ['22-lines.json', `${JSON.stringify(reads[5])}\r\n${JSON.stringify(reads[6])}\r\n`],
  ['23-not-packed.json.gz', Buffer.from(JSON.stringify(reads[7]))],
  ['24-members.jsonl.gz', Buffer.concat([8, 9].map((index) => gzipSync(jsonLines([reads[index]]))))],
  [
    '25-one-a-line.json',
    `[\n${reads
      .slice(10, 12)
      .map((read) => JSON.stringify(read))
      .join(',\n')}\n]\n`,
  ],
  ['26-digest.json', { digestStartTime: '2026-03-02T09:00:00Z', logFiles: [] }],
  ['27-no-records.json', { Records: [] }],
  ['deep/er/28-rest.NDJSON', jsonLines(reads.slice(12))],
];

let folder: Folder;
let json: Outcome;
let table: Outcome;
beforeAll(async () => {
  folder = createFolder(Object.fromEntries(inputs.map(([name, contents]) => [name, contents])));
  folder.add('notes.txt', 'not for us');
  symlinkSync('gone', join(folder.path, '30-dangling.json'));
  symlinkSync('31-loop.json', join(folder.path, '31-loop.json'));
  // A link to a folder above leads to nothing new.
  symlinkSync('..', join(folder.path, 'deep', 'up'));
  const missing = join(folder.path, 'missing');
  const emptyFolder = join(folder.path, 'empty');
  mkdirSync(emptyFolder);
  const paths = [folder.path, missing, emptyFolder];
  [json, table] = await Promise.all([run(['audit', ...paths, '--format', 'json']), run(['audit', ...paths])]);
}, 30_000);
afterAll(() => folder[Symbol.dispose]());

it('says of each bad input what is wrong, in one line a reason', () => {
  const told = new Map<string, string[]>();
  for (const { path, reason } of reportOf(json).summary.unreadable) {
    told.set(path, [...(told.get(path) ?? []), reason]);
  }
  const expected = [
    ...inputs.flatMap(([name, , ...reasons]) => (reasons.length > 0 ? [[name, reasons] as const] : [])),
    ['30-dangling.json', ['symbolic link that leads nowhere']] as const,
    ['31-loop.json', ['symbolic link that leads back to itself']] as const,
    ['missing', ['does not exist']] as const,
    ['empty', ['no log files in this folder (.json, .jsonl, .ndjson, and .gz of these)']] as const,
  ];
  expect(Object.fromEntries(told)).toEqual(
    Object.fromEntries(expected.map(([name, reasons]) => [join(folder.path, name), reasons])),
  );
});

it('says the same on standard error, whatever the format', () => {
  const lines = reportOf(json).summary.unreadable.map(({ path, reason }) => `${path}: ${reason}\n`);
  expect(json.stderr).toBe(lines.join(''));
  expect(table.stderr).toBe(lines.join(''));
});

it('judges everything else, and still says that the verdict is incomplete', () => {
  const { findings } = reportOf(json);
  expect(findings.map(({ detector, count }) => ({ detector, count }))).toEqual([
    { detector: 'mass-retrieval', count: 20 },
  ]);
  expect(findings[0]?.evidence).toEqual(reads.map(({ eventID }) => eventID));
  expect([json.code, table.code]).toEqual([2, 2]);
  expect(table.stdout).toContain('Incomplete:');
  expect(table.stdout).toMatch(/1 file of other\s+kinds ignored/);
});

it('quotes nothing of what it cannot read', () => {
  expect(json.stdout + json.stderr + table.stdout + table.stderr).not.toContain('sk-live');
});

it('a file that is named itself may be called anything', async () => {
  const file = folder.add('export.log', jsonLines([record()]));
  const outcome = await run(['audit', file, '--format', 'json']);
  expect(outcome.code).toBe(0);
  expect(reportOf(outcome).summary.records).toBe(1);
});

it('a record without a time is still judged by what needs none', async () => {
  const file = folder.add(
    'timeless.json',
    record({
      eventTime: undefined,
      userIdentity: role('ci', 'session'),
      eventName: 'BatchGetSecretValue',
      requestParameters: { filters: [{ key: 'tag-key', values: ['!none'] }] },
    }),
  );
  const outcome = await run(['audit', file, '--format', 'json']);
  expect(outcome.code).toBe(2);
  expect(reportOf(outcome).findings).toMatchObject([
    { detector: 'catch-all-batch', severity: 'medium', firstSeen: null, lastSeen: null },
  ]);
});

it('logs without any event about secrets are not called clean', async () => {
  const file = folder.add(
    'other.json',
    record({ eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances' }),
  );
  const { code, stdout } = await run(['audit', file]);
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing to judge');
});

describe('without rights', () => {
  // Root may read everything, so root runs it as somebody who may not.
  const nobody = 65534;
  const uid = process.getuid?.() === 0 ? nobody : undefined;

  it('names the file and the folder', async () => {
    using closed = createFolder({ 'open.json': reads[0], 'file.json': reads[1], 'inner/a.json': reads[2] });
    const inner = join(closed.path, 'inner');
    const file = join(closed.path, 'file.json');
    chmodSync(closed.path, 0o755);
    chmodSync(inner, 0o000);
    chmodSync(file, 0o000);
    const outcome = await run(['audit', closed.path, '--format', 'json'], uid === undefined ? {} : { uid });
    chmodSync(inner, 0o755);
    expect(outcome.code).toBe(2);
    const { summary } = reportOf(outcome);
    expect(summary.records).toBe(1);
    expect(summary.unreadable.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: file, reason: 'no permission to read it' },
      { path: inner, reason: 'no permission to read it' },
    ]);
  });
});

it('a pipe inside a folder is not waited for', async () => {
  using piped = createFolder({ 'a.json': reads[0] });
  execFileSync('mkfifo', [join(piped.path, 'b.json')]);
  writeFileSync(join(piped.path, 'c.csv'), '');
  const { code, stdout } = await run(['audit', piped.path]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/2 files of other\s+kinds ignored/);
});
