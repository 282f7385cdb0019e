import * as z from 'zod';

/** Environment of `security-hub`; the construct that sets it must satisfy `z.input` of this. */
export const env = z.object({
  DEAD_LETTER_QUEUE_URL: z.string().min(1),
  PARTITION: z.string().min(1),
  ACCOUNT_ID: z.string().min(1),
});
