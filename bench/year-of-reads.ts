import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { AccessEvent, Actor, Agent, Origin, SecretRef } from '../functions/core/model/access-event.ts';

export interface YearOptions {
  readonly secrets: number;
  readonly principals: number;
  /** Pairs of principal and secret, all of them in use to the end. */
  readonly pairs: number;
  readonly reads: number;
  readonly days?: number;
  readonly seed?: number;
}

interface Principal {
  readonly kind: 'service' | 'person' | 'ci';
  readonly actor: Actor;
  readonly agents: readonly Agent[];
  readonly origins: readonly Origin[];
  readonly secrets: readonly SecretRef[];
  /** Share of its days on which it reads a secret at all. */
  readonly activity: number;
}

const dayMs = 86_400_000;
const firstDay = Date.parse('2025-03-01T00:00:00Z');
const accounts = ['111122223333', '444455556666'];
const regions = ['eu-west-1', 'us-east-1'];

/**
 * What an organisation reads in a year: services all around the clock from the networks of their own, people in their
 * hours, from home, by VPN and on journeys, CI runners from ever new networks of their provider.
 *
 * @yields deliveries of some thousand events, the days in their order; each holds what some principals did on one day
 */
export function* yearOfReads(options: YearOptions): Generator<AccessEvent[]> {
  const { days = 365, reads, seed = 4 } = options;
  const random = randomOf(seed);
  const principals = hire(options, random);
  const pairs = principals.flatMap((principal) =>
    principal.secrets.map((secret) => ({ principal, secret, activity: pairActivity(principal, random) })),
  );
  const services = pairs.filter(({ principal }) => principal.kind === 'service');
  const others = pairs.filter(({ principal }) => principal.kind !== 'service');
  let serial = 0;
  const read = ({ principal, secret }: Pair, time: number, day: number): AccessEvent => {
    serial += 1;
    const id = `e${String(serial).padStart(35, '0')}`;
    return {
      ...call,
      id,
      key: id,
      time,
      account: secret.account,
      region: secret.region,
      secret,
      actor: principal.actor,
      origin: originOf(principal, random),
      // A new release each quarter, whose platform is another now and then.
      agent: pick(principal.agents, Math.floor(day / 90 + random() * 0.2)),
    };
  };
  yield creations(principals, random);
  for (let day = 0; day < days; day += 1) {
    const start = firstDay + day * dayMs;
    const delivery = irregularReads(others, start, random).map(([pair, time]) => read(pair, time, day));
    const wanted =
      Math.round(((day + 1) * reads) / days) - Math.round((day * reads) / days) - delivery.length;
    yield delivery;
    const active = services.filter(({ activity }) => random() < activity);
    let events: AccessEvent[] = [];
    for (const [index, pair] of active.entries()) {
      const times =
        Math.floor((wanted * (index + 1)) / active.length) - Math.floor((wanted * index) / active.length);
      for (let time = 0; time < times; time += 1) {
        events.push(read(pair, start + Math.floor(random() * dayMs), day));
      }
      if (events.length >= deliverySize || index === active.length - 1) {
        yield events;
        events = [];
      }
    }
  }
}

interface Pair {
  readonly principal: Principal;
  readonly secret: SecretRef;
  readonly activity: number;
}

const deliverySize = 5_000;

/** When people and CI runners read what, on a day. */
function irregularReads(pairs: readonly Pair[], start: number, random: Random): [Pair, number][] {
  const isWorkday = (new Date(start).getUTCDay() + 6) % 7 < 5;
  const reads: [Pair, number][] = [];
  for (const pair of pairs) {
    if (random() > pair.activity * (isWorkday ? 1 : 0.05)) continue;
    const isRunner = pair.principal.kind === 'ci';
    const times = isRunner ? 1 + Math.floor(random() * 5) : 1;
    for (let time = 0; time < times; time += 1) {
      const hour = isRunner ? random() * 24 : 8 + random() * 10;
      reads.push([pair, start + Math.floor(hour * 3_600_000)]);
    }
  }
  return reads;
}

const call = {
  eventSource: 'secretsmanager.amazonaws.com',
  eventName: 'GetSecretValue',
  action: 'read',
  outcome: 'allowed',
  detail: {},
} as const;

type Random = () => number;

function randomOf(seed: number): Random {
  const generator = xoroshiro128plusFromState([seed, seed ^ 0x9e3779b9, 0x243f6a88, 0x85a308d3]);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

function pick<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

const pickAny = <Value>(values: readonly Value[], random: Random): Value =>
  pick(values, Math.floor(random() * values.length));

/** Two services in three work every day; a pair of the others has habits of its own. */
const pairActivity = ({ kind, activity }: Principal, random: Random): number =>
  kind === 'service' ? pick([1, 1, 0.9, 0.6, 1, 0.3], Math.floor(random() * 6)) : activity * random();

function hire({ secrets, principals, pairs }: YearOptions, random: Random): Principal[] {
  const refs = Array.from({ length: secrets }, (_, index): SecretRef => {
    const account = pick(accounts, index % 5 === 0 ? 1 : 0);
    const region = pick(regions, index % 7 === 0 ? 1 : 0);
    return { name: `team-${index % 30}/service-${index}/database`, account, region, arn: null };
  });
  let left = pairs;
  return Array.from({ length: principals }, (_, index) => {
    const share = Math.round(left / (principals - index));
    const spread = Math.min(share - 1, 5);
    const size = index === principals - 1 ? left : share + (index % (2 * spread + 1)) - spread;
    left -= size;
    const first = Math.floor(random() * secrets);
    const own = Array.from({ length: size }, (_, next) => pick(refs, first + next * 7));
    return { ...kindOf(index, random), secrets: own };
  });
}

function kindOf(index: number, random: Random): Omit<Principal, 'secrets'> {
  const account = pick(accounts, index % 5 === 0 ? 1 : 0);
  const share = index % 20;
  if (share < 13) {
    const nats = Array.from({ length: 1 + (index % 3) }, () => ip(natBlocks + Math.floor(random() * 12)));
    return {
      kind: 'service',
      actor: role(account, `service-${index}-task`),
      agents: [agent('boto3 python3.11 linux'), agent('boto3 python3.12 linux')],
      origins: index % 4 === 0 ? [{ vpcEndpoint: `vpce-0${index % 8}a1b2c3d4e5f` }] : nats,
      activity: 1,
    };
  }
  if (share < 18) {
    const set = `AWSReservedSSO_${pick(['Developer', 'OnCall', 'Data'], index)}_0123456789abcdef`;
    const actor: Actor = {
      kind: 'person',
      account,
      principal: `arn:aws:sts::${account}:assumed-role/${set}/person-${index}@example.com`,
      role: `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/${set}`,
    };
    return {
      kind: 'person',
      actor,
      agents: [agent('aws-cli linux'), agent('console'), agent('aws-cli macos')],
      origins: [ip(index), ip(vpnBlocks + (index % 2)), ip(vpnBlocks + (index % 2))],
      activity: 0.3,
    };
  }
  return {
    kind: 'ci',
    actor: role(account, `deploy-${index}`),
    agents: [agent('terraform linux'), agent('aws-cli linux')],
    origins: Array.from({ length: 60 }, (_, runner) => ip(runnerBlocks + ((index * 13 + runner) % 200))),
    activity: 0.7,
  };
}

const role = (account: string, name: string): Actor => ({
  kind: 'role',
  account,
  principal: `arn:aws:iam::${account}:role/${name}`,
});

const agent = (platform: string): Agent => ({
  family: platform.split(' ')[0] ?? '',
  raw: platform,
  platform,
});

/** One address of each block of 256; those of a person's home are numbered like the person. */
const ip = (block: number): Origin => ({ ip: `10.${Math.floor(block / 256)}.${block % 256}.7` });

const natBlocks = 10_000;
const vpnBlocks = 11_000;
const runnerBlocks = 12_000;
const journeyBlocks = 13_000;

/** Of a person one day in 30 a network on a journey. */
const originOf = ({ kind, origins }: Principal, random: Random): Origin =>
  kind === 'person' && random() < 1 / 30
    ? ip(journeyBlocks + Math.floor(random() * 5_000))
    : pickAny(origins, random);

function creations(principals: readonly Principal[], random: Random): AccessEvent[] {
  const [first] = principals;
  if (!first) return [];
  const secrets = new Set(principals.flatMap((principal) => principal.secrets));
  return [...secrets].map((secret, index) => ({
    ...call,
    eventName: 'CreateSecret',
    action: 'create',
    id: `c${index}`,
    key: `c${index}`,
    time: firstDay,
    account: secret.account,
    region: secret.region,
    secret,
    actor: first.actor,
    origin: originOf(first, random),
    agent: pick(first.agents, 0),
  }));
}
