import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { Table } from './dynamodb-table.ts';
import type { Patience } from './item-change.ts';

/** Between the rounds of a batch. */
const firstWaitMs = 25;
const longestWaitMs = 1_000;
const batchesInFlight = 4;
/** BatchGetItem's largest. */
const keysInBatch = 100;
/** Rounds in which a batch may come back incomplete, because it was too large or because the table is throttled. */
const batchRounds = 8;

export type Item = Readonly<Record<string, unknown>>;

export interface Projection {
  readonly ProjectionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
}

/**
 * Reads items consistently, however many; in any order, and without those that are not there.
 *
 * @param keys each once
 */
export async function readItems(
  table: Table,
  keys: readonly Item[],
  { sleep, random }: Patience,
  projection?: Projection,
): Promise<Item[]> {
  const readBatch = async (batch: readonly Item[]): Promise<Item[]> => {
    const items: Item[] = [];
    let left = batch;
    for (let round = 0; left.length > 0 && round < batchRounds; round += 1) {
      if (round > 0) await sleep(random() * Math.min(longestWaitMs, firstWaitMs * 2 ** round));
      const { Responses, UnprocessedKeys } = await table.client.send(
        new BatchGetCommand({
          RequestItems: { [table.name]: { Keys: [...left], ConsistentRead: true, ...projection } },
        }),
      );
      items.push(...(Responses?.[table.name] ?? []));
      left = UnprocessedKeys?.[table.name]?.Keys ?? [];
    }
    // One by one: this gets through, or fails with the reason that a batch does not tell.
    for (const Key of left) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key, ConsistentRead: true, ...projection }),
      );
      if (Item) items.push(Item);
    }
    return items;
  };
  const batches = Array.from({ length: Math.ceil(keys.length / keysInBatch) }, (_, index) =>
    keys.slice(index * keysInBatch, (index + 1) * keysInBatch),
  );
  return (await pMap(batches, readBatch, { concurrency: batchesInFlight })).flat();
}
