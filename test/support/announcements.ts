import { buildIncidents } from '../../functions/core/engine/incidents.ts';
import type {
  DigestAnnouncement,
  IncidentAnnouncement,
  TestAnnouncement,
} from '../../functions/core/model/announcement.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { compareSeverity } from '../../functions/core/model/severity.ts';
import { finding } from './findings.ts';

/** Findings as one incident, as it is told for the first time. */
export function incidentAnnouncement(
  findings: readonly Finding[] = [finding()],
  overrides: Partial<Omit<IncidentAnnouncement, 'record'>> & {
    readonly record?: Partial<IncidentAnnouncement['record']>;
  } = {},
): IncidentAnnouncement {
  const open = findings.map((each) => ({ ...each, status: 'open' as const }));
  const together = { gapHours: 1e6, secretGapHours: 1e6, days: 1e6, identities: 100 };
  const [incident] = buildIncidents(open, together);
  if (!incident) throw new Error('no incident');
  const [first] = findings;
  const revision = overrides.revision ?? first?.revision ?? 1;
  return {
    schemaVersion: '1.0',
    kind: 'incident',
    id: incident.id,
    revision,
    targets: ['email'],
    change: first && first.status !== 'open' ? first.status : 'new',
    update: 1,
    was: null,
    findings: findings.toSorted((a, b) => compareSeverity(b.severity, a.severity)),
    related: [],
    whole: null,
    ...overrides,
    record: {
      incident,
      revision,
      status: first?.status ?? 'open',
      mergedInto: null,
      owners: [...new Set(findings.flatMap(({ owner }) => owner ?? []))],
      acknowledged: null,
      snoozed: null,
      history: [],
      ...overrides.record,
    },
  };
}

export const digestAnnouncement = (overrides: Partial<DigestAnnouncement> = {}): DigestAnnouncement => ({
  schemaVersion: '1.0',
  kind: 'digest',
  id: 'digest-weekly-2026-11-30',
  revision: 1,
  targets: ['email'],
  because: 'weekly',
  owner: null,
  from: '2026-11-23T08:00:00.000Z',
  to: '2026-11-30T08:00:00.000Z',
  sections: [
    {
      title: 'Open',
      entries: [
        {
          incident: 'inc-4f2a91c07d3e5b86',
          severity: 'medium',
          title: 'role/etl read app/db from a network new to it',
          at: '2026-11-26T02:14:07.000Z',
          status: 'open',
          owner: 'data',
          note: null,
        },
      ],
      more: 0,
    },
  ],
  ...overrides,
});

export const testAnnouncement = (overrides: Partial<TestAnnouncement> = {}): TestAnnouncement => ({
  schemaVersion: '1.0',
  kind: 'test',
  id: 'test-20261203T101500Z',
  revision: 1,
  targets: ['email', 'slack'],
  at: '2026-12-03T10:15:00.000Z',
  by: 'anika',
  ...overrides,
});
