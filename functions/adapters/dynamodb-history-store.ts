import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { daysKept } from '../core/history/days-seen.ts';
import type { Clock, HistoryStore } from '../core/ports.ts';
import { type Item, readItems } from './batch-get.ts';
import { dayMs, epochSeconds, isConditionFailure, partitionKey, type Table } from './dynamodb-table.ts';
import { changeItem, type Patience, whileUnchanged } from './item-change.ts';

const writesInFlight = 25;
/** A write costs by started KB: what is larger is compressed, what is smaller can be read where it lies. */
export const readableBytes = 1_000;

/** Once all of its days are forgotten a profile says nothing; a week more for what comes late. */
const keepDays = daysKept + 7;

/** How long a container believes that the history is not filled yet. */
const unfilledBelievedMs = 60_000;

export interface HistoryStoreOptions extends Patience {
  readonly table: Table;
  readonly clock: Clock;
}

interface StoredProfile {
  readonly text: string;
  readonly version: number;
}

/**
 * One item for each subject. Nothing is kept in the container: a profile must be read after the write of whoever else
 * extended it, or a late event and a judgement could miss each other (docs/decisions/0009-history.md).
 */
export function createHistoryStore({ table, clock, sleep, random }: HistoryStoreOptions): HistoryStore {
  let since: number | undefined;
  let asked: number | undefined;

  const readOne = async (Key: Item): Promise<Item | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key, ConsistentRead: true }),
    );
    return Item;
  };

  const readAll = async (subjects: readonly string[]): Promise<Map<string, StoredProfile>> => {
    const subjectOf = new Map(subjects.map((subject) => [historyKey(subject).pk, subject]));
    const items = await readItems(table, [...subjectOf.values()].map(historyKey), { sleep, random });
    const profiles = new Map<string, StoredProfile>();
    for (const item of items) {
      const subject = subjectOf.get(String(item['pk']));
      const stored = profileIn(item);
      if (subject !== undefined && stored) profiles.set(subject, stored);
    }
    return profiles;
  };

  const put = (subject: string, text: string, was: number | undefined) =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: historyItem(subject, text, (was ?? 0) + 1, clock.now()),
        ...whileUnchanged('version', was),
      }),
    );

  return {
    async completeSince() {
      const isBelieved = asked !== undefined && clock.now() - asked < unfilledBelievedMs;
      if (since !== undefined || isBelieved) return since;
      since = (await readOne(completeKey))?.['since'] as number | undefined;
      asked = clock.now();
      return since;
    },

    async setCompleteSince(time) {
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: completeKey,
            UpdateExpression: 'SET #since = :time',
            ConditionExpression: 'attribute_not_exists(#since) OR #since > :time',
            ExpressionAttributeNames: { '#since': 'since' },
            ExpressionAttributeValues: { ':time': time },
          }),
        );
      } catch (error) {
        // It is complete for longer already.
        if (!isConditionFailure(error)) throw error;
      }
      since = undefined;
      asked = undefined;
    },

    async read(subjects) {
      const profiles = await readAll(subjects);
      return new Map([...profiles].map(([subject, { text }]) => [subject, text]));
    },

    async extend(subjects, extend) {
      const profiles = await readAll(subjects);
      const extendOne = (subject: string) =>
        changeItem(
          {
            read: async (attempt) =>
              attempt === 0 ? profiles.get(subject) : profileIn(await readOne(historyKey(subject))),
            change(stored) {
              const next = extend(subject, stored?.text);
              return next === stored?.text ? undefined : next;
            },
            write: (next, stored) => put(subject, next, stored?.version),
            what: 'A profile',
          },
          { sleep, random },
        );
      await pMap(new Set(subjects), extendOne, { concurrency: writesInFlight });
    },
  };
}

/** The item of a profile, as the document client takes it. */
export function historyItem(subject: string, text: string, version: number, now: number): Item {
  return {
    ...historyKey(subject),
    version,
    expiresAt: epochSeconds(now + keepDays * dayMs),
    ...(Buffer.byteLength(text) <= readableBytes ? { profile: text } : { zipped: deflateRawSync(text) }),
  };
}

const historyKey = (subject: string) => ({ pk: partitionKey('HISTORY', subject), sk: 'HISTORY' });

/** Without `expiresAt`: if this were forgotten, nothing would be known any more. */
const completeKey = { pk: 'HISTORY', sk: 'COMPLETE' };

function profileIn(item: Item | undefined): StoredProfile | undefined {
  if (!item || item['version'] === undefined) return undefined;
  const zipped = item['zipped'] as Uint8Array | undefined;
  return {
    text: zipped ? inflateRawSync(zipped).toString('utf8') : String(item['profile']),
    version: item['version'] as number,
  };
}
