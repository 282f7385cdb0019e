import { paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { SecretRef } from '../core/model/access-event.ts';
import type { SecretRead, SecretReader } from '../core/model/secret-reader.ts';
import type { ReaderStore } from '../core/ports.ts';
import {
  dayMs,
  epochSeconds,
  isConditionFailure,
  partitionKey,
  sha256,
  type Table,
} from './dynamodb-table.ts';

/** As long as the history of what is usual. */
const keepDays = 135;
const writesInFlight = 25;
/** Readers that a container remembers to have written: some 5 MB. */
const defaultRemembered = 10_000;

/** What this container wrote of one reader; it may be more in the table. */
interface Written {
  readonly first: number;
  readonly last: number;
}

interface Reads extends Written {
  readonly read: SecretRead;
}

/**
 * One item for each secret, identity and version or label that it asked for.
 *
 * A write for each of these and batch of events, at most: only secrets that are rotated are recorded, which are few, and of
 * their reads the last one matters to the second, because a switch may lie right before it.
 */
export function createReaderStore(table: Table, remembered = defaultRemembered): ReaderStore {
  const known = new Map<string, Written>();

  const remember = (id: string, written: Written): void => {
    known.delete(id);
    known.set(id, written);
    const [oldest] = known.keys();
    if (known.size > remembered && oldest !== undefined) known.delete(oldest);
  };

  const update = async (key: object, attributes: Readonly<Record<string, unknown>>, condition: string) => {
    const names = Object.keys(attributes);
    const named = [...new Set([...names, ...(condition.match(/(?<=#)\w+/g) ?? [])])];
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { ...key },
          UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(named.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
        }),
      );
    } catch (error) {
      // More is known already.
      if (!isConditionFailure(error)) throw error;
    }
  };

  const write = async ({ read, first, last }: Reads): Promise<void> => {
    const { secret, principal, kind, account, asked } = read;
    const key = keyOf(read);
    const id = `${key.pk}\n${key.sk}`;
    const before = known.get(id);
    const movesLast = before === undefined || last > before.last;
    const movesFirst = before === undefined || first < before.first;
    if (movesLast) {
      await update(
        key,
        {
          secret: secret.name,
          principal,
          kind,
          account,
          asked,
          last,
          expiresAt: epochSeconds(last + keepDays * dayMs),
        },
        'attribute_not_exists(#last) OR #last < :last',
      );
    }
    if (movesFirst) {
      // An item that has expired meanwhile is not made again: it would have no `expiresAt`.
      await update(key, { first }, '#last >= :first AND (attribute_not_exists(#first) OR #first > :first)');
    }
    if (movesLast || movesFirst) {
      remember(id, {
        first: Math.min(first, before?.first ?? first),
        last: movesLast ? last : before.last,
      });
    }
  };

  return {
    async record(reads) {
      await pMap(grouped(reads), write, { concurrency: writesInFlight });
    },

    async of(secret) {
      const readers: SecretReader[] = [];
      const pages = paginateQuery(
        { client: table.client },
        {
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partitionOf(secret) },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) readers.push(...Items.map(readerIn));
      return readers;
    },
  };
}

function grouped(reads: readonly SecretRead[]): Reads[] {
  const groups = new Map<string, Reads>();
  for (const read of reads) {
    const { pk, sk } = keyOf(read);
    const before = groups.get(`${pk}\n${sk}`);
    groups.set(`${pk}\n${sk}`, {
      read,
      first: Math.min(read.time, before?.first ?? read.time),
      last: Math.max(read.time, before?.last ?? read.time),
    });
  }
  return [...groups.values()];
}

/** `first` is written after the rest, and missing where that failed: the delivery comes again. */
function readerIn(item: Readonly<Record<string, unknown>>): SecretReader {
  const {
    principal,
    kind,
    account,
    asked,
    last,
    first = last,
  } = item as Omit<SecretReader, 'first'> & {
    readonly first?: number;
  };
  return { principal, kind, account, asked, first, last };
}

const partitionOf = ({ account, region, name }: SecretRef): string =>
  partitionKey('READER', `${account}#${region}#${name}`);

const keyOf = ({ secret, account, principal, asked }: SecretRead) => ({
  pk: partitionOf(secret),
  sk: sha256(JSON.stringify([account, principal, asked])),
});
