import * as z from 'zod';

/** Environment of `announce`; the construct that sets it must satisfy `z.input` of this. */
export const env = z.object({
  TABLE_NAME: z.string().min(1),
  TOPIC_ARN: z.string().min(1),
  /** Takes documents that are too large for SNS. */
  REPORT_BUCKET: z.string().min(1),
});
