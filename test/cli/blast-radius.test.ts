import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blastRadiusSchema } from '../../functions/core/model/blast-radius.ts';
import { at, record, role } from '../support/records.ts';
import { createFolder, type Folder, jsonLines, run } from './command-line.ts';

const read = (seconds: number, name: string, secretId = 'sms/clockwork') =>
  record({ eventTime: at(seconds), userIdentity: role(name, 'session'), requestParameters: { secretId } });

let folder: Folder;
let logs: string;
beforeAll(() => {
  folder = createFolder();
  logs = folder.add(
    'logs/a.jsonl',
    jsonLines([
      read(-3600, 'sender'),
      read(3600, 'sender'),
      read(7200, 'intruder'),
      read(7300, 'intruder', 'prod/db-main'),
      read(0, 'sender', 'sms/other'),
      record({ eventTime: at(-86_400), eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances' }),
    ]),
  );
});
afterAll(() => folder[Symbol.dispose]());

const since = '2026-03-02T09:00Z';

it('shows it, with exit code 0', async () => {
  const { code, stdout, stderr } = await run(['blast-radius', 'clockwork', '--since', since, logs]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('role/intruder: had not read it before');
  expect(stdout).toMatch(/2\. prod\/db-main: 1 read since then by role\/intruder, not read before/);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

it('prints JSON for programs', async () => {
  const { code, stdout } = await run([
    'blast-radius',
    'sms/clockwork',
    '--since',
    since,
    logs,
    '--format',
    'json',
  ]);
  expect(code).toBe(0);
  const radius = blastRadiusSchema.strict().parse(JSON.parse(stdout));
  expect(radius.since).toBe('2026-03-02T09:00:00.000Z');
  // Records of any service count for the evidence.
  expect(radius.evidence?.from).toBe('2026-03-01T09:00:00.000Z');
  expect(radius.readers.map(({ identity, isNew }) => [identity.split('/').at(-1), isNew])).toEqual([
    ['intruder', true],
    ['sender', false],
  ]);
});

it.each([
  ['2026-03-02', '2026-03-02T00:00:00.000Z'],
  ['2026-03-02T09:00:30Z', '2026-03-02T09:00:30.000Z'],
  ['2026-03-02 10:00+01:00', '2026-03-02T09:00:00.000Z'],
])('--since %s', async (text, moment) => {
  const { stdout } = await run(['blast-radius', 'clockwork', '--since', text, logs, '--format', 'json']);
  expect(JSON.parse(stdout).since).toBe(moment);
});

it('--since of a duration is before now', async () => {
  const before = Date.now() - 7 * 86_400_000;
  const { stdout } = await run(['blast-radius', 'clockwork', '--since', '7d', logs, '--format', 'json']);
  expect(Date.parse(JSON.parse(stdout).since) - before).toBeLessThan(60_000);
  expect(JSON.parse(stdout).unknown[0]).toMatch(/^The evidence ends at/);
});

it('knows consumers by the settings', async () => {
  const settings = folder.add(
    'audit.yaml',
    `version: 1
secrets:
  - match: {name: sms/clockwork}
    allow:
      - {id: a, role: sender, actions: [read], from: any, consumer: {ecs: prod/sms-sender, delivery: injected}}
`,
  );
  const { stdout } = await run(['blast-radius', 'clockwork', '--since', since, logs, '--settings', settings]);
  expect(stdout).toContain('ecs prod/sms-sender (role/sender)');
  expect(stdout).toContain('role/intruder: had not read it before, outside the contract');
  expect(stdout).toContain('aws ecs update-service --cluster prod --service sms-sender');
});

describe('exit code 2', () => {
  it.each([
    [
      ['--since', since],
      'several secrets may be meant by sms/; name one by its ARN:\n  arn:aws:secretsmanager:eu-west-1:111122223333:secret:sms/clockwork\n',
      'sms/',
    ],
    [
      ['--since', since],
      'no secret sms/clokwork in 5 events; the nearest is sms/clockwork\n',
      'sms/clokwork',
    ],
    [['--since', 'yesterday'], '--since yesterday: must be a time such as', 'clockwork'],
    [['--since', '2026-13-40'], '--since 2026-13-40: must be a time such as', 'clockwork'],
    [[], "required option '--since <time>' not specified", 'clockwork'],
    [['--since', since, '--settings', 'no-such.yaml'], 'no-such.yaml: does not exist', 'clockwork'],
  ])('%j', async (flags, message, secret) => {
    const { code, stdout, stderr } = await run(['blast-radius', secret, logs, ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('something could not be read, and the rest is shown', async () => {
    const missing = join(folder.path, 'missing');
    const { code, stdout, stderr } = await run([
      'blast-radius',
      'clockwork',
      '--since',
      since,
      logs,
      missing,
    ]);
    expect(code).toBe(2);
    expect(stderr).toBe(`${missing}: does not exist\n`);
    expect(stdout).toContain('1 input could not be read');
  });
});

it('explains itself', async () => {
  const { code, stdout } = await run(['blast-radius', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('Exit codes:');
  expect(stdout).toContain('Examples:');
});
