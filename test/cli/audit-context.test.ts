import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { onDaysBefore, record, role, secretArn } from '../support/records.ts';
import { createFolder, type Folder, reportOf, run } from './command-line.ts';

/** What a run knows besides the log files: history, inventory, contracts. */
const service = { userIdentity: role('sender', 'task') };
const elsewhere = { ...service, sourceIPAddress: '203.0.113.9' };

let folder: Folder;
afterEach(() => folder?.[Symbol.dispose]());

const audit = async (...args: string[]) => {
  const outcome = await run(['audit', ...args, '--format', 'json']);
  return { ...outcome, report: reportOf(outcome) };
};

describe('history', () => {
  it('without any, nothing is called new, and the verdict is "cannot know"', async () => {
    folder = createFolder({ 'today.json': [record(elsewhere)] });
    const { report } = await audit(join(folder.path, 'today.json'));
    expect(report.findings).toEqual([]);
    expect(report.completeness.verdicts).toMatchObject([
      { verdict: 'cannot know', because: expect.stringContaining('too little history') },
    ]);
  });

  it('of a file is what the next run begins with', async () => {
    folder = createFolder({
      'past.json': onDaysBefore(20, service),
      'today.json': [record(elsewhere)],
    });
    const history = join(folder.path, 'history.sqlite');
    const past = await audit(join(folder.path, 'past.json'), '--history', history);
    expect({ code: past.code, stderr: past.stderr }).toEqual({ code: 0, stderr: '' });
    const { report, stderr } = await audit(join(folder.path, 'today.json'), '--history', history);
    expect(stderr).toBe('');
    expect(report.findings).toMatchObject([
      { detector: 'rare-network', severity: 'medium', incident: report.incidents[0]?.id },
    ]);
    expect(report.completeness.verdicts).toMatchObject([{ verdict: 'findings' }]);
  });

  it('that is no history is refused, with its name', async () => {
    folder = createFolder({
      'today.json': [record()],
      'notes.txt': 'no database, but text that is long enough',
    });
    const path = join(folder.path, 'notes.txt');
    const outcome = await run(['audit', join(folder.path, 'today.json'), '--history', path]);
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toContain(path);
  });
});

describe('contracts', () => {
  const settings = `version: 1
teams: {messaging: {}}
secrets:
  - match: {name: app/*, tag: {team: messaging}}
    owner: messaging
    allow: [{id: sender, role: sender, actions: [read], from: any}]
`;
  const inventory = {
    SecretList: [{ ARN: secretArn('app/db'), Name: 'app/db', Tags: [{ Key: 'team', Value: 'messaging' }] }],
  };

  it('by tag hold where the inventory tells the tags; a read outside them quotes the clauses', async () => {
    folder = createFolder({
      'log.json': [record(service), record()],
      'audit.yaml': settings,
      'inventory.json': inventory,
    });
    const args = [join(folder.path, 'log.json'), '--settings', join(folder.path, 'audit.yaml')];
    expect((await audit(...args)).report.findings).toEqual([]);
    const { report, code } = await audit(
      ...args,
      '--inventory',
      join(folder.path, 'inventory.json'),
      '--fail-on',
      'medium',
    );
    expect(code).toBe(1);
    expect(report.findings).toMatchObject([
      {
        detector: 'outside-contract',
        owner: 'messaging',
        explanation: expect.stringContaining('No clause of app/db permits user anika'),
      },
    ]);
  });

  it('an inventory that is none is refused, with its name', async () => {
    folder = createFolder({ 'log.json': [record()], 'inventory.json': '{"secrets": []}' });
    const path = join(folder.path, 'inventory.json');
    const outcome = await run(['audit', join(folder.path, 'log.json'), '--inventory', path]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(`${path}: not what "aws secretsmanager list-secrets`);
  });
});
