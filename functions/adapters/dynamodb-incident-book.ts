import { GetCommand, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { idOfSign, tellerOf } from '../core/announcing/absorb.ts';
import { connectedSigns } from '../core/announcing/connected-signs.ts';
import { dayOfSign, isOfCheck, type Sign } from '../core/announcing/sign.ts';
import { threadDefaults, timesOf } from '../core/engine/incident-threads.ts';
import type { IncidentBook, NearbyIncidents } from '../core/ports.ts';
import { type Item, readItems } from './batch-get.ts';
import type { IncidentStoreOptions } from './dynamodb-incident-store.ts';
import { dayMs, epochSeconds, partitionKey, wellFormed } from './dynamodb-table.ts';
import { type IncidentItem, incidentWrites, readIncidents } from './incident-items.ts';
import { changeItem, whileUnchanged } from './item-change.ts';

/** An item may have 400 KB: an incident remembers where so many of its signs are, the latest. */
const signsRemembered = 2000;
const hourMs = 3_600_000;
const versionKey = { pk: 'INCIDENTS#VERSION', sk: 'INCIDENTS' };

interface Around {
  /** Of all incidents together: grows with each change of which finding is where. */
  readonly version: number | undefined;
  readonly signs: ReadonlyMap<string, Sign>;
  readonly items: ReadonlyMap<string, IncidentItem>;
}

/**
 * Signs by day, incidents by id. Several shards of a stream come here at once, and what each decides depends on what is
 * near: so all that a change writes is one transaction, which fails where anybody else wrote since the first read.
 */
export function createIncidentBook(options: IncidentStoreOptions): IncidentBook {
  const { table, findingDays, clock } = options;

  const signsOn = async (day: string): Promise<Sign[]> => {
    const signs: Sign[] = [];
    const pages = paginateQuery(
      { client: table.client },
      {
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partitionOf(day) },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) signs.push(...Items.map(signIn));
    return signs;
  };

  const signsAt = async (places: readonly string[]): Promise<Sign[]> =>
    (await readItems(table, places.map(keyAt), options)).map(signIn);

  const readAround = async (findings: readonly Sign[]): Promise<Around> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: versionKey, ConsistentRead: true }),
    );
    const signs = new Map<string, Sign>();
    const add = (read: readonly Sign[]) => {
      for (const sign of read) {
        const known = signs.get(sign.finding.id);
        if (!known || known.finding.revision < sign.finding.revision) signs.set(sign.finding.id, sign);
      }
    };
    for (const day of new Set(findings.flatMap(daysAround))) add(await signsOn(day));
    add(await signsAt(findings.filter(isOfCheck).map(placeOf)));

    const items = new Map<string, IncidentItem>();
    const asked = new Set<string>();
    for (;;) {
      const near = connectedSigns(findings, [...signs.values()]);
      const wanted = [
        ...findings.map(idOfSign),
        ...near.flatMap(({ incident }) => incident ?? []),
        ...[...items.values()].flatMap(({ stored }) => stored.record.mergedInto ?? []),
      ].filter((id) => !asked.has(id));
      if (wanted.length === 0) break;
      for (const id of wanted) asked.add(id);
      const read = await readIncidents(table, wanted, options);
      for (const [id, item] of read) items.set(id, item);
      const places = [...read.values()].flatMap((item) => item.signs);
      add(await signsAt([...new Set(places)].filter((place) => !signs.has(idAt(place)))));
    }
    return { version: Item?.['version'] as number | undefined, signs, items };
  };

  const writesOf = (written: NearbyIncidents, { version, signs, items }: Around) => {
    const expiresAt = epochSeconds(clock.now() + findingDays * dayMs);
    const all = new Map(signs);
    for (const sign of written.signs) all.set(sign.finding.id, sign);
    const records = new Map([...items].map(([id, { stored }]) => [id, stored]));
    for (const stored of written.incidents) records.set(stored.record.incident.id, stored);
    const places = Map.groupBy(all.values(), ({ incident }) => tellerOf(incident, records));
    return [
      {
        Put: {
          TableName: table.name,
          Item: { ...versionKey, version: (version ?? 0) + 1 },
          ...whileUnchanged('version', version),
        },
      },
      ...written.signs.map((sign) => ({
        Put: { TableName: table.name, Item: { ...keyAt(placeOf(sign)), sign: wellFormed(sign), expiresAt } },
      })),
      ...written.incidents.flatMap((stored) => {
        const { id } = stored.record.incident;
        const own = (places.get(id) ?? []).map(placeOf).sort().slice(-signsRemembered);
        const was = items.get(id);
        return incidentWrites(
          table,
          { stored, signs: own.length > 0 ? own : (was?.signs ?? []) },
          was?.stored.record.revision,
          expiresAt,
        );
      }),
    ];
  };

  return {
    async absorb(findings, change) {
      const written = await changeItem<Around, NearbyIncidents>(
        {
          read: () => readAround(findings),
          change(around) {
            if (!around) return undefined;
            const incidents = [...around.items.values()].map(({ stored }) => stored);
            const next = change({ signs: [...around.signs.values()], incidents });
            return next.signs.length + next.incidents.length > 0 ? next : undefined;
          },
          write: (next, around) =>
            table.client.send(
              new TransactWriteCommand({ TransactItems: around ? writesOf(next, around) : [] }),
            ),
          what: 'Which finding belongs to which incident',
        },
        options,
      );
      return written ?? { signs: [], incidents: [] };
    },

    async signsOf({ id }) {
      const [item] = (await readIncidents(table, [id], options)).values();
      return item ? signsAt(item.signs) : [];
    },
  };
}

/** Days on which what may be threaded with a finding was seen last. */
function daysAround(sign: Sign): string[] {
  if (isOfCheck(sign)) return [];
  if (sign.finding.firstSeen === null) return [dayOfSign(sign)];
  const { begins, ends } = timesOf(sign.finding);
  const gapMs = threadDefaults.gapHours * hourMs;
  const days: string[] = [];
  for (let time = begins - gapMs; time < ends + gapMs + dayMs; time += dayMs) {
    days.push(new Date(Math.min(time, ends + gapMs)).toISOString().slice(0, 10));
  }
  return days;
}

const partitionOf = (day: string): string => partitionKey('SIGNS', day);

/** Where a sign is: its day, and the id of its finding. */
const placeOf = (sign: Sign): string => `${dayOfSign(sign)} ${sign.finding.id}`;

const idAt = (place: string): string => place.slice(place.indexOf(' ') + 1);

const keyAt = (place: string) => ({
  pk: partitionOf(place.slice(0, place.indexOf(' '))),
  sk: idAt(place),
});

const signIn = (item: Item): Sign => item['sign'] as Sign;
