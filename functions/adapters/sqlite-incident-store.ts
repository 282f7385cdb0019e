import { existsSync } from 'node:fs';
import { idPrefix, isListed, listedAs, mostFound, newestFirst } from '../core/announcing/incident-lists.ts';
import { UnreadableInputError } from '../core/errors.ts';
import { keepIncidents } from '../core/incidents/keep-incidents.ts';
import type { Finding } from '../core/model/finding.ts';
import type { IncidentStore, StoredIncident } from '../core/ports.ts';
import { openSqliteFile, transact } from './sqlite-file.ts';

export interface SqliteIncidentStore extends IncidentStore {
  /** Adds the findings of a run; what people said of incidents stays. */
  keep(findings: readonly Finding[], now: number): void;
  close(): void;
}

/**
 * Incidents of the command line, in the file that `audit --history` keeps.
 *
 * @throws UnreadableInputError where the file is something else, or is not there
 */
export function openSqliteIncidentStore(path: string): SqliteIncidentStore {
  if (!existsSync(path)) {
    throw new UnreadableInputError('no such file; secrets-audit audit --history makes it');
  }
  const database = openSqliteFile(path);
  const select = database.prepare('SELECT stored FROM incident WHERE id = ?');
  const upsert = database.prepare(
    'INSERT INTO incident VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET stored = excluded.stored',
  );
  const selectFinding = database.prepare('SELECT finding FROM finding WHERE id = ?');
  const upsertFinding = database.prepare(
    'INSERT INTO finding VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET finding = excluded.finding',
  );
  const parse = <Value>(text: unknown): Value => JSON.parse(String(text)) as Value;
  const read = (id: string): StoredIncident | undefined => {
    const row = select.get(id);
    return row && parse<StoredIncident>(row['stored']);
  };
  const write = (stored: StoredIncident) => upsert.run(stored.record.incident.id, JSON.stringify(stored));
  const all = (): StoredIncident[] =>
    newestFirst(
      database
        .prepare('SELECT stored FROM incident')
        .all()
        .map((row) => parse<StoredIncident>(row['stored'])),
    );

  return {
    read: async (id) => read(id),

    async find(prefix) {
      const begin = idPrefix(prefix);
      return all()
        .filter(({ record }) => record.incident.id.startsWith(begin))
        .slice(0, mostFound);
    },

    list: async (filter) => all().filter((stored) => isListed(listedAs(stored), filter)),

    findingsOf: async ({ findings }) =>
      findings.flatMap((id) => {
        const row = selectFinding.get(id);
        return row ? [parse<Finding>(row['finding'])] : [];
      }),

    update: async (id, change) =>
      transact(database, 'IMMEDIATE', () => {
        const stored = read(id);
        const next = stored && change(stored);
        if (next) write(next);
        return next;
      }),

    keep(findings, now) {
      transact(database, 'IMMEDIATE', () => {
        const known = database
          .prepare('SELECT finding FROM finding')
          .all()
          .map((row) => parse<Finding>(row['finding']));
        const next = keepIncidents({ incidents: all(), findings: known }, findings, now);
        for (const stored of next.incidents) write(stored);
        for (const finding of next.findings) upsertFinding.run(finding.id, JSON.stringify(finding));
      });
    },

    close: () => database.close(),
  };
}
