import { type Stream, streamOf } from './random.ts';

/**
 * Who uses which addresses. The blocks for documentation (RFC 5737, RFC 6676, RFC 3849) are too few for an
 * organisation, so those for benchmarking (RFC 2544) and for carriers (RFC 6598) play the public ones as well.
 *
 * | block | plays |
 * |---|---|
 * | 203.0.113.0/24, 233.252.0.0/24 | the two offices |
 * | 192.0.2.0/24 | the VPN |
 * | 198.18.0.0/16 | the cloud: 64 blocks of /24 for each Region, for NAT gateways, CloudShell and functions |
 * | 198.19.0.0/18 | hosted CI runners |
 * | 198.19.64.0/18 | vendors |
 * | 198.19.128.0/17, 198.51.100.0/24 | hosting and anonymising services, where attackers sit |
 * | 100.64.0.0/11, 2001:db8:1000::/36 | homes |
 * | 100.96.0.0/12, 100.112.0.0/13 | mobile carriers, hotels |
 * | 100.120.0.0/13 | homes of people who do not belong to the organisation |
 */
export interface Networks {
  readonly offices: readonly (readonly string[])[];
  readonly vpn: readonly string[];
  /** By `account/region`. */
  readonly pools: ReadonlyMap<string, NatPool>;
  /** The one address behind which the self-hosted runners are. */
  readonly runners: string;
  readonly natChanges: readonly NatChange[];
}

/** NAT gateways of one account in one Region: a list for each zone, oldest first; the last one whose day came holds. */
export interface NatPool {
  readonly zones: readonly { readonly fromDay: number; readonly address: string }[][];
}

export interface NatChange {
  readonly day: number;
  readonly account: string;
  readonly region: string;
  readonly address: string;
  readonly what: string;
}

export function networksOf(
  seed: number,
  days: number,
  accounts: readonly string[],
  regions: readonly string[],
): Networks {
  const stream = streamOf(seed, 'networks');
  const office = (block: string, count: number): string[] =>
    stream.sample(
      Array.from({ length: 60 }, (_, index) => `${block}.${index + 10}`),
      count,
    );
  const pools = new Map<string, { fromDay: number; address: string }[][]>();
  for (const account of accounts) {
    regions.forEach((region, index) => {
      const zones = Array.from({ length: stream.int(2, 3) }, () => [
        { fromDay: 0, address: cloudAddress(index, stream) },
      ]);
      pools.set(`${account}/${region}`, zones);
    });
  }
  const natChanges: NatChange[] = [];
  const changes = Math.max(1, Math.round(days / stream.int(16, 26)));
  for (let change = 0; change < changes; change += 1) {
    const account = stream.pick(accounts);
    const regionIndex = stream.chance(0.7) ? 0 : stream.int(0, regions.length - 1);
    const region = regions[regionIndex] as string;
    const zones = pools.get(`${account}/${region}`) ?? [];
    const day = stream.int(3, Math.max(4, days - 3));
    const isSameBlock = stream.chance(0.5);
    const old = zones[0]?.[0]?.address ?? '';
    const address = isSameBlock
      ? old.replace(/\d+$/, String(stream.int(1, 254)))
      : cloudAddress(regionIndex, stream);
    const isNew = stream.chance(0.5);
    if (isNew) zones.push([{ fromDay: day, address }]);
    else zones[stream.int(0, zones.length - 1)]?.push({ fromDay: day, address });
    const what = `a NAT gateway is ${isNew ? 'added' : 'replaced'} in ${region}: ${address}, in ${isSameBlock ? 'a known' : 'a new'} /24`;
    natChanges.push({ day, account, region, address, what });
  }
  for (const zones of pools.values()) for (const zone of zones) zone.sort((a, b) => a.fromDay - b.fromDay);
  return {
    offices: [office('203.0.113', 3), office('233.252.0', 2)],
    vpn: office('192.0.2', 4),
    pools: new Map([...pools].map(([key, zones]) => [key, { zones }])),
    runners: cloudAddress(0, stream),
    natChanges,
  };
}

/** Behind which NAT gateway something is on a day; `place` stands for the subnet that it runs in. */
export function natAddress(
  networks: Networks,
  account: string,
  region: string,
  day: number,
  place: number,
): string {
  const zones = networks.pools.get(`${account}/${region}`)?.zones ?? [];
  const open = zones.filter((zone) => (zone[0]?.fromDay ?? 0) <= Math.max(0, day));
  const zone = open[place % Math.max(1, open.length)] ?? [];
  const now = zone.findLast(({ fromDay }) => fromDay <= Math.max(0, day)) ?? zone[0];
  if (!now) throw new RangeError(`no NAT gateway in ${account}/${region}`);
  return now.address;
}

/** All addresses that NAT gateways of the organisation ever have. */
export const natAddresses = (networks: Networks): string[] =>
  [...networks.pools.values()].flatMap(({ zones }) => zones.flat().map(({ address }) => address));

/** An address of the cloud in a Region: as functions and CloudShell have them, from many blocks. */
export const cloudAddress = (regionIndex: number, stream: Stream): string =>
  `198.18.${(regionIndex % 4) * 64 + stream.int(0, 63)}.${stream.int(1, 254)}`;

/** An address of the cloud in a Region, in a block where the organisation has no gateway. */
export function foreignCloudAddress(networks: Networks, regionIndex: number, stream: Stream): string {
  const known = new Set([...natAddresses(networks), networks.runners].map(blockOf));
  let address = cloudAddress(regionIndex, stream);
  while (known.has(blockOf(address))) address = cloudAddress(regionIndex, stream);
  return address;
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one. */
export const blockOf = (address: string): string =>
  address.includes(':') ? (address.split('::')[0] ?? address) : address.slice(0, address.lastIndexOf('.'));

export const hostedRunnerAddress = (stream: Stream): string =>
  `198.19.${stream.int(0, 63)}.${stream.int(1, 254)}`;

export const vendorAddress = (stream: Stream): string =>
  `198.19.${stream.int(64, 127)}.${stream.int(1, 254)}`;

export const mobileAddress = (stream: Stream): string =>
  `100.${stream.int(96, 111)}.${stream.int(0, 255)}.${stream.int(1, 254)}`;

export const hotelAddress = (stream: Stream): string =>
  `100.${stream.int(112, 119)}.${stream.int(0, 255)}.${stream.int(1, 254)}`;

/** One home line; `line` is its number among all lines of the organisation. */
export function homeAddress(line: number, stream: Stream, isIpv6: boolean): string {
  // The prefix of a line stays; the host part of IPv6 changes each day (RFC 8981), that of IPv4 does not.
  if (isIpv6) return `2001:db8:${(0x1000 + line).toString(16)}:0::${stream.hex(4)}:${stream.hex(4)}`;
  return `100.${64 + ((line >> 8) & 31)}.${line & 255}.${10 + (line % 200)}`;
}

/** A hosting provider's block; each attacker has another one. */
export const hostingAddress = (attacker: number, stream: Stream): string =>
  attacker % 9 === 8
    ? `198.51.100.${stream.int(1, 254)}`
    : `198.19.${128 + (attacker % 128)}.${stream.int(1, 254)}`;

/** A home line of somebody who does not belong to the organisation. */
export const strangersHomeAddress = (stream: Stream): string =>
  `100.${stream.int(120, 127)}.${stream.int(0, 255)}.${stream.int(1, 254)}`;
