import {
  generateOrganisation,
  type OrganisationOptions,
} from '../../evaluation/organisation/organisation.ts';
import { completenessOf } from '../../functions/core/completeness/completeness.ts';
import { createCoverage } from '../../functions/core/completeness/coverage.ts';
import { createContracts } from '../../functions/core/contracts/contracts.ts';
import { buildAuditReport } from '../../functions/core/engine/audit-report.ts';
import { judgeAll } from '../../functions/core/engine/judge-all.ts';
import { isHistorySufficient } from '../../functions/core/history/assessment-basis.ts';
import { dayNumber } from '../../functions/core/history/days-seen.ts';
import { type AccessEvent, secretKey } from '../../functions/core/model/access-event.ts';
import type { Report, ReportSummary } from '../../functions/core/model/report.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { normaliseCloudTrail } from '../../functions/core/normalise/cloudtrail.ts';
import type { LogReportInput } from '../../functions/core/report/log-report.ts';
import { summaryOf } from '../../functions/core/report/report-changes.ts';

const dayMs = 86_400_000;

/** What the report of a simulated organisation is made from: judged as the command line judges log files. */
export async function judgedOrganisation(options: OrganisationOptions): Promise<LogReportInput> {
  const organisation = generateOrganisation(options);
  const [prod = '', staging = '', tools = ''] = organisation.accounts;
  const firstDay = Date.parse(organisation.firstDay);
  const last = firstDay + organisation.days * dayMs;
  const settings = parseSettings(
    JSON.stringify({
      version: 1,
      accounts: { prod, staging, tools },
      defaults: { ownerTag: 'team', posture: { every: '180d' } },
      secrets: organisation.decoys.map((name) => ({ match: { name }, decoy: true })),
      suppressions: [
        {
          id: 'sync-operator',
          match: { detector: 'mass-retrieval', principal: 'external-secrets*' },
          owner: 'platform@example.com',
          reason: 'the operator reads all secrets of its cluster when it starts',
          until: new Date(last + 40 * dayMs).toISOString(),
        },
      ],
    }),
    'audit.yaml',
  );
  const inventory = new Map(organisation.secrets.map((secret) => [secretKey(secret), { tags: secret.tags }]));
  const contracts = createContracts(settings, inventory);
  const coverage = createCoverage();
  const events = new Map<string, AccessEvent>();
  let records = 0;
  for (let day = 0; day < organisation.days; day += 1) {
    for (const record of organisation.recordsOf(day)) {
      records += 1;
      const event = normaliseCloudTrail(record);
      if (!event) continue;
      events.set(event.key, event);
      const { account, region, time } = event;
      if (time !== null) coverage.seen({ account, region, time });
    }
  }
  const all = [...events.values()];
  const { findings, incidents, knownSince } = await judgeAll(all, settings, { contracts });
  const completeness = completenessOf({
    events: all,
    findings,
    coverage: coverage.report(),
    digests: null,
    historyShort: ({ time }) =>
      time === null ||
      !isHistorySufficient(dayNumber(time), {
        completeSince: knownSince,
        minimumDays: settings.history.minimumDays,
      }),
    permitted: (event) => contracts.judge(event).outcome === 'permitted',
  });
  return {
    audit: buildAuditReport(
      { files: organisation.days, records, duplicates: records - all.length, unreadable: [] },
      all,
      { findings, incidents, completeness },
    ),
    events: all,
    settings,
    contracts,
    // As if each had been made at another time before the evidence begins.
    listed: new Map(
      organisation.secrets.map((secret, index) => [
        secretKey(secret),
        firstDay - ((index * 37) % 110) * dayMs,
      ]),
    ),
    now: last,
  };
}

/** What a report a month earlier could have said: fewer incidents, milder verdicts, values before their rotation. */
export function aMonthEarlier(later: Report): ReportSummary {
  const summary = summaryOf(later);
  const then = new Date(Date.parse(later.generatedAt) - 30 * dayMs).toISOString();
  return {
    ...summary,
    generatedAt: then,
    period: { from: later.period.from, to: then },
    secrets: summary.secrets.map((row, index) => (index % 40 === 0 ? { ...row, verdict: 'clean' } : row)),
    incidents: [
      ...summary.incidents.filter(({ lastSeen }) => lastSeen !== null && lastSeen < then),
      {
        id: 'inc-earlier',
        severity: 'medium',
        title: 'role/app read app/db from a network new to it',
        lastSeen: then,
      },
    ],
    rotation: summary.rotation.filter(({ changed }) => changed !== null && changed < then),
  };
}
