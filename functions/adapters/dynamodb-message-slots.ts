import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { MessageSlots } from '../core/ports.ts';
import { dayMs, epochSeconds, isConditionFailure, partitionKey, type Table } from './dynamodb-table.ts';

const hourMs = 3_600_000;
/** A message may be tried again for hours; its slot must then still be its own. */
const keepDays = 2;

/** One item for each target and hour, and one for its critical messages: the set of those that took a slot. */
export const createMessageSlots = (table: Table): MessageSlots => ({
  async claim({ target, hour, isCritical }, message, limit) {
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { pk: partitionKey('SLOTS', `${target}#${hour}`), sk: isCritical ? 'CRITICAL' : 'OTHERS' },
          UpdateExpression: 'ADD #messages :messages SET #expiresAt = :expiresAt',
          ConditionExpression:
            'attribute_not_exists(#messages) OR size(#messages) < :limit OR contains(#messages, :message)',
          ExpressionAttributeNames: { '#messages': 'messages', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: {
            ':messages': new Set([message]),
            ':message': message,
            ':limit': limit,
            ':expiresAt': epochSeconds(hour * hourMs + keepDays * dayMs),
          },
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  },
});
