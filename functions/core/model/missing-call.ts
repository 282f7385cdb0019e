import * as z from 'zod';

/** Something that happened to a secret without the call that must have caused it. A public contract. */
export const missingCallSchema = z.object({
  kind: z.enum(['deletion-without-call', 'decrypt-without-read', 'rotation-without-start']),
  secret: z.object({ name: z.string(), account: z.string(), region: z.string() }),
  time: z.iso.datetime().describe('Of the first of the events'),
  eventIds: z.array(z.string()).describe('What happened, in order of time, at most 100'),
  explanation: z.string(),
});

export type MissingCall = z.infer<typeof missingCallSchema>;
