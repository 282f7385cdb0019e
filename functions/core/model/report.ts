import * as z from 'zod';
import { auditReportSchema } from './audit-report.ts';
import { completenessSchema } from './completeness.ts';
import { coverageSchema } from './coverage.ts';
import { findingSchema } from './finding.ts';
import { incidentSchema } from './incident.ts';
import { incidentRecordSchema } from './incident-record.ts';
import { severities } from './severity.ts';
import { verdictKinds, verdictSchema } from './verdict.ts';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');
const day = z.iso.date().describe('A UTC day');
const secret = z.object({ name: z.string(), account: z.string(), region: z.string() });

const secretRowSchema = verdictSchema
  .omit({ reads: true })
  .extend({
    reads: z.int().nullable().describe('Successful reads of its value; null: not counted'),
    owner: z.string().nullable(),
    contract: z
      .enum(['clauses', 'decoy', 'history', 'deny'])
      .describe('By what it is judged: clauses of its contract, as a decoy, what is usual, or nobody may'),
  })
  .describe('What the evidence says of one secret');

const reportedIncidentSchema = incidentSchema.extend({
  handling: incidentRecordSchema
    .pick({ status: true, acknowledged: true, snoozed: true })
    .optional()
    .describe('What people have said of it, where the suite keeps it'),
});

const accessSchema = z
  .object({
    secret,
    principal: z.string().describe('The stable identity'),
    account: z.string().describe('Its account'),
    kind: z.string().describe('role, user, person, root, …'),
    reads: z.int().nullable().describe('null: only the days are known'),
    days: z.int().describe('UTC days with a read'),
    first: day.nullable(),
    last: day.nullable(),
  })
  .describe('One identity that read one secret');

const activitySchema = z.object({
  counts: z
    .enum(['reads', 'identities'])
    .describe('reads of values; or identities that were at work, where reads are not kept one by one'),
  hours: z
    .array(z.object({ weekday: z.int().min(0).max(6), hour: z.int().min(0).max(23), count: z.int() }))
    .describe('By hour of the week in UTC; 0 is Monday. Hours with none are left out'),
  days: z.array(z.object({ day, count: z.int(), people: z.int().describe('Of these by people') })),
});

export const rotationStandings = ['overdue', 'due soon', 'within policy', 'not known', 'no policy'] as const;

const rotationRowSchema = z
  .object({
    secret,
    changed: timestamp.nullable().describe('When its value last changed, where that is known'),
    by: z
      .enum(['log', 'inventory', 'suite'])
      .nullable()
      .describe("Who says so: CloudTrail events, the list of secrets, or the suite's own record"),
    ageDays: z.int().nullable(),
    everyDays: z.number().nullable().describe('How old it may be by the settings; null: any age'),
    standing: z.enum(rotationStandings),
    because: z.string(),
  })
  .describe('How old the value of a secret is, against what the settings ask');

const permittedUntilSchema = z
  .object({
    kind: z.enum(['suppression', 'exception']),
    id: z.string().describe('Of the suppression; of the clause that the exception loosens'),
    about: z.string(),
    owner: z.string(),
    reason: z.string(),
    until: timestamp,
    hasEnded: z.boolean(),
    findings: z.int().nullable().describe('That it holds back; null for an exception'),
  })
  .describe('What somebody answers for until a date');

const changesSchema = z.object({
  since: timestamp.describe('When the report before was made'),
  period: z.object({ from: timestamp.nullable(), to: timestamp.nullable() }),
  verdicts: z
    .array(
      z.object({
        secret,
        before: z.enum(verdictKinds).nullable().describe('null: the report before did not know it'),
        now: z.enum(verdictKinds).nullable().describe('null: this one does not'),
      }),
    )
    .describe('Of secrets whose verdict changed'),
  begun: z
    .array(z.string())
    .describe('Ids of incidents of medium or above that the report before did not have'),
  ended: z
    .array(z.object({ id: z.string(), severity: z.enum(severities), title: z.string(), because: z.string() }))
    .describe('Incidents of medium or above that this one does not have'),
  rotated: z.array(z.object({ secret, before: timestamp.nullable(), now: timestamp })),
});

const reportCoverageSchema = z.object({
  percent: coverageSchema.shape.percent,
  places: z.array(
    coverageSchema.shape.places.element.extend({
      records: z.int().nullable().describe('null: not counted'),
    }),
  ),
});

/** What `secrets-audit report --format json` writes. A public contract: fields are added, never renamed. */
export const reportSchema = z
  .object({
    schemaVersion: z.literal('1.0'),
    generatedAt: timestamp,
    asOf: timestamp.describe('The moment of which ages are told: of log files their end'),
    basis: z.enum(['log files', 'suite']).describe("Log files, or what the suite's table holds"),
    period: z.object({ from: timestamp.nullable(), to: timestamp.nullable() }),
    reading: auditReportSchema.shape.summary
      .omit({ from: true, to: true })
      .nullable()
      .describe('What was read; null where no files were'),
    accountNames: z.record(z.string(), z.string()).describe('Names of accounts by their number'),
    secrets: z.array(secretRowSchema),
    readers: z.int().describe('Different identities that read a value'),
    people: z.int().describe('Those of them that are people'),
    findings: z.array(findingSchema).describe('Open ones, the gravest first'),
    incidents: z.array(reportedIncidentSchema).describe('The gravest first'),
    access: z.array(accessSchema),
    activity: activitySchema.nullable().describe('null: not known'),
    rotation: z.array(rotationRowSchema),
    coverage: reportCoverageSchema,
    missingCalls: completenessSchema.shape.missingCalls,
    digests: completenessSchema.shape.digests,
    permittedUntil: z.array(permittedUntilSchema),
    changes: changesSchema.nullable().describe('null: there was no report before to compare with'),
    cannotKnow: z.array(z.string()).describe('What this kind of report cannot tell, in words'),
  })
  .meta({ title: 'secrets-audit report for people' });

export type Report = z.infer<typeof reportSchema>;
export type ReportedIncident = z.infer<typeof reportedIncidentSchema>;
export type SecretRow = z.infer<typeof secretRowSchema>;
export type AccessRow = z.infer<typeof accessSchema>;
export type Activity = z.infer<typeof activitySchema>;
export type RotationRow = z.infer<typeof rotationRowSchema>;
export type RotationStanding = (typeof rotationStandings)[number];
export type PermittedUntil = z.infer<typeof permittedUntilSchema>;
export type ReportChanges = z.infer<typeof changesSchema>;
export type ReportCoverage = z.infer<typeof reportCoverageSchema>;

/** What a later report compares itself with. */
export const reportSummarySchema = reportSchema
  .pick({ schemaVersion: true, generatedAt: true, period: true })
  .extend({
    secrets: z.array(secretRowSchema.pick({ secret: true, verdict: true })),
    incidents: z.array(incidentSchema.pick({ id: true, severity: true, title: true, lastSeen: true })),
    rotation: z.array(rotationRowSchema.pick({ secret: true, changed: true })),
  });

export type ReportSummary = z.infer<typeof reportSummarySchema>;
