import * as z from 'zod';
import { incidentSchema } from './incident.ts';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

/** What a person can say of an incident. */
export const handlingWords = ['acknowledge', 'snooze', 'resolve', 'not-expected', 'reopen'] as const;

export type HandlingWord = (typeof handlingWords)[number];

/** Something that a person said, or that happened to the incident as a whole. */
export const historyEntrySchema = z.object({
  at: timestamp,
  by: z
    .string()
    .describe('A Slack user id, or the user of the command line; `secrets-audit` for the suite itself'),
  word: z.enum([...handlingWords, 'merged']),
  reason: z.string(),
  until: timestamp.optional().describe('Of a snooze'),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** An incident as the suite keeps it, with what people have said of it. A public contract: fields are added only. */
export const incidentRecordSchema = z.object({
  incident: incidentSchema,
  revision: z.int().min(1).describe('Grows with every change, of the story or of what people say'),
  status: z
    .enum(['open', 'resolved', 'withdrawn', 'merged'])
    .describe(
      'resolved: it is over, or a person said so. withdrawn: none of its findings holds. merged: it is told in another one',
    ),
  mergedInto: z.string().nullable().describe('Id of the incident that tells it now'),
  owners: z.array(z.string()).describe('Of its secrets, by the settings'),
  acknowledged: historyEntrySchema
    .nullable()
    .describe('Somebody looks after it: updates are not sent, unless it becomes graver'),
  snoozed: historyEntrySchema.nullable().describe('Until then nothing is sent, unless it becomes critical'),
  history: z
    .array(historyEntrySchema)
    .describe('In order of time; of more than 50 the first and the latest ones'),
});

export type IncidentRecord = z.infer<typeof incidentRecordSchema>;
