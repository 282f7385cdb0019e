import equal from 'fast-deep-equal';
import { withIncidents } from '../engine/incidents.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import type { StoredIncident } from '../ports.ts';
import { withEntry } from './handling.ts';

/** What runs of the command line have found until now. */
export interface KeptIncidents {
  readonly incidents: readonly StoredIncident[];
  readonly findings: readonly Finding[];
}

/**
 * Adds the findings of another run. Incidents are told from all findings that are known; what people said of them stays.
 *
 * @param now milliseconds
 * @returns what is different then
 */
export function keepIncidents(kept: KeptIncidents, findings: readonly Finding[], now: number): KeptIncidents {
  const known = new Map(kept.findings.map((finding) => [finding.id, finding]));
  const all = new Map(known);
  for (const finding of findings) {
    // A run over fewer logs knows less of the same finding.
    if ((all.get(finding.id)?.count ?? 0) <= finding.count) all.set(finding.id, finding);
  }
  const told = withIncidents([...all.values()]);
  const at = new Date(now).toISOString();
  const stored = new Map(kept.incidents.map((each) => [each.record.incident.id, each]));
  const ownersOf = (incident: Incident): string[] =>
    [...new Set(incident.findings.flatMap((id) => all.get(id)?.owner ?? []))].sort();

  const incidents = told.incidents.flatMap((incident) => {
    const before = stored.get(incident.id);
    const next = before
      ? changed(before, incident, ownersOf(incident), at)
      : begun(incident, ownersOf(incident));
    return next ? [next] : [];
  });
  const teller = new Map(
    told.incidents.flatMap(({ id, findings: ids }) => ids.map((each) => [each, id] as const)),
  );
  const current = new Set(told.incidents.map(({ id }) => id));
  for (const each of kept.incidents) {
    const { incident, status } = each.record;
    const into = incident.findings.flatMap((id) => teller.get(id) ?? [])[0];
    if (current.has(incident.id) || status === 'merged' || into === undefined) continue;
    incidents.push(merged(each, into, at));
  }
  return { incidents, findings: told.findings.filter((each) => !equal(each, known.get(each.id))) };
}

const begun = (incident: Incident, owners: string[]): StoredIncident => ({
  record: {
    incident,
    revision: 1,
    status: 'open',
    mergedInto: null,
    owners,
    acknowledged: null,
    snoozed: null,
    history: [],
  },
  announce: true,
  // Nobody is told: whoever ran the command reads it there.
  told: { count: 0, at: 0, severity: incident.severity, signature: '' },
});

function changed(
  before: StoredIncident,
  incident: Incident,
  owners: string[],
  at: string,
): StoredIncident | undefined {
  const { record } = before;
  const goesOn = incident.findings.some((id) => !record.incident.findings.includes(id));
  const isReopened = record.status === 'merged' || (record.status !== 'open' && goesOn);
  if (!isReopened && equal(record.incident, incident) && equal(record.owners, owners)) return undefined;
  return {
    ...before,
    record: {
      ...record,
      incident,
      owners,
      revision: record.revision + 1,
      ...(isReopened && {
        status: 'open' as const,
        mergedInto: null,
        acknowledged: null,
        snoozed: null,
        history: withEntry(record.history, bySuite(at, 'reopen', 'it went on')),
      }),
    },
  };
}

const merged = (before: StoredIncident, into: string, at: string): StoredIncident => ({
  ...before,
  record: {
    ...before.record,
    status: 'merged',
    mergedInto: into,
    revision: before.record.revision + 1,
    history: withEntry(before.record.history, bySuite(at, 'merged', `told in ${into}`)),
  },
});

const bySuite = (at: string, word: 'reopen' | 'merged', reason: string) =>
  ({ at, by: 'secrets-audit', word, reason }) as const;
