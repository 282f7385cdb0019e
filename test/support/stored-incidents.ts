import { type Incident, incidentSchema } from '../../functions/core/model/incident.ts';
import type { IncidentRecord } from '../../functions/core/model/incident-record.ts';
import type { StoredIncident } from '../../functions/core/ports.ts';

/** An incident as it is stored, of one finding unless told otherwise. */
export function storedIncident(
  incident: Partial<Incident> = {},
  record: Partial<IncidentRecord> = {},
): StoredIncident {
  const severity = incident.severity ?? 'high';
  return {
    record: {
      incident: incidentSchema.parse({
        id: 'inc-4f2a91c07d3e5b68',
        severity,
        title: '25 secrets read in 4 seconds by user/intruder',
        summary: 'At 09:00:00 user/intruder read 25 secrets.',
        firstSeen: '2026-03-02T09:00:00.000Z',
        lastSeen: '2026-03-02T09:00:04.000Z',
        stages: [
          {
            stage: 'access',
            at: '2026-03-02T09:00:00.000Z',
            title: '25 secrets read in 4 seconds by user/intruder',
            finding: '0123456789abcdef0123456789abcdef',
          },
        ],
        actors: ['arn:aws:iam::111122223333:user/intruder'],
        secrets: ['sms/clockwork'],
        findings: ['0123456789abcdef0123456789abcdef'],
        evidence: ['e0000000-0000-4000-8000-000000000000'],
        detectors: ['mass-retrieval'],
        ...incident,
      }),
      revision: 1,
      status: 'open',
      mergedInto: null,
      owners: ['messaging'],
      acknowledged: null,
      snoozed: null,
      history: [],
      ...record,
    },
    announce: true,
    told: { count: 1, at: Date.parse('2026-03-02T09:01:00Z'), severity, signature: 's' },
  };
}
