import * as z from 'zod';

/** Environment of `report`; the construct that sets it must satisfy `z.input` of this. */
export const env = z.object({
  TABLE_NAME: z.string().min(1),
  /** The account whose secrets are listed: 12 digits. */
  ACCOUNT_ID: z.string().min(1),
  BUCKET_NAME: z.string().min(1),
  /** Where in the bucket; ends with a slash. */
  PREFIX: z.string().regex(/\/$/),
});
