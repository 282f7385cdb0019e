import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, SeenRequests } from '../core/ports.ts';
import { epochSeconds, isConditionFailure, sha256, type Table } from './dynamodb-table.ts';

/** Longer than a signature is good, whichever clock is ahead. */
const keepMs = 15 * 60_000;

/** One item a request, by a hash of its signature. */
export const createSeenRequests = (table: Table, clock: Clock): SeenRequests => ({
  async isFirst(signature) {
    try {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            pk: `REQUEST#${sha256(signature)}`,
            sk: 'REQUEST',
            expiresAt: epochSeconds(clock.now() + keepMs),
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      return true;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      return false;
    }
  },
});
