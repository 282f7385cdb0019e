import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { type Sign, signOf } from '../core/announcing/sign.ts';
import { UnreadableInputError } from '../core/errors.ts';
import { type Finding, findingSchema } from '../core/model/finding.ts';
import { incidentRecordSchema } from '../core/model/incident-record.ts';
import { modeSchema } from '../core/model/mode.ts';
import { severities } from '../core/model/severity.ts';
import type { StoredIncident } from '../core/ports.ts';

/** What a record of the table's stream tells; the mapping's filter lets no others through. */
export type StreamChange =
  | { readonly kind: 'finding'; readonly sign: Sign }
  | {
      readonly kind: 'incident';
      readonly before: StoredIncident | undefined;
      readonly after: StoredIncident;
    };

const findingItem = z.object({
  stored: z.object({
    finding: findingSchema,
    announce: z.boolean(),
    mode: modeSchema.optional(),
    told: z.object({ count: z.int(), at: z.number(), stage: z.string() }).optional(),
  }),
});

const incidentItem = z.object({
  stored: z.object({
    record: incidentRecordSchema,
    announce: z.boolean(),
    audible: z.enum(severities).optional(),
    told: z.object({ count: z.int(), at: z.number(), severity: z.enum(severities), signature: z.string() }),
  }),
});

/** The finding as it is now, whole. */
export const readFindingRecord = ({ dynamodb }: DynamoDBRecord): Finding =>
  readImage(dynamodb?.NewImage ?? {}, findingItem, 'finding').stored.finding;

export function readStreamRecord(record: DynamoDBRecord): StreamChange {
  const { OldImage, NewImage = {} } = record.dynamodb ?? {};
  if (NewImage['sk']?.S !== 'INCIDENT') {
    const { mode, told, ...stored } = readImage(NewImage, findingItem, 'finding').stored;
    return { kind: 'finding', sign: signOf({ ...stored, ...(mode && { mode }), ...(told && { told }) }) };
  }
  const incidentIn = (image: Image): StoredIncident => {
    const { audible, ...stored } = readImage(image, incidentItem, 'incident').stored;
    return { ...stored, ...(audible && { audible }) };
  };
  return { kind: 'incident', before: OldImage && incidentIn(OldImage), after: incidentIn(NewImage) };
}

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

function readImage<Content>(image: Image, schema: z.ZodType<Content>, what: string): Content {
  const result = schema.safeParse(unmarshall(image as Record<string, AttributeValue>));
  if (result.success) return result.data;
  const paths = result.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new UnreadableInputError(`A record of the table's stream holds no ${what}; wrong: ${paths}`);
}
