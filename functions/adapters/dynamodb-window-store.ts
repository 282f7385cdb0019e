import { paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { AccessEvent } from '../core/model/access-event.ts';
import type { Clock, WindowEntry, WindowStore } from '../core/ports.ts';
import { epochSeconds, isConditionFailure, partitionKey, sha256, type Table } from './dynamodb-table.ts';

/**
 * Events are kept by group, value and hour of the event: one item for each, called a slot, with a set of events. A
 * slot takes no more events than this, so that cost follows distinct (principal, secret, hour) and not reads. A full
 * slot is no fault: the value was read within that hour and is counted. Events that find it full are judged with
 * the batch they came in, and by the same container later; they are not stored.
 */
export const slotCapacity = {
  /** One of many counted values: a read every six minutes all hour long, as dense as mass retrieval's window. */
  valued: 10,
  /** Where events themselves are counted, all of a group's share one slot. 200 of 1 KB stay far below 400 KB. */
  events: 200,
} as const;

const writesInFlight = 25;
const slotsRemembered = 50_000;
const eventsRemembered = 5_000;

interface Slot {
  readonly pk: string;
  readonly sk: string;
  readonly group: string;
  readonly capacity: number;
  keepMs: number;
  /** By their stored form, so that one delivered twice is there once. */
  readonly events: Map<string, WindowEntry['event']>;
}

export function createWindowStore(table: Table, clock: Clock): WindowStore {
  const full = new Set<string>();
  /** Events that found their slot full, the oldest arrival first. */
  const unstored = new Map<string, { group: string; event: AccessEvent }>();

  const keepInMemory = (slot: Slot, entries: Iterable<[string, AccessEvent]>) => {
    for (const [text, event] of entries) unstored.set(`${slot.pk}\n${text}`, { group: slot.group, event });
    evictOldest(unstored, eventsRemembered);
  };

  const write = async (slot: Slot) => {
    const name = `${slot.pk}\n${slot.sk}`;
    if (full.has(name)) return keepInMemory(slot, slot.events);
    const [stored, left] = divide(slot);
    keepInMemory(slot, left);
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { pk: slot.pk, sk: slot.sk },
          UpdateExpression: 'ADD #entries :entries SET #expiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(#entries) OR size(#entries) < :capacity',
          ExpressionAttributeNames: { '#entries': 'entries', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: {
            ':entries': new Set(stored.map(([text]) => text)),
            // Counted from now, not from the event: a sweep of long past hours needs its windows as long.
            ':expiresAt': epochSeconds(clock.now() + slot.keepMs),
            ':capacity': slot.capacity,
          },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error) && !isItemTooLarge(error)) throw error;
      full.add(name);
      evictOldest(full, slotsRemembered);
      keepInMemory(slot, stored);
    }
  };

  return {
    async add(entries) {
      await pMap(slotsOf(entries), write, { concurrency: writesInFlight });
    },

    async recall(group, from, to) {
      const events = [...unstored.values()]
        .filter((known) => known.group === group)
        .map(({ event }) => event);
      const pages = paginateQuery(
        { client: table.client },
        {
          TableName: table.name,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          // `~` sorts behind the `#` that follows the hour in a key.
          ExpressionAttributeValues: {
            ':pk': partitionKey('WINDOW', group),
            ':from': hourOf(from),
            ':to': `${hourOf(to)}~`,
          },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          for (const text of (item['entries'] ?? []) as Iterable<string>) events.push(JSON.parse(text));
        }
      }
      return withoutDuplicates(events.filter(({ time }) => time !== null && time >= from && time <= to));
    },
  };
}

function slotsOf(entries: readonly WindowEntry[]): Slot[] {
  const slots = new Map<string, Slot>();
  for (const { group, value, event, keepMs } of entries) {
    const pk = partitionKey('WINDOW', group);
    const sk = `${hourOf(event.time)}#${sha256(JSON.stringify(value)).slice(0, 32)}`;
    const name = `${pk}\n${sk}`;
    const capacity = value === '' ? slotCapacity.events : slotCapacity.valued;
    const slot = slots.get(name) ?? { pk, sk, group, capacity, keepMs, events: new Map() };
    slots.set(name, slot);
    slot.keepMs = Math.max(slot.keepMs, keepMs);
    slot.events.set(canonicalJson(event), event);
  }
  return [...slots.values()];
}

type Divided = [stored: [string, AccessEvent][], left: [string, AccessEvent][]];

/** The earliest and the latest of a slot's events, as many as it can hold; and the others. */
function divide({ events, capacity }: Slot): Divided {
  const sorted = [...events].sort(([textA, a], [textB, b]) => a.time - b.time || (textA < textB ? -1 : 1));
  if (sorted.length <= capacity) return [sorted, []];
  const early = Math.ceil(capacity / 2);
  const late = sorted.length - (capacity - early);
  return [[...sorted.slice(0, early), ...sorted.slice(late)], sorted.slice(early, late)];
}

/** Two deliveries of a batch call may know of different numbers of its reads; the greater one knows more. */
function withoutDuplicates(events: readonly AccessEvent[]): AccessEvent[] {
  const distinct = new Map<string, AccessEvent>();
  for (const event of events) {
    const known = distinct.get(event.key);
    if (!known || (event.batch?.childReads ?? 0) > (known.batch?.childReads ?? 0)) {
      distinct.set(event.key, event);
    }
  }
  return [...distinct.values()];
}

/** UTC, `2026-03-02T09`. */
const hourOf = (time: number): string => new Date(time).toISOString().slice(0, 13);

/** The same event has the same text, whoever made the object: adding it again to the set changes nothing. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** The message is all that tells this ValidationException from others (UpdateItem in the DynamoDB API reference). */
const isItemTooLarge = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationException' && /item size/i.test(error.message);

function evictOldest(kept: Set<string> | Map<string, unknown>, limit: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= limit) return;
    kept.delete(key);
  }
}
