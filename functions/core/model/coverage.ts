import * as z from 'zod';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

const gapSchema = z.object({
  from: timestamp.describe('Beginning of the first hour without a record'),
  to: timestamp.describe('End of the last one'),
  hours: z.int(),
  kind: z
    .enum(['between', 'end'])
    .describe('between: records follow. end: none follows, while those of other places do'),
});

export type CoverageGap = z.infer<typeof gapSchema>;

const placeSchema = z.object({
  account: z.string(),
  region: z.string(),
  from: timestamp.describe('Time of the first record, of any service'),
  to: timestamp.describe('Time of the last one'),
  records: z.int(),
  hours: z.int().describe('Hours from the first record to the last, and those of a gap at the end'),
  emptyHours: z.int().describe('Hours without a record that are no gap, as far as can be told'),
  gapsCanBeTold: z
    .enum(['always', 'sometimes', 'never'])
    .describe(
      'sometimes: in the busy hours of a day. never: it is so quiet that an empty hour says nothing; see docs/completeness.md',
    ),
  gaps: z.array(gapSchema),
});

export type CoveredPlace = z.infer<typeof placeSchema>;

/** What the records that were read cover. A public contract: fields are added only. */
export const coverageSchema = z.object({
  percent: z.number().nullable().describe('Of all hours of all places, those not in a gap; null: no records'),
  places: z.array(placeSchema).describe('By account and Region'),
});

export type Coverage = z.infer<typeof coverageSchema>;
