import { byTime } from '../engine/incident-threads.ts';
import type { IncidentAnnouncement, RelatedFinding } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import type { Settings } from '../model/settings.ts';
import { compareSeverity } from '../model/severity.ts';
import type { StoredIncident } from '../ports.ts';
import type { Change } from './news.ts';

const findingsShown = 20;

export interface Told {
  readonly before: StoredIncident | undefined;
  readonly after: StoredIncident;
  readonly change: Change;
  /** Of the incident, as far as they were read; in any order. */
  readonly findings: readonly Finding[];
  readonly related: readonly RelatedFinding[];
  /** Of the settings: numbers by name. */
  readonly accounts: Settings['accounts'];
}

/** A revision of an incident as the document that is sent. */
export const announceIncident = (
  { before, after, change, findings, related, accounts }: Told,
  targets: readonly string[],
): IncidentAnnouncement => ({
  schemaVersion: '1.0',
  kind: 'incident',
  id: after.record.incident.id,
  revision: after.record.revision,
  targets: [...targets],
  change,
  update: Math.max(1, after.told.count),
  was: before && before.told.count > 0 ? before.told.severity : null,
  record: after.record,
  findings: shownFindings(findings, after.record.incident),
  related: [...related],
  accountNames: namesOf(accounts, findings),
  whole: null,
});

/** By number, of those accounts that findings are about. */
function namesOf(accounts: Settings['accounts'], findings: readonly Finding[]): Record<string, string> {
  const numbers = new Set(findings.flatMap(({ secret, actor }) => [secret?.account, actor?.account]));
  return Object.fromEntries(
    Object.entries(accounts).flatMap(([name, number]) => (numbers.has(number) ? [[number, name]] : [])),
  );
}

/** Ids of the findings that say most of it: those that stand for the others come first. */
export const tellingFindings = ({ stages, findings }: Incident): string[] =>
  [...new Set([...stages.map(({ finding }) => finding), ...findings])].slice(0, 2 * findingsShown);

/**
 * What holds before what is over, that which the title speaks of first, then the gravest. None is graver than the whole:
 * one that is was lowered, because many identities did the same at once.
 */
function shownFindings(findings: readonly Finding[], { severity, title }: Incident): Finding[] {
  return findings
    .map((finding) =>
      compareSeverity(finding.severity, severity) > 0 && finding.status === 'open'
        ? { ...finding, severity }
        : finding,
    )
    .sort(
      (a, b) =>
        Number(b.status === 'open') - Number(a.status === 'open') ||
        Number(b.title === title) - Number(a.title === title) ||
        compareSeverity(b.severity, a.severity) ||
        byTime(a, b),
    )
    .slice(0, findingsShown);
}
