import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, FindingStore, StoredFinding } from '../core/ports.ts';
import { dayMs, epochSeconds, partitionKey, type Table, wellFormed } from './dynamodb-table.ts';
import { changeItem, type Patience, whileUnchanged } from './item-change.ts';

export interface FindingStoreOptions extends Patience {
  readonly table: Table;
  /** settings.retention.findingDays */
  readonly findingDays: number;
  readonly clock: Clock;
}

export function createFindingStore(options: FindingStoreOptions): FindingStore {
  const { table, findingDays, clock } = options;

  const put = (id: string, next: StoredFinding, was: number | undefined) =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...findingKey(id),
          expiresAt: epochSeconds(clock.now() + findingDays * dayMs),
          severity: next.finding.severity,
          revision: next.finding.revision,
          announce: next.announce,
          stored: wellFormed(next),
        },
        ...whileUnchanged('revision', was),
      }),
    );

  return {
    async upsert(id, merge) {
      return changeItem(
        {
          async read() {
            const { Item } = await table.client.send(
              new GetCommand({ TableName: table.name, Key: findingKey(id), ConsistentRead: true }),
            );
            return Item;
          },
          change: (item) => merge(item?.['stored'] as StoredFinding | undefined),
          write: (next, item) => put(id, next, item?.['revision'] as number | undefined),
          what: `Finding ${id}`,
        },
        options,
      );
    },
  };
}

export const findingKey = (id: string) => ({ pk: partitionKey('FINDING', id), sk: 'FINDING' });
