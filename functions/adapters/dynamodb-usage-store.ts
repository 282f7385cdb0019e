import { PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { secretKey } from '../core/model/access-event.ts';
import type { Clock, UsageStore } from '../core/ports.ts';
import type { UsageSample } from '../core/usage/usage-state.ts';
import { dayMs, epochSeconds, partitionKey, type Table } from './dynamodb-table.ts';

/** As long as what is usual for an identity; usual hours need 40 days of it. */
const keepDays = 135;

/** One item a probe, about 200 bytes. */
export function createUsageStore(table: Table, clock: Clock): UsageStore {
  return {
    async add(secret, { at, standing, reason, balance }) {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            pk: partitionKey('USAGE', secretKey(secret)),
            sk: new Date(at).toISOString(),
            standing,
            reason,
            ...(balance && { balance }),
            expiresAt: epochSeconds(clock.now() + keepDays * dayMs),
          },
        }),
      );
    },

    async since(secret, from) {
      const samples: UsageSample[] = [];
      const pages = paginateQuery(
        { client: table.client },
        {
          TableName: table.name,
          // The sample that was just added must be among them.
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk >= :from',
          ExpressionAttributeValues: {
            ':pk': partitionKey('USAGE', secretKey(secret)),
            ':from': new Date(from).toISOString(),
          },
        },
      );
      for await (const { Items = [] } of pages) samples.push(...Items.map(sampleIn));
      return samples;
    },
  };
}

const sampleIn = (item: Readonly<Record<string, unknown>>): UsageSample => ({
  at: Date.parse(String(item['sk'])),
  standing: item['standing'] as UsageSample['standing'],
  reason: String(item['reason']),
  balance: (item['balance'] as UsageSample['balance'] | undefined) ?? null,
});
