import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { incidentsCommand } from '../../cli/incidents.ts';
import type { IncidentsHost } from '../../cli/incidents-host.ts';
import { incidentRecordSchema } from '../../functions/core/model/incident-record.ts';
import type { IncidentStore, StoredIncident } from '../../functions/core/ports.ts';
import { finding, hostile } from '../support/findings.ts';
import { onDaysBefore, record, role } from '../support/records.ts';
import { storedIncident } from '../support/stored-incidents.ts';
import { createFolder, type Folder, run as runProgram } from './command-line.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const id = 'inc-4f2a91c07d3e5b68';
let stored: Map<string, StoredIncident>;
let tables: readonly string[];
beforeEach(() => {
  tables = ['Stack-SecretsAuditTable-1A2B3C'];
  stored = new Map(
    [
      storedIncident(),
      storedIncident(
        {
          id: 'inc-4f00aa11bb22cc33',
          severity: 'medium',
          title: 'role/etl read app/db from a network new to it',
          firstSeen: '2026-03-01T02:14:07.000Z',
        },
        { owners: [] },
      ),
      storedIncident({ id: 'inc-99aa11bb22cc33dd', title: 'over' }, { status: 'resolved' }),
    ].map((each) => [each.record.incident.id, each]),
  );
});

const incidents = (): IncidentStore => ({
  read: async (each) => stored.get(each),
  find: async (prefix) =>
    [...stored.values()].filter(({ record }) =>
      record.incident.id.startsWith(`inc-${prefix.toLowerCase().replace(/^inc-/, '')}`),
    ),
  list: async ({ status = 'open', owner } = {}) =>
    [...stored.values()].filter(
      ({ record }) =>
        (status === 'any' || record.status === status) &&
        (owner === undefined || record.owners.includes(owner)),
    ),
  findingsOf: async () => [finding()],
  async update(each, change) {
    const before = stored.get(each);
    const next = before && change(before);
    if (next) stored.set(each, next);
    return next;
  },
});

async function run(...args: string[]) {
  let stdout = '';
  let stderr = '';
  let code: number | undefined;
  const host: IncidentsHost = {
    terminal: {
      columns: 80,
      emphasise: (_, text) => text,
      print: (text) => {
        stdout += text;
      },
      say: (text) => {
        stderr += text;
      },
    },
    connect: () => ({ tablesNamed: async () => tables, incidentsIn: incidents }),
    openFile: async () => {
      throw new Error('no such file');
    },
    clock: { now: () => now },
    userName: () => 'mara',
    tableName: undefined,
    exit: (value) => {
      code = value;
    },
  };
  const program = new Command().exitOverride().configureOutput({
    writeErr: (text) => {
      stderr += text;
    },
  });
  program.addCommand(incidentsCommand(program, async () => host));
  await program.parseAsync(['incidents', ...args], { from: 'user' });
  return { code, stdout, stderr };
}

const recordOf = (of = id) => incidentRecordSchema.parse(stored.get(of)?.record);

describe('incidents list', () => {
  it('shows open ones, calm and aligned, within the terminal', async () => {
    const { code, stdout, stderr } = await run('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'Table: Stack-SecretsAuditTable-1A2B3C\n' });
    expect(stdout).toMatchInlineSnapshot(`
"SEVERITY  INCIDENT    BEGAN       STATUS  OWNER      WHAT
high      INC-4F2A91  2026-03-02  open    messaging  25 secrets read in 4
                                                     seconds by user/intruder
medium    INC-4F00AA  2026-03-01  open    -          role/etl read app/db from a
                                                     network new to it
"
`);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('filters by status and owner; of none it says so', async () => {
    expect((await run('list', '--status', 'resolved')).stdout).toContain('INC-99AA11');
    expect((await run('list', '--owner', 'messaging')).stdout).not.toContain('INC-4F00AA');
    expect((await run('list', '--owner', 'payments')).stdout).toBe('No open incidents of payments.\n');
  });

  it('as JSON', async () => {
    const { stdout } = await run('list', '--status', 'any', '--format', 'json');
    const { incidents: records } = JSON.parse(stdout);
    expect(records).toHaveLength(3);
    for (const each of records) incidentRecordSchema.strict().parse(each);
  });
});

describe('incidents show', () => {
  it('tells the story, why, what was said, and what can be said', async () => {
    await run('ack', 'INC-4F2A91', '--reason', 'looking at it');
    const { code, stdout } = await run('show', 'inc-4F2A');
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
"INC-4F2A91  open, with mara
  Owner     messaging

HIGH  25 secrets read in 4 seconds by user/intruder
  2026-03-02 09:00:00  access       25 secrets read in 4 seconds by
                                    user/intruder
  Who       user/intruder
  Secrets   sms/clockwork
  Incident  inc-4f2a91c07d3e5b68: 1 finding, 1 event

WHY
  mass-retrieval: 25 different secrets in 4 seconds; the limit is 20 within 6
  minutes.

SAID
  02 Mar 2026 10:00:00 UTC  mara acknowledged: looking at it

DO
  1. Ask the owner of the identity whether this was planned.
  2. If not: revoke its sessions and credentials, then rotate the secrets that
  were read, those in use outside AWS first.
  3. Look at what else the identity did in the hour before.

SAY
  secrets-audit incidents ack INC-4F2A91
  secrets-audit incidents snooze INC-4F2A91 --until 8h --reason "…"
  secrets-audit incidents resolve INC-4F2A91 --reason "…"
  secrets-audit incidents not-expected INC-4F2A91
"
`);
  });

  it('shows nothing that a terminal could take for more than text', async () => {
    stored.set(id, storedIncident({ title: hostile }, { owners: [hostile] }));
    await run('ack', id, '--reason', hostile.slice(0, 400));
    for (const { stdout } of [
      await run('show', id),
      await run('list'),
      await run('show', id, '--format', 'json'),
    ]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
    }
  });
});

describe('what a person says', () => {
  it.each([
    ['ack', [], 'INC-4F2A91: open, with mara.\n', 'acknowledge'],
    [
      'snooze',
      ['--until', '8h', '--reason', 'known'],
      'INC-4F2A91: snoozed until 2026-03-02 18:00.\n',
      'snooze',
    ],
    [
      'snooze',
      ['--until', '2026-03-03T08:00+01:00', '--reason', 'known'],
      'INC-4F2A91: snoozed until 2026-03-03 07:00.\n',
      'snooze',
    ],
    ['resolve', ['--reason', 'key rotated'], 'INC-4F2A91: resolved.\n', 'resolve'],
    ['not-expected', [], 'INC-4F2A91: open, not expected (mara).\n', 'not-expected'],
  ])('%s %j', async (command, args, said, word) => {
    expect(await run(command, 'INC-4F2A91', ...args)).toMatchObject({ code: 0, stdout: said });
    expect(recordOf()).toMatchObject({
      revision: 2,
      history: [{ by: 'mara', word, at: '2026-03-02T10:00:00.000Z' }],
    });
  });

  it('reopens what was resolved, and answers with the record as JSON', async () => {
    const { code, stdout } = await run('reopen', '99aa', '--format', 'json');
    expect(code).toBe(0);
    expect(incidentRecordSchema.strict().parse(JSON.parse(stdout))).toEqual(recordOf('inc-99aa11bb22cc33dd'));
  });

  it.each([
    ['ack', '99aa11', [], 1, 'INC-99AA11 is resolved already. Reopen it first, if it is not over.\n'],
    [
      'snooze',
      '4f2a91',
      ['--until', '2026-03-01', '--reason', 'r'],
      1,
      'The end of a snooze must be in the future.\n',
    ],
    ['snooze', '4f2a91', ['--until', '31d', '--reason', 'r'], 1, 'A snooze is at most 30 days long.\n'],
    [
      'resolve',
      '4f2a91',
      ['--reason', ' '],
      1,
      'To resolve an incident a reason is needed; it stays in its history.\n',
    ],
    ['ack', 'ffff', [], 2, 'there is no incident ffff; secrets-audit incidents list --status any\n'],
    ['ack', '../x', [], 2, '../x is no name of an incident: write it as INC-4F2A91\n'],
    ['ack', '4f2a91', ['--store', 'none.db'], 2, 'none.db: no such file\n'],
  ])('%s %s %j is refused, and nothing changes', async (command, name, args, code, message) => {
    const before = JSON.stringify([...stored]);
    const ran = await run(command, name, ...args);
    expect(ran).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(JSON.stringify([...stored])).toBe(before);
  });

  it('lists those that a short beginning may mean', async () => {
    const { code, stderr } = await run('ack', 'INC-4F');
    expect(code).toBe(2);
    expect(stderr).toContain('INC-4F2A91');
    expect(stderr).toContain(
      'several incidents begin with INC-4F: inc-4f2a91c07d3e5b68, inc-4f00aa11bb22cc33',
    );
    expect([...stored.values()].filter(({ record }) => record.history.length > 0)).toEqual([]);
  });

  it.each([
    ['snooze', '4f2a91', '--until', '8h'],
    ['snooze', '4f2a91', '--until', 'soon', '--reason', 'r'],
    ['resolve', '4f2a91'],
  ])('%s %s %s %s: a usage error', async (...args) => {
    await expect(run(...args.filter((each) => each !== undefined))).rejects.toMatchObject({
      name: 'CommanderError',
    });
  });

  it('needs a table, or a file', async () => {
    tables = [];
    expect(await run('list')).toMatchObject({ code: 2, stderr: expect.stringContaining('--store') });
    tables = ['A-SecretsAudit', 'B-SecretsAudit'];
    expect(await run('list')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('A-SecretsAudit, B-'),
    });
  });
});

describe('the program', () => {
  let folder: Folder;
  beforeAll(() => {
    folder = createFolder({
      'past.json': onDaysBefore(20, service),
      'today.json': [record({ ...service, sourceIPAddress: '203.0.113.9' })],
    });
  });
  afterAll(() => folder[Symbol.dispose]());
  const service = { userIdentity: role('sender', 'task') };

  it('keeps incidents in the file of audit --history, and what was said of them', async () => {
    const store = join(folder.path, 'usual.db');
    const audit = (file: string) => runProgram(['audit', join(folder.path, file), '--history', store]);
    const said = (...args: string[]) =>
      runProgram(['incidents', ...args, '--store', store, '--format', 'json']);
    await audit('past.json');
    await audit('today.json');
    const {
      incidents: [first],
    } = JSON.parse((await said('list')).stdout);
    expect(first).toMatchObject({ status: 'open', incident: { detectors: ['rare-network'] } });
    expect((await said('ack', first.incident.id, '--reason', 'ours')).code).toBe(0);
    await audit('today.json');
    const { record: after, findings } = JSON.parse((await said('show', first.incident.id)).stdout);
    expect(after).toMatchObject({ revision: 2, acknowledged: { reason: 'ours', by: userInfo().username } });
    expect(findings).toMatchObject([{ detector: 'rare-network', incident: first.incident.id }]);
  }, 30_000);
});
