import * as z from 'zod';
import { completenessSchema } from './completeness.ts';
import { findingSchema } from './finding.ts';
import { incidentSchema } from './incident.ts';

/** What `secrets-audit audit --format json` prints. A public contract: fields are added, never renamed. */
export const auditReportSchema = z
  .object({
    schemaVersion: z.literal('1.0'),
    summary: z.object({
      files: z.int().describe('Files read, or tried'),
      records: z.int().describe('CloudTrail records seen in them, of any service'),
      secretEvents: z.int().describe('Distinct events about secrets'),
      duplicates: z.int().describe('Deliveries of an event that had been seen before'),
      unreadable: z.array(
        z.object({ path: z.string(), reason: z.string() }).describe('What could not be read, or not in full'),
      ),
      from: z.iso.datetime().nullable().describe('Time of the first event that was judged'),
      to: z.iso.datetime().nullable(),
    }),
    findings: z.array(findingSchema),
    incidents: z.array(incidentSchema).describe('Findings that belong together, told as stories'),
    completeness: completenessSchema,
  })
  .meta({ title: 'secrets-audit report' });

export type AuditReport = z.infer<typeof auditReportSchema>;
