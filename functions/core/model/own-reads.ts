import * as z from 'zod';

/**
 * Reads that the suite makes itself: exactly this role on exactly this secret. Known by role, never by user agent,
 * which anybody can send.
 */
export const ownReadsSchema = z.array(z.strictObject({ role: z.string(), secret: z.string() }));

export type OwnReads = z.infer<typeof ownReadsSchema>;
