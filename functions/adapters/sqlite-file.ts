import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UnreadableInputError } from '../core/errors.ts';
import { ConfigurationError } from './errors.ts';
import { fileErrorReason } from './log-file-faults.ts';

/** `PRAGMA application_id`, by which `file` and we tell this database from others: "SAhi". */
const applicationId = 0x53_41_68_69;
/** `PRAGMA user_version`. */
const formatVersion = 2;

/** How long another run of the command may hold the file. */
const waitMs = 10_000;

/** Of format 1. */
const historySchema = `
  CREATE TABLE profile (subject TEXT PRIMARY KEY, profile TEXT NOT NULL) STRICT;
  CREATE TABLE complete (only INTEGER PRIMARY KEY CHECK (only = 1), since REAL NOT NULL) STRICT;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = 1;
`;

/** What format 2 has besides. */
const incidentSchema = `
  CREATE TABLE incident (id TEXT PRIMARY KEY, stored TEXT NOT NULL) STRICT;
  CREATE TABLE finding (id TEXT PRIMARY KEY, finding TEXT NOT NULL) STRICT;
  PRAGMA user_version = 2;
`;

/** 128 MB of cache, so that one step over all profiles is written once and not page by page. */
const pragmas = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072';

/**
 * What the command line keeps in a file from run to run: history, and incidents with their findings.
 *
 * @throws UnreadableInputError where the file is something else
 */
export function openSqliteFile(path: string): DatabaseSync {
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
  const pragma = (name: string) => database.prepare(`PRAGMA ${name}`).get()?.[name];
  transact(database, 'IMMEDIATE', () => {
    const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() ?? {};
    if (tables === 0) database.exec(historySchema);
    if (pragma('application_id') === applicationId && pragma('user_version') === 1) {
      database.exec(incidentSchema);
    }
  });
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

export function transact<Result>(
  database: DatabaseSync,
  mode: 'DEFERRED' | 'IMMEDIATE',
  work: () => Result,
): Result {
  database.exec(`BEGIN ${mode}`);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
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
