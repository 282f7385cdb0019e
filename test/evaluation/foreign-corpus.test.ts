import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { evaluate, judgeOrganisation } from '../../evaluation/evaluate.ts';
import { readForeignCorpus } from '../../evaluation/foreign-corpus.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';
import { at, type CloudTrailRecord, readsOf, record, trailEvent, user } from '../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
afterAll(() => rmSync(folder, { recursive: true }));

const theft = readsOf(20, 1, { userIdentity: user('mallory') });
const stop = trailEvent('StopLogging', { name: 'main' }, { eventTime: at(90) });
const missed = record({ eventTime: at(200), userIdentity: user('bo') });
const ids = (records: readonly CloudTrailRecord[]): unknown[] => records.map(({ eventID }) => eventID);

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const labels = (...lines: readonly object[]): string =>
  write('labels.txt', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

write('trail.json', JSON.stringify({ Records: [...theft, missed] }));
// The same records again, as they lie in overlapping exports.
write('more.jsonl', [stop, ...theft.slice(0, 3)].map((each) => JSON.stringify(each)).join('\n'));

const whole = [
  { kind: 'theft', grade: 'easy', eventIds: ids(theft) },
  { kind: 'tampering', eventIds: ids([stop]), story: 'the trail is stopped' },
  { kind: 'one-read', grade: 'hard', eventIds: ids([missed]), unfindable: 'one read looks like any other' },
];

const corpus = (path: string) =>
  readForeignCorpus({ folder, labels: path, quietDays: 0, settings: defaultSettings });

describe('a foreign corpus', () => {
  it('is judged by the same measure', async () => {
    const { ours, records, peers } = await evaluate(await corpus(labels(...whole)));
    expect(records).toBe(22);
    expect(ours.attacks.map(({ id, detection }) => [id, detection.medium !== null])).toEqual([
      ['theft-easy-1', true],
      ['tampering-ungraded-2', true],
      ['one-read-hard-3', false],
    ]);
    expect(ours.falseIncidents).toEqual([]);
    const elastic = peers.find(({ vendor }) => vendor === 'Elastic')?.outcome;
    expect(elastic?.attacks.map(({ detection }) => detection.medium !== null)).toEqual([true, true, true]);
  });

  it('gives findings and incidents of our engine alone', async () => {
    const { incidents, findings } = await judgeOrganisation(await corpus(labels(...whole)));
    expect(findings.map(({ detector }) => detector)).toEqual(
      expect.arrayContaining(['mass-retrieval', 'evidence-tampering']),
    );
    expect(incidents.length).toBeGreaterThan(0);
  });

  it('is refused where a label names what is not there', async () => {
    const path = labels({ kind: 'theft', eventIds: ['no-such-event'] });
    await expect(corpus(path)).rejects.toThrow(`${path}:1: no record with eventID no-such-event`);
  });

  it('is refused where a label is none', async () => {
    await expect(corpus(labels({ kind: 'theft' }))).rejects.toThrow(/labels\.txt:1: eventIds/);
    await expect(corpus(write('labels.txt', 'theft\n'))).rejects.toThrow(/labels\.txt:1: not JSON/);
    await expect(corpus(join(folder, 'none.txt'))).rejects.toThrow(/none\.txt: cannot be read/);
  });
});

describe('the command', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../../evaluation/main.ts'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
    });

  it('prints the tables, and ends with 1 because a target fails', () => {
    const { stdout, status } = run('--corpus', folder, '--labels', labels(...whole), '--explain');
    expect(stdout).toContain('Recall by kind of attack');
    expect(stdout).toMatch(/^theft +1\.000/m);
    expect(stdout).toContain('one read looks like any other');
    expect(stdout).toContain('MISSED');
    expect(status).toBe(1);
  });

  it('ends with 2 where it cannot be used', () => {
    expect(run('--kinds', 'nonsense')).toMatchObject({ status: 2, stdout: '' });
    expect(run('--kinds', 'nonsense').stderr).toContain(
      '--kinds: no kind nonsense; there are mass-retrieval',
    );
    expect(run('--corpus', folder)).toMatchObject({ status: 2 });
    expect(run('--write-docs', '--tuning')).toMatchObject({ status: 2 });
    expect(run('--corpus', join(folder, 'none'), '--labels', labels(...whole))).toMatchObject({ status: 2 });
  });
});
