import * as z from 'zod';
import { severities } from './severity.ts';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

export const verdictKinds = ['clean', 'findings', 'cannot know'] as const;

/** Why nobody can say that nothing is wrong. */
export const doubts = ['gap', 'digests', 'missing call', 'batch', 'history'] as const;

export type Doubt = (typeof doubts)[number];

/** What the evidence says of one secret. A public contract: fields are added only. */
export const verdictSchema = z.object({
  secret: z.object({ name: z.string(), account: z.string(), region: z.string() }),
  verdict: z
    .enum(verdictKinds)
    .describe(
      'findings: at least one of severity low or above. clean: none, and nothing is in the way of saying so',
    ),
  because: z.string().describe('In words; empty for clean'),
  doubts: z
    .array(z.enum(doubts))
    .describe('What is not known of it, also beside findings; see docs/completeness.md'),
  findings: z.int().describe('Open findings of severity low or above that concern it'),
  gravest: z.enum(severities).nullable().describe('Of these findings; null: none'),
  reads: z.int().describe('Successful reads of its value'),
  readers: z.int().describe('Different identities that read it'),
  lastRead: timestamp.nullable(),
});

export type Verdict = z.infer<typeof verdictSchema>;
