import { privateBoto3 } from '../agents.ts';
import { dayOf, hour, isWorkday, minute, momentOf, startOf } from '../calendar.ts';
import { type Place, personCaller, serviceCaller, userCaller } from '../callers.ts';
import type { Caller } from '../calls.ts';
import type { IamUser } from '../inventory/machines.ts';
import { onCall, type Person, type Tool } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import type { Service } from '../inventory/services.ts';
import { underName, type World } from '../inventory/world.ts';
import type { Grade } from '../labels.ts';
import { isRecurring, startsOn } from '../peace/services.ts';
import { type Stream, streamOf } from '../random.ts';
import type { Pen } from '../secret-calls.ts';
import type { Cast } from './cast.ts';

/** What an attack is told to be, and tells of itself. */
export interface Told {
  readonly story: string;
  readonly actor: string;
  readonly outsideContract: boolean;
  readonly unfindable?: string;
}

export interface Scenario {
  /** How many days from its first to its last record, at the most. */
  readonly span: Readonly<Record<Grade, number>>;
  play(scene: Scene): Told;
}

/** Where one attack takes place. */
export interface Scene {
  readonly world: World;
  readonly grade: Grade;
  readonly pen: Pen;
  readonly stream: Stream;
  readonly cast: Cast;
  /** Not before this day. */
  readonly day: number;
}

export const withinDays = (easy: number, middle: number, hard: number): Readonly<Record<Grade, number>> => ({
  easy,
  middle,
  hard,
});

/** Any moment of the scene's day. */
export const anyMoment = (scene: Scene): number =>
  startOf(scene.world.calendar, scene.day) + scene.stream.int(hour, 22 * hour);

/** A working hour in the actor's zone, on the first workday from `day` on that the person does not spend on a trip. */
export function workingMoment(scene: Scene, person?: Person, day: number = scene.day): number {
  const { calendar } = scene.world;
  let localDay = day;
  const isAway = (candidate: number): boolean =>
    !isWorkday(calendar, candidate) ||
    (person?.trips ?? []).some(({ from, to }) => candidate >= from && candidate <= to);
  // Near the end of the period the workdays before the day must do.
  while (isAway(localDay) && localDay < calendar.days - 1) localDay += 1;
  while (isAway(localDay) && localDay > 0) localDay -= 1;
  const minuteOfDay = scene.stream.int(9 * 60 + 30, 16 * 60);
  return momentOf(calendar, person?.zone ?? 'Europe/Berlin', localDay, minuteOfDay);
}

/** Between half past two and half past four at the actor's, in a week without duty. */
export function nightMoment(scene: Scene, person: Person): number {
  const { world, stream } = scene;
  // Night in India is still the day before in UTC.
  let localDay = scene.day + 1;
  const isOnCall = (day: number): boolean =>
    [day - 1, day].some((night) => onCall(world.seed, world.people, night).includes(person));
  while (isOnCall(localDay) && localDay < world.calendar.days - 2) localDay += 1;
  while (isOnCall(localDay) && localDay > 1) localDay -= 1;
  return momentOf(world.calendar, person.zone, localDay, stream.int(150, 270));
}

/** Where this person mostly works. */
export function usualPlace(person: Person): Place {
  const [office, vpn, home] = person.places;
  if (home >= office && home >= vpn) return 'home';
  return office >= vpn ? 'office' : 'vpn';
}

export const personAt = (
  scene: Scene,
  person: Person,
  at: number,
  account: string,
  region: string,
  how: { place?: Place; tool?: Tool } = {},
): Caller =>
  personCaller(scene.world, person, at, {
    account,
    region,
    place: how.place ?? usualPlace(person),
    tool: how.tool ?? person.tools[0] ?? 'console',
    signedInAt: at - 12 * minute,
  });

/** The session that a service has at a moment: one that its peaceful life shows too. */
export function sessionAt(world: World, service: Service, at: number): Caller {
  if (isRecurring(service)) return serviceCaller(world, service, at, 0);
  const today = dayOf(world.calendar, at);
  for (let day = today; day > today - 5 && day >= 0; day -= 1) {
    const before = startsOn(world, service, day, streamOf(world.seed, 'service', service.index, day))
      .filter((start) => start.at < at - minute)
      .sort((a, b) => b.at - a.at)[0];
    if (before !== undefined)
      return {
        ...serviceCaller(world, service, before.at, before.slot, before.at),
        agent: serviceCaller(world, service, at, before.slot, before.at).agent,
      };
  }
  return serviceCaller(world, service, at, 0, at - 3 * hour);
}

/** The same credentials in other hands. */
export const stolen = (caller: Caller, address: string, agent: Caller['agent'] = caller.agent): Caller => ({
  ...caller,
  address,
  agent,
  vpcEndpointId: undefined,
});

export const userAt = (scene: Scene, user: IamUser, at: number): Caller =>
  userCaller(scene.world, user, dayOf(scene.world.calendar, at));

/** A secret under the name that it has at that time. */
export const namedAt = ({ world }: Scene, secret: Secret, at: number): Secret =>
  underName(world, secret, dayOf(world.calendar, at));

/** A program on a rented machine: nothing that names an attacker, nothing that the organisation runs. */
export const rentedMachine = (stream: Stream): string =>
  privateBoto3(
    `linux#5.15.0-${stream.int(70, 120)}-generic md/arch#x86_64`,
    `3.10.${stream.int(6, 14)}`,
    `1.${stream.int(28, 33)}.${stream.int(0, 99)}`,
  );

/** Secrets in use of an account, without those of one team and those given; of one Region where one is given. */
export function otherSecrets(
  scene: Scene,
  count: number,
  where: { account: string; region?: string; notOf?: string; except?: readonly Secret[] },
): Secret[] {
  const { world, stream } = scene;
  const suits = (secret: Secret): boolean =>
    (secret.use === 'services' || secret.use === 'people') &&
    secret.createdOnDay === 0 &&
    secret !== world.plan.rename?.from &&
    secret.account === where.account &&
    !(where.except ?? []).includes(secret);
  const strict = world.secrets.filter(
    (secret) =>
      suits(secret) &&
      secret.owner !== where.notOf &&
      (where.region === undefined || secret.region === where.region),
  );
  if (strict.length > 0) return stream.sample(strict, count);
  // In small organisations there may be no others; then some secret must do.
  const loose = world.secrets.filter(suits);
  return stream.sample(
    loose.length > 0 ? loose : world.secrets.filter(({ use }) => use === 'services'),
    count,
  );
}

/** One secret, the one that suits best by the first demand that any meets. */
export function oneSecret(scene: Scene, ...demands: readonly ((secret: Secret) => boolean)[]): Secret {
  const { world, stream } = scene;
  const all = world.secrets.filter(
    (secret) => secret.createdOnDay === 0 && !secret.isDecoy && secret !== world.plan.rename?.from,
  );
  for (const demand of demands) {
    const found = all.filter(demand);
    if (found.length > 0) return stream.pick(found);
  }
  return stream.pick(all);
}
