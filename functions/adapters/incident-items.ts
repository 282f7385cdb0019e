import { type Listed, listedAs } from '../core/announcing/incident-lists.ts';
import type { StoredIncident } from '../core/ports.ts';
import { type Item, readItems } from './batch-get.ts';
import { partitionKey, type Table, wellFormed } from './dynamodb-table.ts';
import { type Patience, whileUnchanged } from './item-change.ts';

/** An incident as the table holds it. */
export interface IncidentItem {
  readonly stored: StoredIncident;
  /** Where the signs of its findings are: `DAY FINDING`. */
  readonly signs: readonly string[];
}

/** The list of all incidents: little of each. */
export const listPartition = 'INCIDENTS';

export const incidentKey = (id: string) => ({ pk: partitionKey('INCIDENT', id), sk: 'INCIDENT' });

export const incidentItemIn = (item: Item): IncidentItem => ({
  stored: item['stored'] as StoredIncident,
  signs: (item['signs'] ?? []) as string[],
});

export const listedIn = (item: Item): Listed & { readonly id: string } => ({
  ...(item['listed'] as Listed),
  id: String(item['sk']),
});

/** By id, those that are there. */
export async function readIncidents(
  table: Table,
  ids: Iterable<string>,
  patience: Patience,
): Promise<Map<string, IncidentItem>> {
  const items = await readItems(table, [...new Set(ids)].map(incidentKey), patience);
  return new Map(
    items.map((item) => {
      const read = incidentItemIn(item);
      return [read.stored.record.incident.id, read];
    }),
  );
}

/** What a transaction writes of an incident. @param was its revision when it was read */
export function incidentWrites(
  table: Table,
  { stored, signs }: IncidentItem,
  was: number | undefined,
  expiresAt: number,
) {
  const { incident, revision } = stored.record;
  return [
    {
      Put: {
        TableName: table.name,
        Item: { ...incidentKey(incident.id), revision, stored: wellFormed(stored), signs, expiresAt },
        ...whileUnchanged('revision', was),
      },
    },
    {
      Put: {
        TableName: table.name,
        Item: { pk: listPartition, sk: incident.id, listed: wellFormed(listedAs(stored)), expiresAt },
      },
    },
  ];
}
