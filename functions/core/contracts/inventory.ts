import * as z from 'zod';
import { UnreadableInputError } from '../errors.ts';
import { type SecretRef, secretKey } from '../model/access-event.ts';
import { parseSecretId } from '../normalise/secret-ref.ts';
import type { Tags } from './entries.ts';

/** A secret that is there, with its tags. */
export interface InventoriedSecret {
  readonly secret: SecretRef;
  readonly tags: Tags;
}

/** The part of ListSecrets' answer that is needed. */
const answerSchema = z.object({
  SecretList: z.array(
    z.object({
      ARN: z.string().regex(/^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:/),
      Name: z.string().min(1),
      Tags: z.array(z.object({ Key: z.string(), Value: z.string().default('') })).default([]),
      // Of the command line a text, or a number of seconds in its first version; of the SDK a date.
      CreatedDate: z.union([z.string(), z.number(), z.date()]).optional(),
      LastRotatedDate: z.union([z.string(), z.number(), z.date()]).optional(),
    }),
  ),
});

type ListedDate = string | number | Date | undefined;

/** By `secretKey` when its value was rotated, or made, in milliseconds; `null`: the list does not say. */
export type ListedValues = ReadonlyMap<string, number | null>;

/**
 * @param answer of `aws secretsmanager list-secrets --output json`
 * @throws UnreadableInputError where it is something else
 */
export const inventoryIn = (answer: unknown): ReadonlyMap<string, InventoriedSecret> =>
  new Map(
    listedIn(answer).map(({ ARN, Name, Tags: tags }) => {
      const secret = refOf(ARN, Name);
      return [
        secretKey(secret),
        { secret, tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) },
      ];
    }),
  );

/**
 * @param answer as for `inventoryIn`
 * @throws UnreadableInputError where it is something else
 */
export const listedValuesIn = (answer: unknown): ListedValues =>
  new Map(
    listedIn(answer).map(({ ARN, Name, CreatedDate, LastRotatedDate }) => {
      const newest = Math.max(timeOf(CreatedDate) ?? 0, timeOf(LastRotatedDate) ?? 0);
      return [secretKey(refOf(ARN, Name)), newest > 0 ? newest : null];
    }),
  );

function listedIn(answer: unknown): z.infer<typeof answerSchema>['SecretList'] {
  const result = answerSchema.safeParse(answer);
  if (result.success) return result.data.SecretList;
  const place = result.error.issues[0]?.path.join('.');
  throw new UnreadableInputError(
    `not what "aws secretsmanager list-secrets --output json" prints${place ? `: see ${place}` : ''}`,
  );
}

function refOf(arn: string, name: string): SecretRef {
  const { account, region } = parseSecretId(arn, { account: '', region: '' });
  return { name, account, region, arn };
}

function timeOf(date: ListedDate): number | undefined {
  if (date === undefined) return undefined;
  const time = typeof date === 'number' ? date * 1000 : new Date(date).getTime();
  return Number.isFinite(time) ? time : undefined;
}
