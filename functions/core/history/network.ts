import ipaddr from 'ipaddr.js';
import type { Origin } from '../model/access-event.ts';

/**
 * Addresses are remembered by block, because providers hand out neighbours: /24 for IPv4, /48 (what a site gets, RFC
 * 6177) for IPv6. A VPC endpoint is a network of its own. A call that a service made has none.
 */
export function networkOf(origin: Origin | null): string | undefined {
  if (!origin || 'service' in origin) return undefined;
  if ('vpcEndpoint' in origin) return origin.vpcEndpoint;
  const known = blocks.get(origin.ip);
  if (known !== undefined) return known;
  if (blocks.size >= blocksRemembered) blocks.clear();
  const block = blockOf(origin.ip);
  blocks.set(origin.ip, block);
  return block;
}

const blocks = new Map<string, string>();
const blocksRemembered = 50_000;

/** Anonymised records hold addresses that no parser takes, such as `000.00.00.00`: these stand for themselves. */
function blockOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  const length = address.kind() === 'ipv4' ? 24 : 48;
  const network =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${length}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${address}/${length}`);
  return `${network}/${length}`;
}
