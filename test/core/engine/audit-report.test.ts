import { expect, it } from '@jest/globals';
import { completenessOf } from '../../../functions/core/completeness/completeness.ts';
import { createCoverage } from '../../../functions/core/completeness/coverage.ts';
import { buildAuditReport } from '../../../functions/core/engine/audit-report.ts';
import { auditReportSchema } from '../../../functions/core/model/audit-report.ts';
import { finding } from '../../support/findings.ts';
import { at, eventsOf, record, trailEvent } from '../../support/records.ts';

const completeness = completenessOf({
  events: [],
  findings: [],
  coverage: createCoverage().report(),
  digests: null,
  historyShort: () => false,
  permitted: () => false,
});
const nothing = { findings: [], incidents: [], completeness };

const reading = { files: 1, records: 5, duplicates: 2, unreadable: [] };

it('counts events about secrets, and spans the times of all that were judged', () => {
  const events = eventsOf([
    record({ eventTime: at(60) }),
    record({ eventTime: undefined }),
    trailEvent('StopLogging', { name: 'main' }, { eventTime: at(0) }),
  ]);
  const report = buildAuditReport(reading, events, nothing);
  expect(auditReportSchema.parse(report)).toEqual({
    schemaVersion: '1.0',
    summary: {
      ...reading,
      secretEvents: 2,
      from: '2026-03-02T09:00:00.000Z',
      to: '2026-03-02T09:01:00.000Z',
    },
    ...nothing,
  });
});

it('knows no period where no event has a time', () => {
  const { summary } = buildAuditReport(reading, eventsOf([record({ eventTime: undefined })]), nothing);
  expect(summary).toMatchObject({ from: null, to: null });
});

it('has the gravest finding first, then the earliest, those without a time last, then by id', () => {
  const findings = [
    finding({ id: 'e', severity: 'medium', firstSeen: null }),
    finding({ id: 'd', severity: 'medium', firstSeen: '2026-03-03T09:00:00.000Z' }),
    finding({ id: 'c', severity: 'medium' }),
    finding({ id: 'b', severity: 'medium' }),
    finding({ id: 'f', severity: 'info' }),
    finding({ id: 'a', severity: 'critical', firstSeen: '2026-03-04T09:00:00.000Z' }),
  ];
  expect(buildAuditReport(reading, [], { ...nothing, findings }).findings.map(({ id }) => id)).toEqual([
    ...'abcdef',
  ]);
});
