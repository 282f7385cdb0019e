import * as z from 'zod';
import { findingSchema } from './finding.ts';
import { incidentSchema } from './incident.ts';
import { severities } from './severity.ts';

const differenceOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    before: z.int().describe('How many there are with the old settings'),
    after: z.int().describe('How many there are with the new settings'),
    gained: z.array(item),
    lost: z.array(item),
    changed: z
      .array(z.object({ before: item, after: item }))
      .describe('In severity, or in what they are made of'),
  });

/** What `secrets-audit backtest --format json` prints. A public contract: fields are added, never renamed. */
export const backtestReportSchema = z
  .object({
    schemaVersion: z.literal('1.0'),
    settings: z.string().describe('File of the new settings'),
    against: z.string().nullable().describe('File of the old settings; null: the built-in ones'),
    failOn: z.enum(severities).describe('The threshold'),
    hidesSomething: z.boolean().describe('Whether the exit code is 1, where everything could be read'),
    unreadable: z.array(z.object({ path: z.string(), reason: z.string() })),
    findings: differenceOf(findingSchema),
    incidents: differenceOf(incidentSchema),
    suppressions: z.array(
      z.object({
        id: z.string().nullable().describe('null: what only all suppressions together hide'),
        owner: z.string().nullable(),
        until: z.string().nullable(),
        hidden: z.array(findingSchema).describe('What it would have held back'),
        grave: z
          .array(z.string())
          .describe(
            'Ids of hidden findings at the threshold or above that the old settings do not hold back',
          ),
        incidents: z
          .array(incidentSchema)
          .describe('Incidents at the threshold or above of which nothing that reaches it would be left'),
      }),
    ),
    missed: z
      .array(findingSchema)
      .describe('Findings at the threshold or above that the new settings lose, or make milder than it'),
  })
  .meta({ title: 'secrets-audit backtest report' });

export type BacktestReport = z.infer<typeof backtestReportSchema>;
