import { buildIncidents } from '../engine/incidents.ts';
import type { IncidentAnnouncement } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';

/** Tells one finding as an incident of its own. */
export function announcementOfFinding(
  finding: Finding,
  { change, was }: { readonly change: IncidentAnnouncement['change']; readonly was: Severity | null },
): IncidentAnnouncement {
  const [incident] = buildIncidents([{ ...finding, status: 'open' }]);
  if (!incident) throw new RangeError(`Finding ${finding.id} makes no incident`);
  return {
    schemaVersion: '1.0',
    kind: 'incident',
    id: incident.id,
    revision: finding.revision,
    targets: [],
    change,
    update: change === 'new' ? 1 : 2,
    was,
    record: {
      incident,
      revision: finding.revision,
      status: finding.status,
      mergedInto: null,
      owners: finding.owner === null ? [] : [finding.owner],
      acknowledged: null,
      snoozed: null,
      history: [],
    },
    findings: [finding],
    related: [],
    whole: null,
  };
}
