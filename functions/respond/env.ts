import * as z from 'zod';

/** Environment of `respond`; the construct that sets it must satisfy `z.input` of this. */
export const env = z.object({
  TABLE_NAME: z.string().min(1),
});
