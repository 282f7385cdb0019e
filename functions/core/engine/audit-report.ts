import type { AccessEvent } from '../model/access-event.ts';
import type { AuditReport } from '../model/audit-report.ts';
import type { Completeness } from '../model/completeness.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { compareSeverity } from '../model/severity.ts';
import { compareText } from '../order.ts';

const secretSources = new Set(['secretsmanager.amazonaws.com', 'kms.amazonaws.com']);

/** What reading tells; the rest of a report follows from the events. */
export type ReadingSummary = Pick<AuditReport['summary'], 'files' | 'records' | 'duplicates' | 'unreadable'>;

/** What was made of the events. */
export interface Judgements {
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  readonly completeness: Completeness;
}

/**
 * Puts a report together.
 *
 * @param events the distinct events that were judged
 * @param judgements in any order; the report has the gravest first, then the earliest
 */
export function buildAuditReport(
  reading: ReadingSummary,
  events: readonly AccessEvent[],
  { findings, incidents, completeness }: Judgements,
): AuditReport {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  let secretEvents = 0;
  for (const { time, eventSource } of events) {
    if (secretSources.has(eventSource)) secretEvents += 1;
    if (time === null) continue;
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return {
    schemaVersion: '1.0',
    summary: {
      files: reading.files,
      records: reading.records,
      secretEvents,
      duplicates: reading.duplicates,
      unreadable: reading.unreadable,
      from: timestamp(from),
      to: timestamp(to),
    },
    findings: findings.toSorted(gravestFirst),
    incidents: incidents.toSorted(gravestFirst),
    completeness,
  };
}

export const gravestFirst = <Told extends Pick<Finding, 'severity' | 'firstSeen' | 'id'>>(
  a: Told,
  b: Told,
): number =>
  compareSeverity(b.severity, a.severity) ||
  compareText(a.firstSeen ?? undated, b.firstSeen ?? undated) ||
  compareText(a.id, b.id);

/** Sorts after every time. */
const undated = '~';

const timestamp = (time: number): string | null =>
  Number.isFinite(time) ? new Date(time).toISOString() : null;
