import { createHash } from 'node:crypto';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The suite's one table: keys `pk` and `sk`, time to live in `expiresAt` (epoch seconds) on every item. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** A hanging call must fail while the function still has time to say so. */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 5_000 };

/** @param region default: where this runs */
export const connectDynamoDb = (region?: string): DynamoDBClient =>
  new DynamoDBClient({
    ...(region !== undefined && { region }),
    requestHandler: timeouts,
    maxAttempts: 5,
  });

export const connectTable = (name: string, client = connectDynamoDb()): Table => ({
  client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  name,
});

/** DynamoDB's limit for a partition key ("Service quotas" of the DynamoDB developer guide). */
const longestPartitionKey = 2048;

/** A key that names what it holds where that fits, and its hash where it does not. */
export function partitionKey(prefix: string, text: string): string {
  const key = `${prefix}#${text}`;
  // Half a surrogate pair has no UTF-8 form; JSON writes it as an escape, so that different texts stay different.
  return text.isWellFormed() && Buffer.byteLength(key) <= longestPartitionKey
    ? key
    : `${prefix}#sha256:${sha256(JSON.stringify(text))}`;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const epochSeconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

export const dayMs = 86_400_000;

/** Others were faster: a condition is not met any more, or a transaction met another one. */
export function isConditionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TransactionCanceledException) {
    const codes = error.CancellationReasons?.flatMap(({ Code }) => Code ?? []) ?? [];
    return codes.length > 0 && codes.every((code) => conflicts.has(code));
  }
  return error.name === 'ConditionalCheckFailedException' || error.name === 'TransactionConflictException';
}

const conflicts: ReadonlySet<string> = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

/** Half a surrogate pair, which JSON can carry, has no UTF-8 form and would be refused with the whole item. */
export function wellFormed<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed() : part,
  );
}
