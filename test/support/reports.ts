import { type Report, reportSchema } from '../../functions/core/model/report.ts';
import { finding } from './findings.ts';
import { account, region } from './records.ts';

const secret = { name: 'sms/clockwork', account, region };

/** A report as it is made, for what shows and keeps reports. */
export function report(overrides: Partial<Report> = {}): Report {
  const told = finding({ incident: 'inc-0123456789abcdef' });
  return reportSchema.strict().parse({
    schemaVersion: '1.0',
    generatedAt: '2026-03-09T08:00:00.000Z',
    asOf: '2026-03-08T23:59:00.000Z',
    basis: 'log files',
    period: { from: '2026-03-02T09:00:00.000Z', to: '2026-03-08T23:59:00.000Z' },
    reading: { files: 1, records: 40, secretEvents: 30, duplicates: 0, unreadable: [] },
    accountNames: { [account]: 'prod' },
    secrets: [
      {
        secret,
        verdict: 'findings',
        because: 'a finding, high',
        doubts: [],
        findings: 1,
        gravest: 'high',
        reads: 25,
        readers: 1,
        lastRead: '2026-03-02T09:00:04.000Z',
        owner: 'messaging',
        contract: 'clauses',
      },
    ],
    readers: 1,
    people: 0,
    findings: [told],
    incidents: [
      {
        id: 'inc-0123456789abcdef',
        severity: 'high',
        title: told.title,
        summary: told.title,
        firstSeen: told.firstSeen,
        lastSeen: told.lastSeen,
        stages: [
          { stage: 'discovery', at: told.firstSeen, title: 'user/intruder listed secrets', finding: told.id },
          { stage: 'access', at: told.firstSeen, title: told.title, finding: told.id },
        ],
        actors: [told.actor?.principal ?? ''],
        secrets: ['sms/clockwork'],
        findings: [told.id],
        evidence: told.evidence,
        detectors: [told.detector],
      },
    ],
    access: [
      {
        secret,
        principal: told.actor?.principal ?? '',
        account,
        kind: 'user',
        reads: 25,
        days: 1,
        first: '2026-03-02',
        last: '2026-03-02',
      },
    ],
    activity: {
      counts: 'reads',
      hours: [{ weekday: 0, hour: 9, count: 25 }],
      days: [{ day: '2026-03-02', count: 25, people: 0 }],
    },
    rotation: [
      {
        secret,
        changed: '2026-01-01T00:00:00.000Z',
        by: 'log',
        ageDays: 66,
        everyDays: 90,
        standing: 'within policy',
        because: 'Due on 1 Apr 2026.',
      },
    ],
    coverage: {
      percent: 98,
      places: [
        {
          account,
          region,
          from: '2026-03-02T09:00:00.000Z',
          to: '2026-03-08T23:59:00.000Z',
          records: 40,
          hours: 159,
          emptyHours: 0,
          gapsCanBeTold: 'always',
          gaps: [
            { from: '2026-03-04T02:00:00.000Z', to: '2026-03-04T05:00:00.000Z', hours: 3, kind: 'between' },
          ],
        },
      ],
    },
    missingCalls: [],
    digests: null,
    permittedUntil: [
      {
        kind: 'suppression',
        id: 'sync-operator',
        about: 'detector mass-retrieval',
        owner: 'platform',
        reason: 'it reads all secrets when it starts',
        until: '2026-03-05T00:00:00.000Z',
        hasEnded: true,
        findings: 0,
      },
    ],
    changes: null,
    cannotKnow: ['What happened outside the files.'],
    ...overrides,
  });
}
