import * as z from 'zod';
import { coverageSchema } from './coverage.ts';
import { digestReportSchema } from './digest-report.ts';
import { missingCallSchema } from './missing-call.ts';
import { verdictSchema } from './verdict.ts';

/** How far the evidence reaches, and what it allows to say. A public contract: fields are added only. */
export const completenessSchema = z.object({
  coverage: coverageSchema,
  missingCalls: z
    .array(missingCallSchema)
    .describe('What happened to secrets without the call that caused it'),
  digests: digestReportSchema.nullable().describe('null: no digest files were among what was read'),
  verdicts: z.array(verdictSchema).describe('By secret'),
  readers: z.int().describe('Different identities that read a value'),
  people: z.int().describe('Those of them that are people: in Identity Center, by federation, or root'),
});

export type Completeness = z.infer<typeof completenessSchema>;
