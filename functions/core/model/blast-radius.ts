import * as z from 'zod';
import { consumerKinds } from './contract-clause.ts';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

const secretName = z.object({ name: z.string(), account: z.string(), region: z.string() });

const seenSchema = z.object({
  identity: z.string(),
  kind: z.string(),
  account: z.string(),
  count: z.int(),
  first: timestamp,
  last: timestamp,
});

const readerSchema = seenSchema.extend({
  isNew: z
    .boolean()
    .nullable()
    .describe('Had not read the secret before, as far as the evidence reaches; null: it does not reach back'),
  contract: z
    .enum(['permitted', 'outside', 'none'])
    .describe('outside: at least one read is not permitted by the contract. none: there is no contract'),
  networks: z.array(z.string()),
  agents: z.array(z.string()),
  versions: z.array(
    z.object({
      id: z.string().nullable().describe('null: not known'),
      stage: z.string().nullable(),
      inferred: z.boolean(),
      reads: z.int(),
      because: z.string(),
    }),
  ),
});

const consumerSchema = z.object({
  identity: z
    .string()
    .nullable()
    .describe('null: known by the contract alone; no read of it is in the evidence'),
  consumer: z
    .object({ kind: z.enum(consumerKinds), name: z.string() })
    .nullable()
    .describe('By the settings'),
  delivery: z.enum(['injected', 'runtime']).nullable().describe('null: the settings do not say'),
  lastRead: timestamp.nullable(),
  everySeconds: z.int().nullable().describe('Median between reads; null: too few, or without a rhythm'),
  nextRead: timestamp.nullable().describe('Expected by that rhythm'),
});

const rotationSchema = z.object({
  secret: secretName,
  reads: z.int().describe('By the readers in question, since then'),
  readers: z.array(z.string()).describe('The readers in question'),
  isUnusual: z
    .boolean()
    .nullable()
    .describe('At least one of them had not read this secret before; null: the evidence does not reach back'),
  commands: z.array(z.string()).describe('To be read, adapted and run by a person'),
});

/** What a leak of a secret concerns. A public contract: fields are added, never renamed. */
export const blastRadiusSchema = z
  .object({
    schemaVersion: z.literal('1.0'),
    secret: secretName.extend({ arn: z.string().nullable() }),
    since: timestamp,
    evidence: z
      .object({ from: timestamp, to: timestamp })
      .nullable()
      .describe('Records of its account and Region, of any service; null: there are none'),
    readers: z.array(readerSchema).describe('Since then; those in question first'),
    refused: z.array(seenSchema).describe('Who was denied a read of it since then'),
    consumers: z.array(consumerSchema).describe('What stops working when the value is revoked'),
    consumerDays: z.int().describe('So many days before the end of the evidence are looked at for consumers'),
    rotation: z.array(rotationSchema).describe('In this order'),
    unknown: z.array(z.string()).describe('What cannot be known'),
  })
  .meta({ title: 'secrets-audit blast-radius' });

export type BlastRadius = z.infer<typeof blastRadiusSchema>;
export type BlastRadiusReader = BlastRadius['readers'][number];
export type Consumer = BlastRadius['consumers'][number];
