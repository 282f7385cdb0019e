import { PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, HeldMessage, HeldMessages } from '../core/ports.ts';
import { dayMs, epochSeconds, isConditionFailure, partitionKey, type Table } from './dynamodb-table.ts';

/** What a digest has told is remembered for as long as a delivery may be repeated. */
const settledDays = 2;

export interface HeldMessagesOptions {
  readonly table: Table;
  /** settings.retention.findingDays */
  readonly findingDays: number;
  readonly clock: Clock;
}

/** One item for a target and incident, with the newest revision that was held, and the newest that was told. */
export function createHeldMessages({ table, findingDays, clock }: HeldMessagesOptions): HeldMessages {
  const expiry = (days: number): number => epochSeconds(clock.now() + days * dayMs);
  const ignoringNewer = async (write: Promise<unknown>): Promise<void> => {
    try {
      await write;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  };
  return {
    async hold(message) {
      await ignoringNewer(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...keyOf(message.target, message.incident),
              ...message,
              isHeld: 1,
              expiresAt: expiry(findingDays),
            },
            ConditionExpression: 'attribute_not_exists(pk) OR #revision < :revision',
            ExpressionAttributeNames: { '#revision': 'revision' },
            ExpressionAttributeValues: { ':revision': message.revision },
          }),
        ),
      );
    },
    async settle(target, incident, revision) {
      await ignoringNewer(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keyOf(target, incident),
            UpdateExpression: 'SET #isHeld = :isHeld, #revision = :revision, #expiresAt = :expiresAt',
            // An item that is not there, or holds a newer revision, has no smaller one.
            ConditionExpression: '#revision <= :revision',
            ExpressionAttributeNames: {
              '#isHeld': 'isHeld',
              '#revision': 'revision',
              '#expiresAt': 'expiresAt',
            },
            ExpressionAttributeValues: {
              ':isHeld': 0,
              ':revision': revision,
              ':expiresAt': expiry(settledDays),
            },
          }),
        ),
      );
    },
    async of(target) {
      const held: HeldMessage[] = [];
      const pages = paginateQuery(
        { client: table.client },
        {
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partitionOf(target) },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        held.push(...Items.filter((item) => item['isHeld'] === 1).map(messageIn));
      }
      return held;
    },
  };
}

function messageIn(item: Readonly<Record<string, unknown>>): HeldMessage {
  const { target, incident, revision, because, at } = item as unknown as HeldMessage;
  return { target, incident, revision, because, at };
}

const partitionOf = (target: string): string => partitionKey('HELD', target);
const keyOf = (target: string, incident: string) => ({ pk: partitionOf(target), sk: incident });
