import * as z from 'zod';

/** Environment of `audit`; the construct that sets it must satisfy `z.input` of this. */
export const env = z.object({
  TABLE_NAME: z.string().min(1),
  /** The account whose events are swept: 12 digits. */
  ACCOUNT_ID: z.string().min(1),
  /** JSON; see core/model/own-reads.ts. */
  OWN_READS: z.string().default('[]'),
});
