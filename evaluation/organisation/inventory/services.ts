import * as agents from '../agents.ts';
import { type Calendar, dayOf } from '../calendar.ts';
import { type Role, roleOf } from '../identities.ts';
import { type Stream, streamOf } from '../random.ts';
import type { Secret } from './secrets.ts';

/**
 * How software comes by its secrets:
 * `task` and `injected` when an ECS task starts, by the task role or by the execution role; `function` and
 * `function-in-vpc` at the cold start of a Lambda function, from an address of AWS or a NAT gateway; `fleet` by EC2
 * instances, at boot and again every few hours; `cached` every hour by long-lived tasks; `pod` when a pod of EKS starts
 * (IRSA); `endpoint` through a VPC endpoint.
 */
export type ServiceKind =
  | 'task'
  | 'injected'
  | 'function'
  | 'function-in-vpc'
  | 'fleet'
  | 'cached'
  | 'pod'
  | 'endpoint';

export interface Service {
  readonly index: number;
  readonly name: string;
  readonly kind: ServiceKind;
  readonly account: string;
  readonly region: string;
  readonly regionIndex: number;
  readonly team: string;
  readonly role: Role;
  readonly secrets: readonly Secret[];
  /** Names of SecureString parameters that it reads at each start. */
  readonly parameters: readonly string[];
  readonly byArn: boolean;
  readonly startsOnDay: number;
  /** Two user agents, and the day on which the second one is deployed. */
  readonly agents: readonly [string, string];
  readonly upgradeDay: number;
  /** Starts a day beside deploys and restarts: autoscaling, cold starts. */
  readonly startsPerDay: number;
  /** Minute of the UTC day of a nightly restart. */
  readonly nightlyMinute?: number;
  /** Tasks, instances or pods that run side by side. */
  readonly slots: number;
  /** For `fleet`, `cached` and `endpoint`: hours between reads. */
  readonly everyHours: number;
  /** The caching client of Java asks DescribeSecret first. */
  readonly describesFirst: boolean;
  /** Reads all its secrets by one BatchGetSecretValue: by their names, or by a filter on its tag. */
  readonly batch?: 'names' | 'tag';
  readonly endpointId?: string;
}

const components = ['', '-worker', '-events', '-jobs', '-webhooks', '-sync', '-export', '-admin', '-stream'];

export function servicesOf(
  seed: number,
  count: number,
  calendar: Calendar,
  regions: readonly string[],
  secrets: readonly Secret[],
): Service[] {
  const stream = streamOf(seed, 'services');
  const consumed = stream.shuffled(secrets.filter(({ use }) => use === 'services'));
  const observability = secrets.find(({ name }) => name === 'observability/ingest-key');
  const newcomers = Math.round(calendar.days / 10);
  const names = new Set<string>();
  return Array.from({ length: count }, (_, index): Service => {
    const first = consumed[index % consumed.length] as Secret;
    const isNewcomer = index >= count - newcomers;
    const startsOnDay = isNewcomer
      ? Math.max(first.createdOnDay, stream.int(2, Math.max(3, calendar.days - 4)))
      : first.createdOnDay;
    const kind = stream.weighted<ServiceKind>([
      ['task', 26],
      ['injected', 14],
      ['function', 17],
      ['function-in-vpc', 13],
      ['fleet', 7],
      ['cached', 6],
      ['pod', 12],
      ['endpoint', 3],
    ]);
    const name = freeName(stream, names, first.application);
    const own = secrets.filter(
      (secret) =>
        secret !== first &&
        secret.use === 'services' &&
        secret.account === first.account &&
        secret.region === first.region &&
        secret.owner === first.owner &&
        secret.createdOnDay <= startsOnDay,
    );
    const others = stream.sample(own, kind === 'cached' || kind === 'endpoint' ? 0 : stream.int(0, 2));
    const isObserved =
      observability !== undefined &&
      first !== observability &&
      first.account === observability.account &&
      first.region === observability.region &&
      (kind === 'task' || kind === 'injected') &&
      stream.chance(0.35);
    return {
      index,
      name,
      kind,
      account: first.account,
      region: first.region,
      regionIndex: regions.indexOf(first.region),
      team: first.owner,
      role: roleOf(seed, first.account, roleNameOf(name, kind)),
      secrets: [first, ...others, ...(isObserved ? [observability] : [])],
      parameters:
        stream.chance(0.07) && kind !== 'injected'
          ? Array.from({ length: stream.int(1, 4) }, (_unused, number) => `/${name}/setting-${number + 1}`)
          : [],
      byArn: kind === 'injected' || stream.chance(0.4),
      startsOnDay,
      ...agentsOf(stream, kind),
      upgradeDay: stream.int(1, Math.round(calendar.days * 1.6)),
      startsPerDay: startsOf(stream, kind),
      ...(stream.chance(kind === 'task' || kind === 'injected' ? 0.3 : 0)
        ? { nightlyMinute: stream.int(60, 300) }
        : {}),
      slots: kind === 'fleet' ? stream.int(2, 4) : kind === 'cached' ? stream.int(1, 2) : stream.int(1, 4),
      everyHours: kind === 'fleet' ? stream.pick([6, 8, 12]) : kind === 'endpoint' ? 2 : 1,
      ...batchOf(index, kind),
      ...(kind === 'endpoint' ? { endpointId: `vpce-0${stream.hex(16)}` } : {}),
    };
  });
}

/** Which services read in batches must not hang on chance: there are three, and one of them by tag. */
function batchOf(index: number, kind: ServiceKind): Pick<Service, 'batch'> {
  if (kind === 'injected' || kind === 'cached') return {};
  if (index >= 2 && index <= 4) return { batch: 'names' };
  return index >= 5 && index <= 6 ? { batch: 'tag' } : {};
}

function freeName(stream: Stream, taken: Set<string>, application: string): string {
  for (const component of [stream.pick(components), ...stream.shuffled(components)]) {
    const name = `${application}${component}`;
    if (!taken.has(name)) {
      taken.add(name);
      return name;
    }
  }
  const name = `${application}-${taken.size}`;
  taken.add(name);
  return name;
}

const roleNameOf = (name: string, kind: ServiceKind): string =>
  ({
    task: `${name}-task`,
    injected: `${name}-execution`,
    function: `${name}-lambda`,
    'function-in-vpc': `${name}-lambda`,
    fleet: `${name}-instance`,
    cached: `${name}-task`,
    pod: `eks-${name}`,
    endpoint: `${name}-task`,
  })[kind];

function startsOf(stream: Stream, kind: ServiceKind): number {
  const most: Readonly<Record<ServiceKind, number>> = {
    task: 2.4,
    injected: 1.6,
    function: 7,
    'function-in-vpc': 7,
    fleet: 0,
    cached: 0,
    pod: 4,
    endpoint: 0,
  };
  return most[kind] * (0.3 + 0.7 * stream.fraction());
}

function agentsOf(stream: Stream, kind: ServiceKind): Pick<Service, 'agents' | 'describesFirst'> {
  if (kind === 'injected') return twoOf(stream, agents.agents.ecsAgent, false);
  if (kind === 'function' || kind === 'function-in-vpc')
    return twoOf(stream, stream.pick([agents.agents.boto3Lambda, agents.agents.nodeLambda]), false);
  if (kind === 'cached' && stream.chance(0.4)) return twoOf(stream, agents.agents.javaCache, true);
  const { boto3, node, java, go } = agents.agents;
  return twoOf(stream, stream.pick([boto3, node, java, go]), false);
}

const twoOf = (
  stream: Stream,
  agent: (stream: Stream) => string,
  describesFirst: boolean,
): Pick<Service, 'agents' | 'describesFirst'> => ({ agents: [agent(stream), agent(stream)], describesFirst });

export const agentAt = (service: Service, calendar: Calendar, at: number): string =>
  service.agents[dayOf(calendar, at) >= service.upgradeDay ? 1 : 0];
