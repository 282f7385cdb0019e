import { PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { type SecretRef, secretKey } from '../core/model/access-event.ts';
import type { Clock, SentMessage, SentMessageStore } from '../core/ports.ts';
import {
  dayMs,
  epochSeconds,
  isConditionFailure,
  partitionKey,
  sha256,
  type Table,
} from './dynamodb-table.ts';

/** As long as the samples that they are compared with. */
const keepDays = 135;
const writesInFlight = 25;

/**
 * One item a message, of its hour and a hash of its id: an import that is done again, or broke off, counts nothing twice.
 * A counter would, because a write that is not known to have happened is made again.
 */
export function createSentMessageStore(table: Table, clock: Clock): SentMessageStore {
  /** @returns 1 where it was not there */
  const put = async (secret: SecretRef, { id, time }: SentMessage): Promise<number> => {
    try {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            pk: partitionOf(secret),
            sk: `${hourText(time)}#${sha256(id).slice(0, 32)}`,
            expiresAt: epochSeconds(clock.now() + keepDays * dayMs),
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      return 1;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      return 0;
    }
  };

  return {
    async add(secret, messages) {
      const added = await pMap(messages, (message) => put(secret, message), { concurrency: writesInFlight });
      return added.reduce((sum, each) => sum + each, 0);
    },

    async hours(secret, from) {
      const counts = new Map<string, number>();
      const pages = paginateQuery(
        { client: table.client },
        {
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk >= :from',
          ProjectionExpression: 'sk',
          ExpressionAttributeValues: { ':pk': partitionOf(secret), ':from': hourText(from) },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          const hour = String(item['sk']).slice(0, hourLength);
          counts.set(hour, (counts.get(hour) ?? 0) + 1);
        }
      }
      return [...counts].map(([hour, messages]) => ({ hour: Date.parse(`${hour}:00:00Z`), messages }));
    },
  };
}

const partitionOf = (secret: SecretRef): string => partitionKey('SENT', secretKey(secret));

const hourLength = '2026-03-02T09'.length;

/** UTC, `2026-03-02T09`. */
const hourText = (time: number): string => new Date(time).toISOString().slice(0, hourLength);
