import * as z from 'zod';

const oneOrMore = z.union([z.string(), z.array(z.string())]);

/**
 * Calls that the suite makes itself: exactly these roles on exactly these secrets. Known by role, never by user agent,
 * which anybody can send. Several in one entry, because a Lambda's environment holds 4 KB
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const ownReadsSchema = z.array(
  z.strictObject({
    role: oneOrMore,
    /** Names or ARNs; `*` alone: every secret. */
    secret: oneOrMore,
    /** In the suite's words (model/cloudtrail-events.ts); left out: it reads the value. */
    actions: z.array(z.string()).optional(),
  }),
);

export type OwnReads = z.infer<typeof ownReadsSchema>;
