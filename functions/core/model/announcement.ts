import * as z from 'zod';
import { findingSchema } from './finding.ts';
import { incidentRecordSchema } from './incident-record.ts';
import { severities } from './severity.ts';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

/** What every message has: a receiver that sees an id and a revision again may drop it. */
const envelope = {
  schemaVersion: z.literal('1.0'),
  id: z.string().describe('Of the incident, the digest or the test'),
  revision: z
    .int()
    .min(1)
    .describe('A message with a smaller one never follows a message with a greater one'),
  targets: z.array(z.string()).describe('Names of the settings, for which it is meant'),
};

/** Another product's finding about the same actor. */
export const relatedFindingSchema = z.object({
  product: z.string().describe('GuardDuty'),
  id: z.string(),
  type: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  at: timestamp,
});

export type RelatedFinding = z.infer<typeof relatedFindingSchema>;

export const incidentAnnouncementSchema = z.object({
  kind: z.literal('incident'),
  ...envelope,
  change: z
    .enum(['new', 'graver', 'more', 'reminder', 'resolved', 'withdrawn', 'merged', 'silent'])
    .describe(
      'Why somebody hears of it. silent: nobody is to be disturbed; what was sent may be brought up to date in place',
    ),
  update: z.int().min(1).describe('1 for the first message about the incident, 2 for the next'),
  was: z.enum(severities).nullable().describe('Its severity when it was told last'),
  record: incidentRecordSchema,
  findings: z.array(findingSchema).describe('Of the incident, the gravest first; at most 20'),
  related: z.array(relatedFindingSchema),
  accountNames: z
    .record(z.string(), z.string())
    .optional()
    .describe('Names of the settings for the accounts that it is about, by account number'),
  whole: z
    .string()
    .nullable()
    .describe('Where the whole document lies, where it was too large for its way: s3://BUCKET/KEY'),
});

export const digestEntrySchema = z.object({
  incident: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  at: timestamp.nullable().describe('When it began'),
  status: incidentRecordSchema.shape.status,
  owner: z.string().nullable(),
  note: z.string().nullable().describe('Why it is here, or what is to be done: overdue since, expires on'),
});

export type DigestEntry = z.infer<typeof digestEntrySchema>;

export const digestAnnouncementSchema = z.object({
  kind: z.literal('digest'),
  ...envelope,
  because: z
    .enum(['limit', 'quiet-hours', 'daily', 'weekly', 'owner'])
    .describe('limit and quiet-hours: what was held back. owner: what an owner has to look after'),
  owner: z.string().nullable().describe('Whose digest it is, where it is an owner’s'),
  from: timestamp,
  to: timestamp,
  sections: z.array(
    z.object({
      title: z.string().describe('Held back, Open, Overdue, Drifting, Expiring'),
      entries: z.array(digestEntrySchema),
      more: z.int().describe('Entries that found no room'),
    }),
  ),
});

export const testAnnouncementSchema = z.object({
  kind: z.literal('test'),
  ...envelope,
  at: timestamp,
  by: z.string(),
});

/** What is sent to subscribers as JSON. A public contract: fields are added, never renamed. */
export const announcementSchema = z
  .discriminatedUnion('kind', [incidentAnnouncementSchema, digestAnnouncementSchema, testAnnouncementSchema])
  .meta({ title: 'secrets-audit announcement' });

export type Announcement = z.infer<typeof announcementSchema>;
export type IncidentAnnouncement = z.infer<typeof incidentAnnouncementSchema>;
export type DigestAnnouncement = z.infer<typeof digestAnnouncementSchema>;
export type TestAnnouncement = z.infer<typeof testAnnouncementSchema>;
