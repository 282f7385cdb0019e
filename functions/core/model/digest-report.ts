import * as z from 'zod';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

export const digestFaultKinds = [
  'missing-digest',
  'hole',
  'broken-link',
  'bad-signature',
  'missing-log-file',
  'changed-log-file',
] as const;

const faultSchema = z.object({
  kind: z.enum(digestFaultKinds),
  account: z.string(),
  region: z.string(),
  from: timestamp.describe('Of the time whose evidence is in doubt'),
  to: timestamp,
  files: z.array(z.string()).describe('Objects that it is about, at most 100'),
  count: z.int().describe('How many there are'),
  explanation: z.string(),
});

export type DigestFault = z.infer<typeof faultSchema>;

/** What CloudTrail's digest files say about the log files that were read. A public contract: fields are added only. */
export const digestReportSchema = z.object({
  digests: z.int().describe('Digest files read'),
  from: timestamp.nullable().describe('Beginning of the time that they speak of'),
  to: timestamp.nullable(),
  signatures: z.object({ valid: z.int(), invalid: z.int(), unchecked: z.int() }),
  logFiles: z.object({
    intact: z.int(),
    changed: z.int(),
    missing: z.int(),
    unlisted: z
      .int()
      .describe('Log files of their time that none of them lists; those of a second trail are not listed'),
  }),
  faults: z.array(faultSchema),
  unchecked: z
    .array(z.object({ digest: z.string(), reason: z.string() }))
    .describe('Digests whose signature could not be checked'),
});

export type DigestReport = z.infer<typeof digestReportSchema>;
