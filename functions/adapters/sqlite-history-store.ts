import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UnreadableInputError } from '../core/errors.ts';
import type { HistoryStore } from '../core/ports.ts';
import { ConfigurationError } from './errors.ts';
import { fileErrorReason } from './log-file-faults.ts';

export interface SqliteHistoryStore extends HistoryStore {
  close(): void;
}

/** `PRAGMA application_id`, by which `file` and we tell this database from others: "SAhi". */
const applicationId = 0x53_41_68_69;
/** `PRAGMA user_version`. */
const formatVersion = 1;

/** How long another run of the command may hold the file. */
const waitMs = 10_000;

const schema = `
  CREATE TABLE profile (subject TEXT PRIMARY KEY, profile TEXT NOT NULL) STRICT;
  CREATE TABLE complete (only INTEGER PRIMARY KEY CHECK (only = 1), since REAL NOT NULL) STRICT;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`;

/** 128 MB of cache, so that one step over all profiles is written once and not page by page. */
const pragmas = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072';

/**
 * The history of the command line, in one file from run to run.
 *
 * @throws UnreadableInputError where the file is something else
 */
export function openSqliteHistoryStore(path: string): SqliteHistoryStore {
  const database = openDatabase(path);
  const select = database.prepare('SELECT profile FROM profile WHERE subject = ?');
  const upsert = database.prepare(
    'INSERT INTO profile VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET profile = excluded.profile',
  );
  const profileOf = (subject: string) => select.get(subject)?.['profile'] as string | undefined;

  return {
    async completeSince() {
      return database.prepare('SELECT since FROM complete').get()?.['since'] as number | undefined;
    },

    async setCompleteSince(time) {
      database
        .prepare(
          'INSERT INTO complete VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET since = min(since, excluded.since)',
        )
        .run(time);
    },

    async read(subjects) {
      const profiles = new Map<string, string>();
      transact(database, 'DEFERRED', () => {
        for (const subject of subjects) {
          const profile = profileOf(subject);
          if (profile !== undefined) profiles.set(subject, profile);
        }
      });
      return profiles;
    },

    async extend(subjects, extend) {
      // IMMEDIATE: two that had read before either wrote would lose one's change.
      transact(database, 'IMMEDIATE', () => {
        for (const subject of subjects) {
          const next = extend(subject, profileOf(subject));
          if (next !== undefined) upsert.run(subject, next);
        }
      });
    },

    close: () => database.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    // Names and addresses are in it: for its owner alone. SQLite gives its other files the same mode.
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path, { timeout: waitMs });
    prepareSchema(database);
    database.exec(pragmas);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof UnreadableInputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ERR_SQLITE_ERROR' ? message : code === 'ENOENT' ? 'no such folder' : fileErrorReason(error);
    throw new UnreadableInputError(`not usable as a history file: ${reason}`, { cause: error });
  }
}

function prepareSchema(database: DatabaseSync): void {
  transact(database, 'IMMEDIATE', () => {
    const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() ?? {};
    if (tables === 0) database.exec(schema);
  });
  const pragma = (name: string) => database.prepare(`PRAGMA ${name}`).get()?.[name];
  if (pragma('application_id') !== applicationId) {
    throw new UnreadableInputError('a database, but no history of secrets-audit');
  }
  const version = pragma('user_version');
  if (version !== formatVersion) {
    throw new UnreadableInputError(
      `a history of format ${version}; this version of secrets-audit knows format ${formatVersion}`,
    );
  }
}

function transact(database: DatabaseSync, mode: 'DEFERRED' | 'IMMEDIATE', work: () => void): void {
  database.exec(`BEGIN ${mode}`);
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Only where it is needed: Node before 22.13 has none, and up to 24 some versions warn of it as experimental. Loading is
 * synchronous, so that no other warning can come while this one is held back.
 */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const sqlite: typeof import('node:sqlite') | undefined = process.getBuiltinModule('node:sqlite');
    if (!sqlite) throw new ConfigurationError(`a history file needs Node 24, this is ${process.version}`);
    return sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}
