import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openSqliteHistoryStore } from '../../functions/adapters/sqlite-history-store.ts';
import { start } from '../support/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let serial = 0;
const newPath = () => {
  serial += 1;
  return join(folder, `${serial}.sqlite`);
};

const append =
  (more: string) =>
  (_: string, text: string | undefined): string | undefined =>
    text?.includes(more) ? undefined : `${text ?? ''}${more}`;

describe('history in a file', () => {
  test('is there in the next run', async () => {
    const path = newPath();
    const first = openSqliteHistoryStore(path);
    expect(await first.completeSince()).toBeUndefined();
    await first.extend(['identity|a', 'network|n'], append('x'));
    await first.extend(['identity|a'], append('y'));
    await first.setCompleteSince(start);
    await first.setCompleteSince(start + 1);
    first.close();
    const second = openSqliteHistoryStore(path);
    expect(await second.read(['identity|a', 'network|n', 'identity|b'])).toEqual(
      new Map([
        ['identity|a', 'xy'],
        ['network|n', 'x'],
      ]),
    );
    expect(await second.completeSince()).toBe(start);
    await second.setCompleteSince(start - 1);
    expect(await second.completeSince()).toBe(start - 1);
    second.close();
  });

  test('a run that fails half-way leaves nothing of that step', async () => {
    const store = openSqliteHistoryStore(newPath());
    await expect(
      store.extend(['a', 'b'], (subject) => {
        if (subject === 'b') throw new Error('no');
        return 'x';
      }),
    ).rejects.toThrow('no');
    expect(await store.read(['a', 'b'])).toEqual(new Map());
    await store.extend(['a'], append('x'));
    expect(await store.read(['a'])).toEqual(new Map([['a', 'x']]));
    store.close();
  });

  test('two runs at once lose nothing of each other', async () => {
    const path = newPath();
    const module = new URL('../../functions/adapters/sqlite-history-store.ts', import.meta.url);
    const script = `
      const { openSqliteHistoryStore } = await import(${JSON.stringify(module.href)});
      const store = openSqliteHistoryStore(${JSON.stringify(path)});
      for (let step = 0; step < 200; step += 1)
        await store.extend(['count'], (_, text) => String(Number(text ?? 0) + 1));
      store.close();`;
    const store = openSqliteHistoryStore(path);
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    for (let step = 0; step < 200; step += 1) {
      await store.extend(['count'], (_, text) => String(Number(text ?? 0) + 1));
      await new Promise(setImmediate);
    }
    expect(await ended).toBe(0);
    expect(await store.read(['count'])).toEqual(new Map([['count', '400']]));
    store.close();
  });

  test('22,000 profiles are written and read in less than two seconds', async () => {
    const store = openSqliteHistoryStore(newPath());
    const subjects = Array.from({ length: 22_000 }, (_, index) => `identity|111122223333/role-${index}`);
    const profile = 'p'.repeat(1_500);
    const began = performance.now();
    await store.extend(subjects, () => profile);
    expect((await store.read(subjects)).size).toBe(22_000);
    expect(performance.now() - began).toBeLessThan(2_000);
    store.close();
  });

  test('is for its owner alone', async () => {
    const path = newPath();
    const store = openSqliteHistoryStore(path);
    await store.extend(['a'], append('x'));
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o077).toBe(0);
    store.close();
  });

  test('a file that is something else is refused with the reason, and left as it is', () => {
    const text = newPath();
    writeFileSync(text, 'not a database, but long enough to look like one'.repeat(100));
    expect(() => openSqliteHistoryStore(text)).toThrow(
      'not usable as a history file: file is not a database',
    );

    const foreign = newPath();
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE theirs (x)');
    database.close();
    const before = readFileSync(foreign);
    expect(() => openSqliteHistoryStore(foreign)).toThrow('a database, but no history of secrets-audit');
    expect(readFileSync(foreign)).toEqual(before);

    const newer = newPath();
    openSqliteHistoryStore(newer).close();
    const changed = new DatabaseSync(newer);
    changed.exec('PRAGMA user_version = 3');
    changed.close();
    expect(() => openSqliteHistoryStore(newer)).toThrow('a history of format 3');
    expect(() => openSqliteHistoryStore(join(folder, 'missing', 'x'))).toThrow('no such folder');
  });

  test('holds back no warning but that SQLite is experimental', () => {
    const module = new URL('../../functions/adapters/sqlite-history-store.ts', import.meta.url);
    const { stderr, stdout } = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { openSqliteHistoryStore } = await import(${JSON.stringify(module.href)});
         openSqliteHistoryStore(${JSON.stringify(newPath())}).close();
         process.emitWarning('another');`,
      ],
      { encoding: 'utf8', env: { ...process.env, NODE_NO_WARNINGS: '', NODE_OPTIONS: '' } },
    );
    expect(stderr).not.toMatch(/experimental/i);
    expect(stderr).toContain('another');
    expect(stdout).toBe('');
  });
});
