import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CheckpointStore, Clock, SweepTarget } from '../core/ports.ts';
import { dayMs, epochSeconds, isConditionFailure, type Table } from './dynamodb-table.ts';

/** LookupEvents keeps 90 days; an older checkpoint says nothing that it could still answer. */
const keepDays = 90;

export function createCheckpointStore(table: Table, clock: Clock): CheckpointStore {
  return {
    async sweptUntil(target) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keyOf(target), ConsistentRead: true }),
      );
      return Item?.['sweptUntil'] as number | undefined;
    },

    async advance(target, until) {
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keyOf(target),
            UpdateExpression: 'SET sweptUntil = :until, expiresAt = :expiresAt',
            ConditionExpression: 'attribute_not_exists(sweptUntil) OR sweptUntil < :until',
            ExpressionAttributeValues: {
              ':until': until,
              ':expiresAt': epochSeconds(clock.now() + keepDays * dayMs),
            },
          }),
        );
      } catch (error) {
        // Another run is further: there is nothing to move.
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}

const keyOf = ({ account, region, eventSource }: SweepTarget) => ({
  pk: `CHECKPOINT#${account}#${region}#${eventSource}`,
  sk: 'CHECKPOINT',
});
