import type { Finding } from '../functions/core/model/finding.ts';
import type { Incident } from '../functions/core/model/incident.ts';
import { compareSeverity, type Severity } from '../functions/core/model/severity.ts';
import type { IncidentStep, MeasuredIncident } from './measured.ts';

/** One change of one finding, in the order in which they were made. */
export interface Revision {
  readonly findingId: string;
  /** Milliseconds, event time: of the event that caused it. */
  readonly at: number;
  readonly severity: Severity;
  readonly isWithdrawn: boolean;
  /** What it has more than before. */
  readonly eventIds: readonly string[];
}

export type GroupFindings = (findings: readonly Finding[]) => readonly Incident[];

/**
 * Builds the incidents of findings, and how each of them grew.
 *
 * @param findings as they are in the end
 * @param revisions of these, in order of time
 */
export function measuredIncidents(
  findings: readonly Finding[],
  revisions: readonly Revision[],
  group: GroupFindings,
): MeasuredIncident[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const revisionsOf = Map.groupBy(revisions, ({ findingId }) => findingId);
  return group(findings).map((incident) => {
    const members = incident.findings.flatMap((id) => byId.get(id) ?? []);
    const changes = members.flatMap(({ id }) => revisionsOf.get(id) ?? []).toSorted((a, b) => a.at - b.at);
    return {
      title: incident.title,
      severity: incident.severity,
      firstSeen: incident.firstSeen === null ? null : Date.parse(incident.firstSeen),
      detectors: incident.detectors,
      actors: incident.actors,
      // An incident names at most 100 events; its findings may name more between them.
      eventIds: [...new Set([...incident.evidence, ...members.flatMap(({ evidence }) => evidence)])],
      steps: stepsOf(incident, members, changes, group),
    };
  });
}

function stepsOf(
  incident: Incident,
  members: readonly Finding[],
  changes: readonly Revision[],
  group: GroupFindings,
): IncidentStep[] {
  // Where no single finding has the incident's severity, it came from the whole, and the grouping must be asked again.
  const isOfTheWhole = gravest(members.map(({ severity }) => severity)) !== incident.severity;
  const current = new Map<string, Finding>();
  const byId = new Map(members.map((finding) => [finding.id, finding]));
  return changes.map(({ findingId, at, severity, isWithdrawn, eventIds }, index) => {
    const member = byId.get(findingId);
    if (isWithdrawn) current.delete(findingId);
    else if (member) current.set(findingId, { ...member, severity });
    const standing = [...current.values()];
    const isLast = index === changes.length - 1;
    const reached = isLast
      ? incident.severity
      : gravest((isOfTheWhole ? group(standing) : standing).map((each) => each.severity));
    return { at, severity: reached, eventIds };
  });
}

const gravest = (severities: readonly Severity[]): Severity =>
  severities.reduce((worst, severity) => (compareSeverity(severity, worst) > 0 ? severity : worst), 'info');
