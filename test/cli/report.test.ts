import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Report, reportSchema } from '../../functions/core/model/report.ts';
import { account, readsOf, record, root, secretArn, user } from '../support/records.ts';
import { createFolder, type Folder, run } from './command-line.ts';

let folder: Folder;
beforeAll(() => {
  folder = createFolder({
    'logs/20.json.gz': { Records: readsOf(20, 1, { userIdentity: user('twenty') }) },
    'earlier/one.json': { Records: [record({ userIdentity: root() })] },
    'list.json': {
      SecretList: [{ ARN: secretArn('app/1'), Name: 'app/1', CreatedDate: '2025-10-01T00:00:00+00:00' }],
    },
    'broken.json': '{"Records": [',
  });
});
afterAll(() => folder[Symbol.dispose]());

const at = (name: string): string => join(folder.path, name);
const reportIn = (name: string): Report =>
  reportSchema.strict().parse(JSON.parse(readFileSync(at(name), 'utf8')));

it('--help explains, with examples', async () => {
  const { code, stdout } = await run(['report', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('--since');
  expect(stdout).toContain('Examples:');
});

it('writes the page, which the next one is compared with', async () => {
  const page = at('earlier.html');
  expect(await run(['report', at('earlier'), '-o', page])).toEqual({
    code: 0,
    stdout: '',
    stderr: `Written: ${page}\n`,
  });
  expect(readFileSync(page, 'utf8')).toContain('<h1>Secrets audit</h1>');

  const next = ['report', at('logs'), '--since', page, '--inventory', at('list.json')];
  expect((await run([...next, '--format', 'json', '-o', at('next.json')])).code).toBe(0);
  const { changes, rotation, basis } = reportIn('next.json');
  expect(basis).toBe('log files');
  expect(changes?.begun.length).toBe(1);
  expect(changes?.verdicts.map(({ before, now }) => [before, now])).toContainEqual([null, 'findings']);
  expect(rotation[0]).toMatchObject({ secret: { name: 'app/1', account }, by: 'inventory', ageDays: 152 });

  // The JSON says as much of the report before as the page.
  expect(
    (await run([...next.with(3, at('next.json')), '--format', 'json', '-o', at('same.json')])).code,
  ).toBe(0);
  expect(reportIn('same.json').changes).toMatchObject({ verdicts: [], begun: [], ended: [], rotated: [] });
}, 30_000);

it('writes the tables into a folder', async () => {
  expect((await run(['report', at('logs'), '--format', 'csv', '-o', at('new/tables')])).code).toBe(0);
  expect(readdirSync(at('new/tables')).sort()).toEqual([
    'access.csv',
    'changes.csv',
    'coverage.csv',
    'days.csv',
    'findings.csv',
    'hours.csv',
    'incidents.csv',
    'rotation.csv',
    'secrets.csv',
    'suppressions.csv',
  ]);
  expect(readFileSync(at('new/tables/access.csv'), 'utf8').split('\r\n').length).toBe(22);
});

describe('what cannot be used', () => {
  it('a report before that is none is said before anything is read', async () => {
    const { code, stderr } = await run([
      'report',
      at('logs'),
      '--since',
      at('list.json'),
      '-o',
      at('x.html'),
    ]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `${at('list.json')}: not a report that "secrets-audit report" wrote\n`,
    });
    expect(existsSync(at('x.html'))).toBe(false);
    expect((await run(['report', at('logs'), '--since', at('none.html')])).stderr).toContain(
      'does not exist',
    );
  });

  it('a file that cannot be read is named on the page, and makes the exit code 2', async () => {
    const { code } = await run(['report', at('logs'), at('broken.json'), '-o', at('part.html')]);
    expect(code).toBe(2);
    expect(readFileSync(at('part.html'), 'utf8')).toContain('Incomplete: 1 thing could not be read.');
  });

  it('a place that cannot be written to is said', async () => {
    const { code, stderr } = await run(['report', at('logs'), '-o', at('none/report.html')]);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be written: ENOENT');
  });
});
