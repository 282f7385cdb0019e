import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readsOf, user } from '../support/records.ts';
import { publishedSchema } from '../support/schemas/published.ts';
import { createFolder, type Folder, run } from './command-line.ts';

let folder: Folder;
beforeAll(() => {
  folder = createFolder({
    'quiet.json': { Records: readsOf(19, 1, { userIdentity: user('nineteen') }) },
    'loud.json': { Records: readsOf(20, 1, { userIdentity: user('twenty\u202e') }) },
    'broken.json': '{',
  });
});
afterAll(() => folder[Symbol.dispose]());

const audit = (file: string, format: string) => run(['audit', `${folder.path}/${file}`, '--format', format]);

describe('--format sarif', () => {
  const sarifErrors = publishedSchema('sarif-2.1.0.json');

  it('is one valid log, and the exit code is as ever', async () => {
    const { code, stdout, stderr } = await audit('loud.json', 'sarif');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const log = JSON.parse(stdout);
    expect(sarifErrors(log)).toEqual([]);
    expect(log.runs[0].tool.driver.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(log.runs[0].results).toMatchObject([{ ruleId: 'mass-retrieval', level: 'error' }]);
  });

  it('is valid without findings, and with what could not be read', async () => {
    const quiet = await audit('quiet.json', 'sarif');
    expect(quiet.code).toBe(0);
    expect(sarifErrors(JSON.parse(quiet.stdout))).toEqual([]);
    const broken = await audit('broken.json', 'sarif');
    expect(broken.code).toBe(2);
    const log = JSON.parse(broken.stdout);
    expect(sarifErrors(log)).toEqual([]);
    expect(log.runs[0].invocations[0]).toMatchObject({
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: 'error' }],
    });
  });
});

describe('--format ocsf', () => {
  const ocsfErrors = publishedSchema('ocsf-detection-finding.json');

  it('is a valid finding a line, without characters that deceive a terminal', async () => {
    const { code, stdout, stderr } = await audit('', 'ocsf');
    expect(code).toBe(2);
    expect(stderr).toContain('broken.json');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines.flatMap((line) => ocsfErrors(JSON.parse(line)))).toEqual([]);
    expect(JSON.parse(stdout)).toMatchObject({ class_uid: 2004, type_uid: 200401 });
    expect(stdout).toContain('\\u202e');
    expect(stdout).not.toContain('\u202e');
  });

  it('is nothing without findings', async () => {
    expect(await audit('quiet.json', 'ocsf')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
