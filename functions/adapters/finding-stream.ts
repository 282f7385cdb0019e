import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod';
import { UnreadableInputError } from '../core/errors.ts';
import { type Finding, findingSchema } from '../core/model/finding.ts';

export interface FindingState {
  readonly finding: Finding;
  /** False in mode `observe`. */
  readonly announce: boolean;
  /** Of findings about what is so: grows when somebody is to hear of it. */
  readonly told?: { readonly count: number } | undefined;
}

/** A finding that came into being (`before` is undefined) or changed. */
export interface FindingChange {
  readonly before: FindingState | undefined;
  readonly after: FindingState;
}

const itemSchema = z.object({
  stored: z.object({
    finding: findingSchema,
    announce: z.boolean(),
    told: z.object({ count: z.int() }).optional(),
  }),
});

/** What a record of the table's stream says about a finding; the mapping's filter lets no others through. */
export function readFindingChange(record: DynamoDBRecord): FindingChange {
  const { OldImage, NewImage } = record.dynamodb ?? {};
  return { before: OldImage && stateOf(OldImage), after: stateOf(NewImage ?? {}) };
}

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

function stateOf(image: Image): FindingState {
  const result = itemSchema.safeParse(unmarshall(image as Record<string, AttributeValue>));
  if (result.success) return result.data.stored;
  const paths = result.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new UnreadableInputError(`A record of the table's stream holds no finding; wrong: ${paths}`);
}
