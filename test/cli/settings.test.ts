import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { account, otherAccount, secretArn } from '../support/records.ts';
import { createFolder, type Folder, run } from './command-line.ts';

const settings = `version: 1
mode: observe
accounts: {prod: "${account}", tools: "${otherAccount}"}
teams: {messaging: {}, platform: {}}
networks: {vpn: {cidrs: [198.51.100.0/28]}}
calendars: {uk: {zone: Europe/London, days: Mon-Fri, from: "08:00", to: "19:00"}}
secrets:
  - match: {name: sms/clockwork, account: prod}
    impact: send SMS in our name
    allow:
      - {id: oncall, permissionSet: OnCall, actions: [read], from: [vpn], hours: uk, announce: always}
      - {id: a-clause-of-a-long-name, role: ci, actions: any, from: any, severity: high, rate: {events: 5, per: hour}}
    rotation: {provider: clockwork, every: 90d, warn: 14d, grace: 5d}
  - match: {name: sms/*}
    owner: messaging
    allow: []
  - match: {name: canary/*}
    decoy: true
exceptions:
  - {secret: sms/*, clause: oncall, for: mara, from: any, hours: any, owner: messaging, reason: abroad, until: 2026-12-09T08:00:00Z}
`;
const inventory = {
  SecretList: [
    { ARN: secretArn('sms/clockwork'), Name: 'sms/clockwork' },
    { ARN: secretArn('canary/one'), Name: 'canary/one', Tags: [{ Key: 'owner', Value: 'a\u001b[31mb' }] },
    { ARN: secretArn('prod/a'), Name: 'prod/a' },
    { ARN: secretArn('prod/b'), Name: 'prod/b' },
  ],
};

let folder: Folder;
beforeAll(() => {
  folder = createFolder({
    'audit.yaml': settings,
    'broken.yaml': 'version: 1\nsecrets:\n  - match: {name: x}\n    allwo: []\n',
    'inventory.json': inventory,
    'other.json': { Secrets: [] },
    'text.json': 'hello',
  });
});
afterAll(() => folder[Symbol.dispose]());

const check = (...args: string[]) =>
  run(['settings', 'check', '--now', '2026-12-01T00:00:00Z', ...args], { cwd: folder.path });

describe('what applies and why', () => {
  it('of the secrets that the settings name, where nothing else is known', async () => {
    const { code, stdout, stderr } = await check();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
"audit.yaml: 3 entries, 2 clauses, 1 exception, 0 suppressions; no errors

sms/clockwork  prod 111122223333
  Entries     name sms/clockwork, account prod                            line 8
              name sms/*                                                 line 14
  Owner       messaging                                                  line 15
  Mode        observe                                                     line 2
  Impact      send SMS in our name                                        line 9
  Rotation    clockwork, every 90d, reminder 14d before, old value       line 13
              for 5d after
  Contract    2 clauses; nobody else is permitted                        line 10
    oncall      permission set OnCall may read from vpn, Mon-Fri         line 11
                08:00-19:00 Europe/London, each use is told
                until 2026-12-09T08:00:00Z also from anywhere, at any    line 20
                time, for mara (abroad; messaging)
    a-clause-of-a-long-name
                role ci may do anything from anywhere, at most 5         line 12
                times an hour, each use is told as high

sms/*  other accounts
  Entries     name sms/*                                                 line 14
  Owner       messaging                                                  line 15
  Mode        observe                                                     line 2
  Contract    nobody is permitted                                        line 16

canary/*  other accounts
  Entries     name canary/*                                              line 17
  Owner       not known
  Mode        observe                                                     line 2
  Contract    a decoy: any use of it is found                            line 18
"
`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('of the secrets that are there, with their tags', async () => {
    const { code, stdout, stderr } = await check('audit.yaml', '--inventory', 'inventory.json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b');
    expect(stdout.slice(stdout.indexOf('canary'))).toMatchInlineSnapshot(`
"canary/one  prod 111122223333, eu-west-1
  Entries     name canary/*                                              line 17
  Owner       a<U+001B>[31mb (tag owner)                                 its tag
  Mode        observe                                                     line 2
  Contract    a decoy: any use of it is found                            line 18

No entry  2 secrets
  Secrets     prod/a, prod/b
  Owner       not known
  Mode        observe                                                     line 2
  Contract    none: judged by what is usual, and by the detectors        default
"
`);
  });

  it('of one secret, also of one that is not there yet', async () => {
    expect((await check('--secret', 'canary/new')).stdout).toMatch(
      /^canary\/new {2}other accounts\n.*name canary\/\*/m,
    );
    const { code, stdout, stderr } = await check('--secret', 'sms/clokwork', '--inventory', 'inventory.json');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'warning: no secret of the inventory is named sms/clokwork; the nearest is sms/clockwork\n',
    });
    expect(stdout).toContain('nobody is permitted');
  });

  it('without exceptions that have ended, which are warned of', async () => {
    const { code, stdout, stderr } = await check('--now', '2027-01-01');
    expect(code).toBe(0);
    expect(stderr).toBe(
      'warning: audit.yaml:20: exceptions.0.until: ended at 2026-12-09T08:00:00Z: take it out, or renew it with its reason\n',
    );
    expect(stdout).toMatch(/; no errors, 1\swarning\n/);
    expect(stdout).not.toContain('abroad');
  });
});

describe('what cannot be used: exit code 2, the reason on standard error, nothing else', () => {
  it.each([
    ['settings with a fault', ['broken.yaml'], 'broken.yaml:4: unknown setting secrets.0.allwo\n'],
    ['no settings', ['none.yaml'], 'none.yaml: does not exist\n'],
    ['no inventory', ['--inventory', 'none.json'], 'none.json: does not exist\n'],
    [
      'another file',
      ['--inventory', 'other.json'],
      'other.json: not what "aws secretsmanager list-secrets --output json" prints: see SecretList\n',
    ],
    ['no JSON', ['--inventory', 'text.json'], 'text.json: not JSON\n'],
    [
      'no time',
      ['--now', 'soon'],
      "error: option '--now <time>' argument 'soon' is invalid. Write it as 2026-12-09T08:00:00Z.\n(add --help for usage and examples)\n",
    ],
    [
      'an unknown option',
      ['--inventroy', 'x'],
      "error: unknown option '--inventroy'\n(Did you mean --inventory?)\n(add --help for usage and examples)\n",
    ],
  ])('%s', async (_, args, stderr) => {
    expect(await check(...args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('settings that are not where they usually are', async () => {
    const elsewhere = { cwd: join(folder.path, '..') };
    expect(await run(['settings', 'check'], elsewhere)).toMatchObject({
      code: 2,
      stderr: 'audit.yaml: does not exist\n',
    });
  });
});

it('explains itself, with examples', async () => {
  const { code, stdout } = await run(['settings', 'check', '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('Examples:');
  expect(stdout).toContain('Exit codes:');
});
