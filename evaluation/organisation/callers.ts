import { cloudShell } from './agents.ts';
import { dayOf, hour } from './calendar.ts';
import type { Caller } from './calls.ts';
import { assumedRole, iamUser, type Role, sessionArn, sessionKey } from './identities.ts';
import type { IamUser, Machine } from './inventory/machines.ts';
import { browserOf, homeOf, type Person, personArn, type Tool } from './inventory/people.ts';
import { agentAt, type Service } from './inventory/services.ts';
import type { World } from './inventory/world.ts';
import { cloudAddress, natAddress } from './networks.ts';
import { choiceOf, streamOf } from './random.ts';

/**
 * Who calls, as a function of the principal and the moment alone: whoever steals a session gets, with the same
 * arguments, just the session that its owner goes on using.
 */

const keyLife = 6 * hour;

/**
 * @param slot which of the tasks, instances or pods that run side by side
 * @param start when a short-lived one started; long-lived ones know by themselves
 */
export function serviceCaller(
  world: World,
  service: Service,
  at: number,
  slot: number,
  start: number = at,
): Caller {
  const { seed, calendar, networks } = world;
  const { account, region, role, name } = service;
  const day = dayOf(calendar, at);
  const agent = agentAt(service, calendar, at);
  const nat = (): string => natAddress(networks, account, region, day, service.index + slot);
  const made = (
    session: string,
    key: string,
    created: number,
    address: string,
    traits: Parameters<typeof assumedRole>[4] = {},
  ): Caller => ({
    account,
    region,
    arn: sessionArn(role, session),
    identity: assumedRole(role, session, key, created, traits),
    address,
    agent,
    vpcEndpointId: service.endpointId,
  });
  switch (service.kind) {
    case 'task':
    case 'injected': {
      const task = streamOf(seed, 'task', service.index, slot, start).hex(32);
      return made(task, sessionKey(seed, service.index, slot, start), start, nat(), taskScope(service, task));
    }
    case 'function':
    case 'function-in-vpc': {
      const address =
        service.kind === 'function'
          ? cloudAddress(service.regionIndex, streamOf(seed, 'sandbox', service.index, start))
          : nat();
      return made(name, sessionKey(seed, service.index, start), start - 2, address, {
        scope: ['AWS::Lambda::Function', `arn:aws:lambda:${region}:${account}:function:${name}`],
      });
    }
    case 'fleet': {
      const instance = instanceOf(world, service, day, slot);
      const turn = Math.floor(at / keyLife);
      return made(instance, sessionKey(seed, instance, turn), turn * keyLife + 60 * slot, nat(), {
        ec2RoleDelivery: '2.0',
        scope: ['AWS::EC2::Instance', `arn:aws:ec2:${region}:${account}:instance/${instance}`],
      });
    }
    case 'pod': {
      const provider = `arn:aws:iam::${account}:oidc-provider/oidc.eks.${region}.amazonaws.com/id/${streamOf(seed, 'cluster', account, region).hex(32).toUpperCase()}`;
      return made(`botocore-session-${start}`, sessionKey(seed, service.index, slot, start), start, nat(), {
        federatedProvider: provider,
      });
    }
    case 'cached':
    case 'endpoint': {
      const task = longTaskOf(world, service, day, slot);
      const turn = Math.floor(at / keyLife);
      const address =
        service.kind === 'endpoint'
          ? `10.${service.index % 200}.${(day * 7 + slot) % 250}.${20 + slot}`
          : nat();
      return made(
        task,
        sessionKey(seed, task, turn),
        turn * keyLife + 90 * slot,
        address,
        taskScope(service, task),
      );
    }
  }
}

const taskScope = (service: Service, task: string): { scope: readonly [string, string] } => ({
  scope: ['AWS::ECS::Task', `arn:aws:ecs:${service.region}:${service.account}:task/${service.team}/${task}`],
});

/** Instances are replaced every one to three weeks. */
function instanceOf(world: World, service: Service, day: number, slot: number): string {
  const life = 7 + (choiceOf(world.seed, 'life', service.index, slot) % 15);
  const generation = Math.floor((day + (choiceOf(world.seed, 'phase', service.index, slot) % life)) / life);
  return `i-0${streamOf(world.seed, 'instance', service.index, slot, generation).hex(16)}`;
}

/** Tasks that live for days. */
function longTaskOf(world: World, service: Service, day: number, slot: number): string {
  const generation = Math.floor((day + (choiceOf(world.seed, 'phase', service.index, slot) % 5)) / 5);
  return streamOf(world.seed, 'long-task', service.index, slot, generation).hex(32);
}

export type Place = 'office' | 'vpn' | 'home' | { readonly address: string };

export interface Sitting {
  readonly account: string;
  readonly region: string;
  readonly place: Place;
  readonly tool: Tool;
  /** When the credentials were given out; with the person and the account it makes the key. */
  readonly signedInAt: number;
}

/** A person of Identity Center at work. */
export function personCaller(world: World, person: Person, at: number, sitting: Sitting): Caller {
  const { seed, calendar } = world;
  const role = person.roles.get(sitting.account);
  if (role === undefined) throw new RangeError(`${person.email} has no role in ${sitting.account}`);
  const { account, region, tool, signedInAt } = sitting;
  const day = dayOf(calendar, at);
  return {
    account,
    region,
    arn: personArn(person, account),
    identity: assumedRole(
      role,
      person.email,
      sessionKey(seed, 'person', person.index, account, tool, signedInAt),
      signedInAt,
      { hasMfa: person.hasMfa },
    ),
    address:
      tool === 'cloudshell'
        ? cloudAddress(world.regions.indexOf(region), streamOf(seed, 'cloudshell', person.index, signedInAt))
        : addressOf(world, person, day, sitting.place),
    agent:
      tool === 'console'
        ? browserOf(seed, person, day)
        : tool === 'cli'
          ? person.commandLine
          : cloudShell(streamOf(seed, 'cloudshell-version', Math.floor(day / 30))),
    ...(tool === 'console' ? { isConsole: true } : {}),
  };
}

export function addressOf(world: World, person: Person, day: number, place: Place): string {
  if (typeof place === 'object') return place.address;
  const { networks, seed } = world;
  const choice = choiceOf(seed, 'egress', person.index, day);
  if (place === 'home') return homeOf(seed, person, day);
  const addresses = place === 'vpn' ? networks.vpn : (networks.offices[person.office] ?? []);
  return addresses[choice % addresses.length] as string;
}

/** A session of a role that is neither a service's nor a person's. */
export const roleCaller = (
  world: World,
  role: Role,
  region: string,
  session: string,
  created: number,
  address: string,
  agent: Caller['agent'],
  traits: Parameters<typeof assumedRole>[4] = {},
): Caller => ({
  account: role.account,
  region,
  arn: sessionArn(role, session),
  identity: assumedRole(role, session, sessionKey(world.seed, role.arn, session, created), created, traits),
  address,
  agent,
});

export const machineCaller = (
  world: World,
  machine: Machine,
  session: string,
  created: number,
  address: string,
  traits: Parameters<typeof assumedRole>[4] = {},
): Caller =>
  roleCaller(world, machine.role, machine.region, session, created, address, machine.agent, traits);

/** Terraform runs on the organisation's own runners. */
export const terraformCaller = (world: World, machine: Machine, startedAt: number): Caller =>
  machineCaller(world, machine, `terraform-${startedAt}`, startedAt, world.networks.runners);

/** CI with hosted runners signs in with a token of its own provider. */
export const ciCaller = (world: World, machine: Machine, startedAt: number, address: string): Caller =>
  machineCaller(world, machine, 'GitHubActions', startedAt, address, {
    federatedProvider: `arn:aws:iam::${machine.account}:oidc-provider/token.actions.githubusercontent.com`,
  });

/** External Secrets and its like run as pods for weeks and renew their session every hour. */
export const syncCaller = (world: World, machine: Machine, at: number): Caller => {
  const turn = Math.floor(at / hour) * hour;
  const day = dayOf(world.calendar, at);
  return machineCaller(
    world,
    machine,
    String(turn * 1_000_000_000 + choiceOf(world.seed, machine.name, turn)),
    turn,
    natAddress(world.networks, machine.account, machine.region, day, machine.name.length),
    {
      federatedProvider: `arn:aws:iam::${machine.account}:oidc-provider/oidc.eks.${machine.region}.amazonaws.com/id/${streamOf(world.seed, 'cluster', machine.account, machine.region).hex(32).toUpperCase()}`,
    },
  );
};

export function userCaller(world: World, user: IamUser, day: number): Caller {
  const office = world.networks.offices[0] ?? [];
  return {
    account: user.account,
    region: user.region,
    arn: user.arn,
    identity: iamUser(user.account, user.name, user.principalId, user.accessKeyId),
    address: {
      office: office[choiceOf(world.seed, 'rack', user.name, Math.floor(day / 40)) % office.length] as string,
      vendor: user.vendorAddress,
      runners: world.networks.runners,
    }[user.place],
    agent: user.agent,
  };
}
