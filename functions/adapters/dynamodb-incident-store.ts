import { GetCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { idPrefix, isListed, mostFound, newestFirst } from '../core/announcing/incident-lists.ts';
import { byTime } from '../core/engine/incident-threads.ts';
import type { Finding } from '../core/model/finding.ts';
import type { Clock, IncidentStore, StoredIncident } from '../core/ports.ts';
import { readItems } from './batch-get.ts';
import { findingKey } from './dynamodb-finding-store.ts';
import { dayMs, epochSeconds, type Table } from './dynamodb-table.ts';
import {
  type IncidentItem,
  incidentItemIn,
  incidentKey,
  incidentWrites,
  listedIn,
  listPartition,
  readIncidents,
} from './incident-items.ts';
import { changeItem, type Patience } from './item-change.ts';

export interface IncidentStoreOptions extends Patience {
  readonly table: Table;
  /** settings.retention.findingDays */
  readonly findingDays: number;
  readonly clock: Clock;
}

/** Incidents as people handle them. Each is an item, and an entry in a list of all. */
export function createIncidentStore(options: IncidentStoreOptions): IncidentStore {
  const { table, findingDays, clock } = options;

  const readItem = async (id: string): Promise<IncidentItem | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: incidentKey(id), ConsistentRead: true }),
    );
    return Item && incidentItemIn(Item);
  };

  const listed = async (condition: string, values: Record<string, string> = {}) => {
    const found: ReturnType<typeof listedIn>[] = [];
    const pages = paginateQuery(
      { client: table.client },
      {
        TableName: table.name,
        KeyConditionExpression: `pk = :pk${condition}`,
        ExpressionAttributeValues: { ':pk': listPartition, ...values },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) found.push(...Items.map(listedIn));
    return found;
  };

  const readAll = async (ids: readonly string[]): Promise<StoredIncident[]> =>
    [...(await readIncidents(table, ids, options)).values()].map(({ stored }) => stored);

  return {
    async read(id) {
      return (await readItem(id))?.stored;
    },

    async find(written) {
      const prefix = idPrefix(written);
      // Ids are of ASCII, and nothing in them comes after a tilde.
      const found = await listed(' AND sk BETWEEN :from AND :to', { ':from': prefix, ':to': `${prefix}~` });
      return readAll(found.slice(0, mostFound).map(({ id }) => id));
    },

    async list(filter) {
      const found = (await listed('')).filter((each) => isListed(each, filter));
      return newestFirst(await readAll(found.map(({ id }) => id)));
    },

    async findingsOf({ findings }) {
      const items = await readItems(table, findings.map(findingKey), options, {
        ProjectionExpression: '#stored.#finding',
        ExpressionAttributeNames: { '#stored': 'stored', '#finding': 'finding' },
      });
      return items.map((item) => (item['stored'] as { finding: Finding }).finding).sort(byTime);
    },

    async update(id, change) {
      const written = await changeItem<IncidentItem, IncidentItem>(
        {
          read: () => readItem(id),
          change(item) {
            const stored = item && change(item.stored);
            return stored && { ...item, stored };
          },
          write: (next, item) =>
            table.client.send(
              new TransactWriteCommand({
                TransactItems: incidentWrites(
                  table,
                  next,
                  item?.stored.record.revision,
                  epochSeconds(clock.now() + findingDays * dayMs),
                ),
              }),
            ),
          what: `Incident ${id}`,
        },
        options,
      );
      return written?.stored;
    },
  };
}
