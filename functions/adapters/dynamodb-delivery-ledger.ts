import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DeliveryState } from '../core/announcing/test-routes.ts';
import type { Clock, DeliveryLedger } from '../core/ports.ts';
import { dayMs, epochSeconds, isConditionFailure, partitionKey, type Table } from './dynamodb-table.ts';

/**
 * How long a claim keeps others away. Longer than `announce` and `notify` may run, so that nobody sends what a
 * slow worker is still sending; after a crash the message waits this long and is then sent again.
 */
export const leaseSeconds = 180;

export interface DeliveryLedgerOptions {
  readonly table: Table;
  /** A delivery is remembered as long as its finding: settings.retention.findingDays */
  readonly findingDays: number;
  readonly clock: Clock;
  readonly newLease?: () => string;
}

/**
 * One item for a channel and finding: the newest revision whose sending began, and how that went. Where an older
 * revision comes after it, it is as good as delivered: the newer one says more and has a message of its own, which is
 * tried until it is delivered or dead-lettered.
 */
export function createDeliveryLedger(options: DeliveryLedgerOptions): DeliveryLedger {
  const { table, findingDays, clock, newLease = randomUUID } = options;
  const leases = new Map<string, string>();

  /** Ends a claim; where the lease was lost to another worker meanwhile, its claim stays as it is. */
  const settle = async (delivery: Delivery, state: 'sent' | 'released') => {
    const lease = leases.get(nameOf(delivery));
    if (lease === undefined) return;
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keyOf(delivery),
          UpdateExpression: 'SET #state = :state',
          ConditionExpression: '#lease = :lease',
          ExpressionAttributeNames: { '#state': 'state', '#lease': 'lease' },
          ExpressionAttributeValues: { ':state': state, ':lease': lease },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    leases.delete(nameOf(delivery));
  };

  return {
    async claim(channel, findingId, revision) {
      const delivery = { channel, findingId, revision };
      const lease = newLease();
      const now = clock.now();
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: {
              ...keyOf(delivery),
              expiresAt: epochSeconds(now + findingDays * dayMs),
              revision,
              state: 'sending',
              lease,
              leaseUntil: now + leaseSeconds * 1000,
            },
            // Not even a newer revision may start while an older one is on its way: it could arrive first.
            ConditionExpression:
              'attribute_not_exists(pk) OR (#revision < :revision AND #state = :sent) OR (#revision <= :revision AND (#state = :released OR (#state = :sending AND #leaseUntil <= :now)))',
            ExpressionAttributeNames: {
              '#revision': 'revision',
              '#state': 'state',
              '#leaseUntil': 'leaseUntil',
            },
            ExpressionAttributeValues: {
              ':revision': revision,
              ':sent': 'sent',
              ':released': 'released',
              ':sending': 'sending',
              ':now': now,
            },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        const { Item } = await table.client.send(
          new GetCommand({ TableName: table.name, Key: keyOf(delivery), ConsistentRead: true }),
        );
        const known = Item?.['revision'] as number | undefined;
        if (known === undefined || known < revision) return 'busy';
        return known > revision || Item?.['state'] === 'sent' ? 'delivered' : 'busy';
      }
      leases.set(nameOf(delivery), lease);
      return 'claimed';
    },
    confirm: (channel, findingId, revision) => settle({ channel, findingId, revision }, 'sent'),
    release: (channel, findingId, revision) => settle({ channel, findingId, revision }, 'released'),
  };
}

/** How the delivery of anything of this id stands; `undefined`: nobody has begun it. */
export async function readDelivery(
  table: Table,
  channel: string,
  findingId: string,
): Promise<DeliveryState | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: keyOf({ channel, findingId, revision: 1 }),
      ConsistentRead: true,
    }),
  );
  return Item?.['state'] as DeliveryState | undefined;
}

interface Delivery {
  readonly channel: string;
  readonly findingId: string;
  readonly revision: number;
}

const keyOf = ({ channel, findingId }: Delivery) => ({
  pk: partitionKey('DELIVERY', `${channel}#${findingId}`),
  sk: 'DELIVERY',
});

const nameOf = ({ channel, findingId, revision }: Delivery): string => `${channel}#${findingId}#${revision}`;
