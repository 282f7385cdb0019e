import { byTime } from '../engine/incident-threads.ts';
import type { Finding } from '../model/finding.ts';
import type { IncidentBook, IncidentStore, StoredIncident } from '../ports.ts';
import { tellerOf } from './absorb.ts';
import { idPrefix, isListed, listedAs, mostFound, newestFirst } from './incident-lists.ts';
import type { Sign } from './sign.ts';

/** Incidents for one run: tests, the evaluation. Everything is near everything. */
export function createMemoryIncidentStore(
  findings: () => readonly Finding[] = () => [],
): IncidentStore & IncidentBook {
  const incidents = new Map<string, StoredIncident>();
  const signs = new Map<string, Sign>();
  const put = (stored: StoredIncident) => incidents.set(stored.record.incident.id, stored);
  return {
    async absorb(_, change) {
      const written = change({ signs: [...signs.values()], incidents: [...incidents.values()] });
      for (const sign of written.signs) signs.set(sign.finding.id, sign);
      for (const stored of written.incidents) put(stored);
      return written;
    },
    signsOf: async ({ id }) =>
      [...signs.values()].filter((sign) => tellerOf(sign.incident, incidents) === id),
    read: async (id) => incidents.get(id),
    find: async (prefix) =>
      [...incidents.values()]
        .filter(({ record }) => record.incident.id.startsWith(idPrefix(prefix)))
        .slice(0, mostFound),
    list: async (filter) =>
      newestFirst([...incidents.values()].filter((each) => isListed(listedAs(each), filter))),
    findingsOf: async ({ findings: ids }) =>
      findings()
        .filter(({ id }) => ids.includes(id))
        .sort(byTime),
    async update(id, change) {
      const stored = incidents.get(id);
      const next = stored && change(stored);
      if (next) put(next);
      return next;
    },
  };
}
