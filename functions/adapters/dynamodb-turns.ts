import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../core/ports.ts';
import { dayMs, epochSeconds, isConditionFailure, type Table } from './dynamodb-table.ts';

const keepDays = 14;

/**
 * What is to be done once in a while, by whichever invocation comes first.
 *
 * @returns false where the last turn began less than `everyMs` ago, however it ended
 */
export const createTurns =
  (table: Table, clock: Clock) =>
  async (what: string, everyMs: number): Promise<boolean> => {
    const now = clock.now();
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { pk: 'TURN', sk: what },
          UpdateExpression: 'SET beganAt = :now, expiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(beganAt) OR beganAt <= :due',
          ExpressionAttributeValues: {
            ':now': now,
            ':expiresAt': epochSeconds(now + keepDays * dayMs),
            ':due': now - everyMs,
          },
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  };
