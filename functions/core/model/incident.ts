import * as z from 'zod';
import { severities } from './severity.ts';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

/** What an intruder, or a mistake, goes through; in this order. */
export const stages = ['discovery', 'probing', 'access', 'change', 'concealment'] as const;

export type Stage = (typeof stages)[number];

/** Findings of one actor or one secret within a window, as one story. A public contract: fields are added only. */
export const incidentSchema = z.object({
  id: z.string().describe('Of its earliest finding, so the same in whatever order events arrive'),
  severity: z.enum(severities).describe('From the whole: several weak signs together are graver than each'),
  because: z.string().optional().describe('Why it is graver than each of its findings, where it is'),
  title: z.string(),
  summary: z.string().describe('What happened, in order'),
  firstSeen: timestamp.nullable(),
  lastSeen: timestamp.nullable(),
  stages: z.array(
    z.object({
      stage: z.enum(stages),
      at: timestamp.nullable(),
      title: z.string(),
      finding: z.string().describe('Id of the finding that tells it'),
    }),
  ),
  actors: z.array(z.string()).describe('Stable identities'),
  secrets: z.array(z.string()).describe('Names, where findings name one'),
  findings: z.array(z.string()).describe('Ids, in order of time'),
  evidence: z.array(z.string()).describe('Event ids of all its findings, in order of time, at most 100'),
  detectors: z.array(z.string()),
});

export type Incident = z.infer<typeof incidentSchema>;
