import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openSqliteHistoryStore } from '../../functions/adapters/sqlite-history-store.ts';
import { openSqliteIncidentStore } from '../../functions/adapters/sqlite-incident-store.ts';
import { finding } from '../support/findings.ts';
import { start } from '../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'incidents-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let serial = 0;
function openStore() {
  serial += 1;
  const path = join(folder, `${serial}.sqlite`);
  openSqliteHistoryStore(path).close();
  return { path, store: openSqliteIncidentStore(path) };
}

const signs = [
  finding({ id: 'a', owner: 'messaging' }),
  finding({
    id: 'b',
    firstSeen: '2026-03-20T09:00:00.000Z',
    lastSeen: '2026-03-20T09:00:00.000Z',
    actor: { principal: 'arn:aws:iam::111122223333:role/etl', kind: 'role', account: '111122223333' },
  }),
];

describe('incidents in a file', () => {
  test('are there in the next run, with their findings, the newest first', async () => {
    const { path, store } = openStore();
    store.keep(signs, start);
    store.close();
    const again = openSqliteIncidentStore(path);
    const [newest, oldest, ...others] = await again.list();
    expect(others).toEqual([]);
    expect([newest?.record.incident.findings, oldest?.record.incident.findings]).toEqual([['b'], ['a']]);
    expect((await again.list({ owner: 'messaging' })).map(({ record }) => record.incident.findings)).toEqual([
      ['a'],
    ]);
    const id = oldest?.record.incident.id ?? '';
    expect(await again.read(id)).toEqual(oldest);
    expect(await again.find(id.slice(0, 9).toUpperCase())).toEqual([oldest]);
    expect(await again.find(id.slice(4, 9))).toEqual([oldest]);
    expect(await again.findingsOf({ ...oldest?.record.incident } as never)).toMatchObject([
      { id: 'a', incident: id },
    ]);
    again.close();
  });

  test('change as one step, and only where something changes', async () => {
    const { store } = openStore();
    store.keep(signs, start);
    const [first] = await store.list();
    const id = first?.record.incident.id ?? '';
    expect(await store.update('inc-none', (stored) => stored)).toBeUndefined();
    expect(await store.update(id, () => undefined)).toBeUndefined();
    await store.update(id, (stored) => ({ ...stored, record: { ...stored.record, status: 'resolved' } }));
    await expect(
      store.update(id, () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await store.list()).length).toBe(1);
    expect((await store.list({ status: 'any' })).length).toBe(2);
    expect(await store.list({ status: 'resolved' })).toMatchObject([{ record: { incident: { id } } }]);
    store.close();
  });

  test('of a history that an older version made', async () => {
    const { path, store } = openStore();
    store.close();
    const database = new DatabaseSync(path);
    database.exec('DROP TABLE incident; DROP TABLE finding; PRAGMA user_version = 1');
    database.close();
    const upgraded = openSqliteIncidentStore(path);
    upgraded.keep(signs, start);
    expect(await upgraded.list()).toHaveLength(2);
    upgraded.close();
  });

  test('of a file that is not there: it is not made', () => {
    expect(() => openSqliteIncidentStore(join(folder, 'none'))).toThrow('audit --history makes it');
  });
});
