import * as z from 'zod';

/** Environment of `usage`; the construct that sets it must satisfy `z.input` of this. */
export const env = z.object({
  TABLE_NAME: z.string().min(1),
  /** The account whose secrets are asked about: 12 digits. */
  ACCOUNT_ID: z.string().min(1),
});
