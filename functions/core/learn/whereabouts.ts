import { plural } from '../phrases.ts';
import { number } from './evidence-text.ts';
import { busiest, type PlaceTallies, type PlaceTally, placeKey, placeTally } from './places.ts';
import { identityKey, isPeople, type LearnedIdentity, type Use, type UseHistory } from './uses.ts';

/** Where an identity may come from, as far as its history tells. */
export type Whereabouts =
  | { readonly kind: 'places'; readonly places: readonly PlaceTally[] }
  /** It comes from so many places that none can be held against it. */
  | { readonly kind: 'any'; readonly why: string };

/** Twice on the same day may be one mishap; on two days it is a habit. */
const habitDays = 2;
const mostPlaces = 8;
/** More than this share from places seen once, and the next call will be from another such place. */
const strangeShare = 0.1;
const strangeShareOfPeople = 0.2;

/** An office or a VPN: so many people, on so many days. */
const sharedPeople = 3;
const sharedDays = 5;
/** A NAT gateway: several machines behind few addresses. */
const gatewayMachines = 3;
const gatewayAddresses = 4;

export type BlockOfPeople = 'shared' | 'home' | undefined;

/** Where identities come from; of people, what kind of place it is. */
export interface WhereaboutsMap {
  of(identity: LearnedIdentity): Whereabouts;
  blockOfPeople(place: PlaceTally): BlockOfPeople;
}

export function locate(history: UseHistory): WhereaboutsMap {
  const people: PlaceTallies = new Map();
  const machines: PlaceTallies = new Map();
  const machinesAt = new Map<string, Set<string>>();
  const identities = new Map(history.uses.map(({ identity }) => [identityKey(identity), identity]));
  for (const [key, identity] of identities) {
    for (const tally of history.identities.get(key)?.places.values() ?? []) {
      placeTally(isPeople(identity) ? people : machines, tally.place).include(tally);
      if (isPeople(identity)) continue;
      const at = machinesAt.get(placeKey(tally.place)) ?? new Set();
      machinesAt.set(placeKey(tally.place), at.add(key));
    }
  }

  const blockOfPeople = ({ place }: PlaceTally): BlockOfPeople => {
    const all = people.get(placeKey(place));
    if (!all) return undefined;
    if (all.people.size >= sharedPeople) return all.days.size >= sharedDays ? 'shared' : undefined;
    // The pool of a cloud: machines are there, and now and then somebody's shell in a browser.
    return all.days.size >= habitDays && !machinesAt.has(placeKey(place)) ? 'home' : undefined;
  };
  const isGateway = ({ place }: PlaceTally): boolean => {
    const all = machines.get(placeKey(place));
    return (
      place.kind === 'block' &&
      (machinesAt.get(placeKey(place))?.size ?? 0) >= gatewayMachines &&
      (all?.addresses.size ?? 0) <= gatewayAddresses
    );
  };
  const isUsualForMachine = (tally: PlaceTally): boolean =>
    tally.days.size >= habitDays || (tally.place.kind === 'block' ? isGateway(tally) : true);

  return {
    blockOfPeople,
    of(identity) {
      const use = history.identities.get(identityKey(identity));
      if (!use || use.count === 0) return { kind: 'any', why: 'it was never seen' };
      const isUsual = isPeople(identity)
        ? (tally: PlaceTally) => tally.place.kind !== 'block' || blockOfPeople(tally) !== undefined
        : isUsualForMachine;
      const places = busiest(use.places).filter(isUsual);
      const usual = places.reduce((sum, { count }) => sum + count, 0);
      const strange = 1 - usual / use.count;
      const limit = isPeople(identity) ? strangeShareOfPeople : strangeShare;
      const isMany = !isPeople(identity) && places.length > mostPlaces;
      return strange > limit || isMany || places.length === 0
        ? { kind: 'any', why: varied(use) }
        : { kind: 'places', places };
    },
  };
}

function varied(use: Use): string {
  const networks = use.places.size;
  if (networks === 0) return 'the log names no network for it';
  return `it came from ${plural(networks, 'network')} in ${number(use.count)} calls`;
}
