import ipaddr from 'ipaddr.js';
import type { Origin } from '../model/access-event.ts';
import type { Networks } from '../model/named-settings.ts';

/** Says which named networks an origin lies in. */
export interface NetworkMap {
  isIn(origin: Origin, names: readonly string[]): boolean;
  describe(name: string): string;
}

const addressesRemembered = 50_000;
const partsShown = 3;

/**
 * An origin by a VPC endpoint lies only in networks that name the endpoint: the address behind it is private, and the
 * same in anybody's VPC.
 */
export function createNetworkMap(networks: Networks): NetworkMap {
  const ranges = Object.entries(networks).flatMap(([name, { cidrs }]) =>
    cidrs.map((cidr) => ({ name, range: ipaddr.parseCIDR(cidr) })),
  );
  const names = (key: 'vpcEndpoints' | 'services'): ReadonlyMap<string, ReadonlySet<string>> => {
    const found = new Map<string, Set<string>>();
    for (const [name, network] of Object.entries(networks)) {
      for (const place of network[key]) found.set(place, (found.get(place) ?? new Set()).add(name));
    }
    return found;
  };
  const endpoints = names('vpcEndpoints');
  const services = names('services');
  const addresses = new Map<string, ReadonlySet<string>>();

  const networksOfAddress = (ip: string): ReadonlySet<string> => {
    const known = addresses.get(ip);
    if (known) return known;
    if (addresses.size >= addressesRemembered) addresses.clear();
    // Anonymised records hold addresses that no parser takes; they lie in no network.
    const address = ipaddr.isValid(ip) ? ipaddr.process(ip) : undefined;
    const found = new Set(
      ranges
        .filter(({ range }) => address?.kind() === range[0].kind() && address.match(range))
        .map(({ name }) => name),
    );
    addresses.set(ip, found);
    return found;
  };
  const networksOf = (origin: Origin): ReadonlySet<string> | undefined => {
    if ('vpcEndpoint' in origin) return endpoints.get(origin.vpcEndpoint);
    if ('service' in origin) return services.get(origin.service);
    return networksOfAddress(origin.ip);
  };
  return {
    isIn(origin, wanted) {
      const found = networksOf(origin);
      return found !== undefined && wanted.some((name) => found.has(name));
    },
    describe(name) {
      const network = networks[name];
      const parts = network ? [...network.cidrs, ...network.vpcEndpoints, ...network.services] : [];
      const hidden = parts.length - partsShown;
      return `${name} (${parts.slice(0, partsShown).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''})`;
    },
  };
}
