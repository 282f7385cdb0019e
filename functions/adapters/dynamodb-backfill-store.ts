import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Backfill, BackfillStore, SweepTarget } from '../core/ports.ts';
import { isConditionFailure, type Table } from './dynamodb-table.ts';

/** Without `expiresAt`, like the history's beginning: what is forgotten here would be learned again. */
export function createBackfillStore(table: Table): BackfillStore {
  return {
    async read(target) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keyOf(target), ConsistentRead: true }),
      );
      return Item?.['backfill'] as Backfill | undefined;
    },

    async write(target, backfill) {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...keyOf(target), learnedUntil: backfill.learnedUntil, backfill },
            ConditionExpression: 'attribute_not_exists(pk) OR learnedUntil < :until',
            ExpressionAttributeValues: { ':until': backfill.learnedUntil },
          }),
        );
      } catch (error) {
        // Another run is further.
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}

const keyOf = ({ account, region, eventSource }: SweepTarget) => ({
  pk: `BACKFILL#${account}#${region}#${eventSource}`,
  sk: 'BACKFILL',
});
