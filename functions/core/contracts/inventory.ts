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
    }),
  ),
});

/**
 * @param answer of `aws secretsmanager list-secrets --output json`
 * @throws UnreadableInputError where it is something else
 */
export function inventoryIn(answer: unknown): ReadonlyMap<string, InventoriedSecret> {
  const result = answerSchema.safeParse(answer);
  if (!result.success) {
    const place = result.error.issues[0]?.path.join('.');
    throw new UnreadableInputError(
      `not what "aws secretsmanager list-secrets --output json" prints${place ? `: see ${place}` : ''}`,
    );
  }
  return new Map(
    result.data.SecretList.map(({ ARN, Name, Tags: tags }) => {
      const { account, region } = parseSecretId(ARN, { account: '', region: '' });
      const secret = { name: Name, account, region, arn: ARN };
      return [
        secretKey(secret),
        { secret, tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) },
      ];
    }),
  );
}
