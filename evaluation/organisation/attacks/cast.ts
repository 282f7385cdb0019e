import type { IamUser, Machine } from '../inventory/machines.ts';
import type { Person } from '../inventory/people.ts';
import type { Service } from '../inventory/services.ts';
import type { World } from '../inventory/world.ts';
import { hostingAddress } from '../networks.ts';
import { type Stream, streamOf } from '../random.ts';

/** Hands out actors and attackers' networks, each one once as long as there are others. */
export class Cast {
  readonly #world: World;
  readonly #stream: Stream;
  readonly #busy = new Set<string>();
  #attackers = 0;

  constructor(world: World) {
    this.#world = world;
    this.#stream = streamOf(world.seed, 'cast');
  }

  service(suits: (service: Service) => boolean): Service {
    const settled = (service: Service): boolean =>
      service.startsOnDay === 0 && !this.#world.plan.refusals.has(service.index);
    return this.#take(
      this.#world.services,
      [(service) => settled(service) && suits(service)],
      [settled, () => true],
      (service) => service.role.arn,
    );
  }

  /** Somebody with a history, who has a role in that account where one is given. */
  person(suits: (person: Person) => boolean, account?: string): Person {
    const settled = (person: Person): boolean =>
      person.joinsOnDay === 0 &&
      person.familiar.length > 0 &&
      !person.isNightOwl &&
      (account === undefined || person.roles.has(account));
    return this.#take(
      this.#world.people,
      [
        (person) => settled(person) && person.touchesPerDay >= 0.1 && suits(person),
        (person) => settled(person) && suits(person),
      ],
      [settled, (person) => account === undefined || person.roles.has(account)],
      (person) => person.email,
    );
  }

  administrator(account: string): Person {
    return this.person(({ set, roles }) => set === 'PlatformAdmin' && roles.has(account), account);
  }

  user(): IamUser {
    const usable = (user: IamUser): boolean => user.secrets.length > 0;
    return this.#take(
      this.#world.machines.users,
      [(user) => usable(user) && user.account === this.#world.accounts.prod, usable],
      [() => true],
      ({ arn }) => arn,
    );
  }

  /** One of several machines of a kind: Terraform's, CI's. */
  machine<T extends Machine>(all: readonly T[], suits: (machine: T) => boolean = () => true): T {
    const usable = (machine: T): boolean => machine.secrets.length > 0;
    return this.#take(
      all,
      [(machine) => usable(machine) && suits(machine)],
      [usable, () => true],
      ({ role }) => role.arn,
    );
  }

  /** Addresses of one attacker, all in one block that nobody else uses. */
  attackersNetwork(): string {
    this.#attackers += 1;
    return hostingAddress(this.#attackers, this.#stream);
  }

  /**
   * Who is free and meets the first of `demands` that anybody meets; where nobody is free, one who has been on already;
   * and only then somebody who is merely possible.
   */
  #take<T>(
    all: readonly T[],
    demands: readonly ((one: T) => boolean)[],
    possible: readonly ((one: T) => boolean)[],
    nameOf: (one: T) => string,
  ): T {
    const free = all.filter((one) => !this.#busy.has(nameOf(one)));
    for (const wishes of [demands, possible])
      for (const candidates of [free, all])
        for (const wish of wishes) {
          const suitable = candidates.filter(wish);
          if (suitable.length === 0) continue;
          const taken = this.#stream.pick(suitable);
          this.#busy.add(nameOf(taken));
          return taken;
        }
    throw new RangeError('this organisation is too small for the attack');
  }
}
