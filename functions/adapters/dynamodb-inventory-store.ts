import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import type { InventoriedSecret } from '../core/contracts/inventory.ts';
import { secretKey } from '../core/model/access-event.ts';
import type { Clock, Inventory, InventoryPlace, InventoryStore } from '../core/ports.ts';
import { dayMs, epochSeconds, isConditionFailure, sha256, type Table } from './dynamodb-table.ts';
import { createTurns } from './dynamodb-turns.ts';

/** A list that nobody renewed for so long says nothing any more. */
const keepDays = 14;
/** Of JSON, before it is compressed. An item may have 400 KB, and one secret with 50 tags at their longest has 60 KB. */
const chunkBytes = 200_000;
const requestsInFlight = 4;

/** How long a container believes what it read; and where nothing was listed yet, that it is still so. */
const believedMs = 15 * 60_000;
const absentBelievedMs = 60_000;

type Item = Readonly<Record<string, unknown>>;

/** What is current of one place. Its chunks are under the hash of all they hold, so that they never change. */
interface Head {
  readonly place: string;
  readonly digest: string;
  readonly chunks: number;
}

interface KnownPlace {
  readonly digest: string;
  readonly secrets: readonly InventoriedSecret[];
}

/**
 * One item names what is current of each place, and is written when all its chunks are there: a reader sees one whole
 * list. Chunks of an earlier list stay for whoever is reading it, until they expire.
 */
export function createInventoryStore(table: Table, clock: Clock): InventoryStore {
  const takeTurn = createTurns(table, clock);
  let places: ReadonlyMap<string, KnownPlace> = new Map();
  let inventory: Inventory = new Map();
  let reading: Promise<Inventory> | undefined;
  let believedUntil = 0;

  const query = async (pk: string): Promise<Item[]> => {
    const items: Item[] = [];
    const pages = paginateQuery(
      { client: table.client },
      {
        TableName: table.name,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
      },
    );
    for await (const { Items = [] } of pages) items.push(...Items);
    return items;
  };

  const readPlace = async (head: Head): Promise<[string, KnownPlace] | undefined> => {
    const known = places.get(head.place);
    if (known?.digest === head.digest) return [head.place, known];
    const chunks = await query(chunkKey(head));
    if (chunks.length !== head.chunks) return undefined;
    const secrets = chunks.flatMap(({ zipped }) => secretsIn(zipped as Uint8Array));
    return [head.place, { digest: head.digest, secrets }];
  };

  const refresh = async (): Promise<Inventory> => {
    const oldest = clock.now() - keepDays * dayMs;
    const heads = (await query(headKey)).flatMap((item) => headIn(item, oldest) ?? []);
    const found = await pMap(heads, readPlace, { concurrency: requestsInFlight });
    const next = new Map(found.filter((place) => place !== undefined));
    if (!areSame(places, next)) {
      places = next;
      inventory = new Map(
        [...next.values()].flatMap(({ secrets }) => secrets.map((each) => [secretKey(each.secret), each])),
      );
    }
    if (next.size === 0) believedUntil = Math.min(believedUntil, clock.now() + absentBelievedMs);
    return inventory;
  };

  return {
    claim: (place, everyMs) => takeTurn(`inventory ${nameOf(place)}`, everyMs),

    async replace(place, secrets, listedAt) {
      const chunks = chunksOf(secrets);
      const head = { place: nameOf(place), digest: sha256(chunks.join('\n\n')), chunks: chunks.length };
      await pMap(
        chunks,
        (text, index) =>
          table.client.send(
            new PutCommand({
              TableName: table.name,
              Item: {
                pk: chunkKey(head),
                sk: String(index).padStart(5, '0'),
                zipped: deflateRawSync(text),
                // A day longer than what names it.
                expiresAt: epochSeconds(listedAt + (keepDays + 1) * dayMs),
              },
            }),
          ),
        { concurrency: requestsInFlight },
      );
      try {
        await table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: { pk: headKey, sk: head.place },
            UpdateExpression:
              'SET listedAt = :listedAt, digest = :digest, chunks = :chunks, expiresAt = :expiresAt',
            ConditionExpression: 'attribute_not_exists(listedAt) OR listedAt < :listedAt',
            ExpressionAttributeValues: {
              ':listedAt': listedAt,
              ':digest': head.digest,
              ':chunks': head.chunks,
              ':expiresAt': epochSeconds(listedAt + keepDays * dayMs),
            },
          }),
        );
      } catch (error) {
        // A newer list is there.
        if (!isConditionFailure(error)) throw error;
      }
      believedUntil = 0;
    },

    read() {
      if (reading && clock.now() < believedUntil) return reading;
      believedUntil = clock.now() + believedMs;
      // One after the other, so that an earlier answer never takes the place of a later one.
      const next = (reading ?? Promise.resolve()).catch(() => undefined).then(refresh);
      next.catch(() => {
        believedUntil = 0;
      });
      reading = next;
      return next;
    },
  };
}

const headKey = 'INVENTORY';
const nameOf = ({ account, region }: InventoryPlace): string => `${account}#${region}`;
const chunkKey = ({ place, digest }: Head): string => `INVENTORY#${place}#${digest}`;

/** A place that was asked and never answered has no list, and one whose list is older than `oldest` none that counts. */
function headIn(item: Item, oldest: number): Head | undefined {
  const { sk, listedAt, digest, chunks } = item as Partial<Head> & { sk: string; listedAt?: number };
  if (listedAt === undefined || listedAt < oldest || digest === undefined || chunks === undefined)
    return undefined;
  return { place: sk, digest, chunks };
}

const areSame = (a: ReadonlyMap<string, KnownPlace>, b: ReadonlyMap<string, KnownPlace>): boolean =>
  a.size === b.size && [...a].every(([place, { digest }]) => b.get(place)?.digest === digest);

/** JSON lines in parts. The same secrets make the same parts, in whatever order they and their tags are listed. */
function chunksOf(secrets: readonly InventoriedSecret[]): string[] {
  const lines = secrets
    .map(({ secret: { name, account, region, arn }, tags }) =>
      JSON.stringify({ secret: { name, account, region, arn }, tags: sorted(tags) }),
    )
    .sort();
  const chunks: string[][] = [];
  let bytes = chunkBytes;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > chunkBytes) {
      chunks.push([]);
      bytes = Buffer.byteLength(line) + 1;
    }
    chunks.at(-1)?.push(line);
  }
  return chunks.map((each) => each.join('\n'));
}

const sorted = (tags: InventoriedSecret['tags']) =>
  Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1)));

const secretsIn = (zipped: Uint8Array): InventoriedSecret[] =>
  inflateRawSync(zipped)
    .toString('utf8')
    .split('\n')
    .map((line) => JSON.parse(line));
