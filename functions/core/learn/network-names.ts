import ipaddr from 'ipaddr.js';
import { createNetworkMap } from '../contracts/networks.ts';
import type { Networks } from '../model/named-settings.ts';
import { compareText } from '../order.ts';
import { busiest, type PlaceTallies, type PlaceTally, placeKey, placeTally } from './places.ts';
import { identityKey, isPeople, type LearnedIdentity } from './uses.ts';
import type { WhereaboutsMap } from './whereabouts.ts';

export interface DraftNetwork {
  readonly name: string;
  readonly cidrs: readonly string[];
  readonly vpcEndpoints: readonly string[];
  readonly services: readonly string[];
  /** Who uses it, as a comment. */
  readonly evidence: string;
}

export interface NetworkNames {
  /** The name under which an identity's place stands in the settings. */
  nameOf(identity: LearnedIdentity, tally: PlaceTally): string;
  /** Those that the present settings lack. */
  readonly drafted: readonly DraftNetwork[];
}

/** A provider hands out the neighbours of an address to others: few addresses are named one by one. */
const exactAddresses = 4;

export interface PlacedIdentity {
  readonly identity: LearnedIdentity;
  readonly places: readonly PlaceTally[];
}

/** Names the places that clauses will speak of, each once. */
export function nameNetworks(
  placed: readonly PlacedIdentity[],
  whereabouts: WhereaboutsMap,
  present: Networks,
): NetworkNames {
  const names = new Map<string, string>();
  const drafted: DraftNetwork[] = [];
  const known = createNetworkMap(present);
  const taken = new Set(Object.keys(present));
  const free = (base: string, isNumbered = true): string => {
    let name = isNumbered ? `${base}-1` : base;
    for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
    taken.add(name);
    return name;
  };
  const presentName = (tally: PlaceTally): string | undefined =>
    Object.keys(present).find((name) => originsOf(tally).every((origin) => known.isIn(origin, [name])));

  const machines: PlaceTallies = new Map();
  const people: PlaceTallies = new Map();
  const users = new Map<string, Map<string, LearnedIdentity>>();
  for (const { identity, places } of placed) {
    for (const tally of places) {
      const key = placeKey(tally.place);
      placeTally(isPeople(identity) ? people : machines, tally.place).include(tally);
      if (isPeople(identity)) continue;
      const at = users.get(key) ?? new Map();
      users.set(key, at.set(identityKey(identity), identity));
    }
  }

  for (const tally of busiest(machines)) {
    const key = placeKey(tally.place);
    const by = [...(users.get(key)?.values() ?? [])];
    const name =
      presentName(tally) ?? free(...machineName(tally, by, whereabouts.blockOfPeople(tally) === 'shared'));
    names.set(`machine ${key}`, name);
    if (Object.hasOwn(present, name)) continue;
    drafted.push({
      name,
      ...contentsOf(tally, true),
      evidence: `${tally.count.toLocaleString('en-GB')} calls of ${by.length === 1 ? `${by[0]?.kind} ${by[0]?.name}` : `${by.length} machine identities`} on ${tally.days.size} days`,
    });
  }

  const homes: PlaceTally[] = [];
  for (const tally of busiest(people)) {
    const key = placeKey(tally.place);
    const already =
      presentName(tally) ?? (tally.place.kind === 'block' ? undefined : names.get(`machine ${key}`));
    if (
      already === undefined &&
      tally.place.kind === 'block' &&
      whereabouts.blockOfPeople(tally) === 'home'
    ) {
      homes.push(tally);
      continue;
    }
    const name = already ?? free(...peopleName(tally));
    names.set(`people ${key}`, name);
    if (already !== undefined) continue;
    drafted.push({
      name,
      ...contentsOf(tally, false),
      evidence: `${tally.people.size} people, ${tally.count.toLocaleString('en-GB')} calls on ${tally.days.size} days: an office or a VPN?`,
    });
  }
  if (homes.length > 0) {
    const name = free('homes', false);
    for (const tally of homes) names.set(`people ${placeKey(tally.place)}`, name);
    drafted.push({
      name,
      cidrs: homes.map(({ place }) => placeKey(place)).sort(compareText),
      vpcEndpoints: [],
      services: [],
      evidence: 'Each used by one or two people on several days: homes?',
    });
  }
  return {
    drafted,
    nameOf: (identity, { place }) =>
      names.get(`${isPeople(identity) ? 'people' : 'machine'} ${placeKey(place)}`) ?? '',
  };
}

/** Origins that stand for all that was seen from a place. */
function originsOf({ place, addresses }: PlaceTally) {
  if (place.kind === 'endpoint') return [{ vpcEndpoint: place.endpoint }];
  if (place.kind === 'service') return [{ service: place.service }];
  return [...addresses].map((ip) => ({ ip }));
}

type Base = readonly [base: string, isNumbered: boolean];

function machineName({ place }: PlaceTally, users: readonly LearnedIdentity[], isOffice: boolean): Base {
  if (place.kind === 'endpoint') return [place.endpoint, false];
  if (place.kind === 'service') return serviceName(place.service);
  const [only] = users;
  if (only && users.length === 1) return [only.name.replace(/[^\w.-]/g, '-'), true];
  const accounts = Map.groupBy(users, ({ account }) => account);
  const [account] = [...accounts].sort(
    ([a, ofA], [b, ofB]) => ofB.length - ofA.length || compareText(a, b),
  )[0] ?? [''];
  return [`${isOffice ? 'servers' : 'nat'}-${account}`, true];
}

const peopleName = ({ place }: PlaceTally): Base =>
  place.kind === 'endpoint'
    ? [place.endpoint, false]
    : place.kind === 'service'
      ? serviceName(place.service)
      : ['people', true];

const serviceName = (host: string): Base => [`via-${host.split('.')[0]}`, false];

function contentsOf({ place, addresses }: PlaceTally, isExact: boolean) {
  const nothing = { cidrs: [], vpcEndpoints: [], services: [] };
  if (place.kind === 'endpoint') return { ...nothing, vpcEndpoints: [place.endpoint] };
  if (place.kind === 'service') return { ...nothing, services: [place.service] };
  const few = isExact && addresses.size > 0 && addresses.size <= exactAddresses;
  return {
    ...nothing,
    cidrs: few ? [...addresses].map(exactRange).sort(compareText) : [place.block],
  };
}

/** As the settings' own check wants it, also of an IPv4 address that was logged in the form of IPv6. */
function exactRange(ip: string): string {
  const address = ipaddr.process(ip);
  return `${address}/${address.kind() === 'ipv4' ? 32 : 128}`;
}
