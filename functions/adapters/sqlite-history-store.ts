import type { HistoryStore } from '../core/ports.ts';
import { openSqliteFile, transact } from './sqlite-file.ts';

export interface SqliteHistoryStore extends HistoryStore {
  close(): void;
}

/**
 * The history of the command line, in one file from run to run.
 *
 * @throws UnreadableInputError where the file is something else
 */
export function openSqliteHistoryStore(path: string): SqliteHistoryStore {
  const database = openSqliteFile(path);
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
