import { networkOf } from '../history/network.ts';
import type { Origin } from '../model/access-event.ts';
import { compareText } from '../order.ts';
import { Tally } from './tally.ts';

/** Where a call came from, as a contract can name it: a block of addresses, a VPC endpoint, a service. */
export type Place =
  | { readonly kind: 'block'; readonly block: string }
  | { readonly kind: 'endpoint'; readonly endpoint: string }
  | { readonly kind: 'service'; readonly service: string };

/** `undefined` where the log names no place that settings could: none, or an address that no parser takes. */
export function placeOf(origin: Origin | null): Place | undefined {
  if (!origin) return undefined;
  if ('service' in origin)
    return isService(origin.service) ? { kind: 'service', service: origin.service } : undefined;
  if ('vpcEndpoint' in origin) {
    const { vpcEndpoint } = origin;
    return /^vpce-[0-9a-z]+$/.test(vpcEndpoint) ? { kind: 'endpoint', endpoint: vpcEndpoint } : undefined;
  }
  const block = networkOf(origin);
  return block?.includes('/') ? { kind: 'block', block } : undefined;
}

const isService = (name: string): boolean => /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/.test(name);

export const placeKey = (place: Place): string =>
  place.kind === 'block' ? place.block : place.kind === 'endpoint' ? place.endpoint : place.service;

/** What was seen from one place. */
export class PlaceTally extends Tally {
  readonly place: Place;
  readonly addresses = new Set<string>();
  /** Session names of people. */
  readonly people = new Set<string>();

  constructor(place: Place) {
    super();
    this.place = place;
  }

  see(time: number, origin: Origin, person: string | undefined): void {
    this.add(time);
    if (person !== undefined) this.people.add(person);
    if ('ip' in origin && origin.ip && this.place.kind === 'block') this.addresses.add(origin.ip);
  }

  override include(other: PlaceTally): void {
    super.include(other);
    for (const address of other.addresses) this.addresses.add(address);
    for (const person of other.people) this.people.add(person);
  }
}

export type PlaceTallies = Map<string, PlaceTally>;

export function placeTally(tallies: PlaceTallies, place: Place): PlaceTally {
  const key = placeKey(place);
  const known = tallies.get(key);
  if (known) return known;
  const made = new PlaceTally(place);
  tallies.set(key, made);
  return made;
}

/** The most used first; of equals by name, so that the order is the same on every run. */
export const busiest = (tallies: PlaceTallies): PlaceTally[] =>
  [...tallies.values()].sort(
    (a, b) => b.count - a.count || compareText(placeKey(a.place), placeKey(b.place)),
  );
