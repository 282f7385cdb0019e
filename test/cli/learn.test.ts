import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { at, record, role } from '../support/records.ts';
import { createFolder, type Folder, jsonLines, run } from './command-line.ts';

const reads = (name: string, from: number, days: number) =>
  Array.from({ length: days }, (_, day) =>
    record({ userIdentity: role(name, 'task'), eventTime: at((from + day) * 86_400) }),
  );

let folder: Folder;
let contracts: string;
beforeAll(async () => {
  folder = createFolder({
    'spring.jsonl': jsonLines(reads('sender', 0, 10)),
    'summer.json.gz': { Records: [...reads('sender', 100, 10), ...reads('stranger', 100, 1)] },
    'nothing.jsonl': jsonLines([record({ eventSource: 's3.amazonaws.com', eventName: 'GetObject' })]),
    'broken.jsonl': '{"eventSource": \n',
  });
  const { stdout } = await run(['learn', path('spring.jsonl')]);
  contracts = folder.add('contracts.yaml', stdout);
});
afterAll(() => folder[Symbol.dispose]());
const path = (name: string): string => join(folder.path, name);

describe('secrets-audit learn', () => {
  it('drafts settings on standard output, and says on standard error how much is left to a person', async () => {
    const { code, stdout, stderr } = await run(['learn', path('spring.jsonl'), path('summer.json.gz')]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'drafted 1 clause for 1 secret; 1 line with TODO needs a person\n',
    });
    expect(parseSettings(stdout, 'contracts.yaml').secrets[0]?.allow).toMatchObject([
      { role: 'sender', actions: ['read'], from: ['sender-1'] },
    ]);
    expect(stdout).toContain('TODO: role stranger did 1 read, on 2026-06-10');
  });

  it('drafts what settings check takes without a warning', async () => {
    const { code, stderr } = await run(['settings', 'check', contracts]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('with nothing to learn from says so, and still writes settings', async () => {
    const { code, stdout, stderr } = await run(['learn', path('nothing.jsonl')]);
    expect(code).toBe(0);
    expect(stderr).toBe('nothing to learn from: no access to a secret is in what was read\n');
    expect(parseSettings(stdout, 'contracts.yaml').secrets).toEqual([]);
  });

  it('learns from what it can read, and exits with 2 for the rest', async () => {
    const { code, stdout, stderr } = await run(['learn', path('spring.jsonl'), path('broken.jsonl')]);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.jsonl');
    expect(stdout).toContain('role: sender');
  });

  it('shows the drift, and fails on it only where it is told to', async () => {
    const args = ['learn', path('summer.json.gz'), '--settings', contracts];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(stdout).toContain('OUTSIDE THE CONTRACTS: 1 access, by 1 pair');
    expect(stdout).toContain('role stranger: 1 read on 2026-06-10');
    expect((await run([...args, '--fail-on-drift'])).code).toBe(1);
    const same = await run(['learn', path('spring.jsonl'), '--settings', contracts, '--fail-on-drift']);
    expect(same.code).toBe(0);
    expect(same.stdout).toContain('No drift between');
  });

  it.each([
    [['--fail-on-drift'], '--fail-on-drift needs --settings'],
    [['--zone', 'Europe/Londn'], 'the nearest is Europe/London'],
    [['--settings', '/nowhere.yaml'], '/nowhere.yaml: '],
  ])('refuses %j', async (flags, message) => {
    const { code, stdout, stderr } = await run(['learn', path('spring.jsonl'), ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
