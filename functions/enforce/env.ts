import * as z from 'zod';

/** Environment of `enforce`; the construct that sets it must satisfy `z.input` of this. */
export const env = z.object({
  TABLE_NAME: z.string().min(1),
  /** The account whose secrets are looked after: 12 digits. */
  ACCOUNT_ID: z.string().min(1),
  /** JSON list of the ARNs of the suite's roles that read rotated secrets: they are no consumers of the keys. */
  OWN_ROLES: z.string().default('[]'),
});
