import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ChatThreads, Clock } from '../core/ports.ts';
import { dayMs, epochSeconds, partitionKey, type Table } from './dynamodb-table.ts';

export interface ChatThreadsOptions {
  readonly table: Table;
  /** Remembered as long as findings: settings.retention.findingDays */
  readonly findingDays: number;
  readonly clock: Clock;
}

/** One item for a target and incident. */
export const createChatThreads = ({ table, findingDays, clock }: ChatThreadsOptions): ChatThreads => ({
  async read(target, incident) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keyOf(target, incident), ConsistentRead: true }),
    );
    return Item && { channel: String(Item['channel']), ts: String(Item['ts']) };
  },

  async write(target, incident, { channel, ts }) {
    const expiresAt = epochSeconds(clock.now() + findingDays * dayMs);
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: { ...keyOf(target, incident), channel, ts, expiresAt } }),
    );
  },
});

const keyOf = (target: string, incident: string) => ({
  pk: partitionKey('THREAD', `${target}#${incident}`),
  sk: 'THREAD',
});
