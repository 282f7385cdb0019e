import { dayLength, hour, isWorkday, minute, startOf } from '../calendar.ts';
import { serviceCaller } from '../callers.ts';
import { type Caller, call } from '../calls.ts';
import type { Secret } from '../inventory/secrets.ts';
import type { Service } from '../inventory/services.ts';
import { underName, type World } from '../inventory/world.ts';
import { choiceOf, type Stream, streamOf } from '../random.ts';
import { batch, describe, type Pen, read, refuse } from '../secret-calls.ts';

/** An ordinary day of every service. */
export function writeServices(world: World, log: Pen['log'], day: number): void {
  for (const service of world.services) {
    if (day < service.startsOnDay) continue;
    const ids = streamOf(world.seed, 'service', service.index, day);
    const pen = { log, ids };
    if (isRecurring(service)) writeRecurring(world, pen, service, day);
    else
      for (const { at, slot } of startsOn(world, service, day, ids))
        writeStart(world, pen, service, at, slot);
  }
}

/** A new service begins at nine, two hours after its role was made. */
const beginsAt = (world: World, service: Service): number =>
  startOf(world.calendar, service.startsOnDay) + (service.startsOnDay > 0 ? 9 * hour : 0);

/** Reads by the clock and not at a start. */
export const isRecurring = (service: Service): boolean =>
  service.kind === 'fleet' || service.kind === 'cached' || service.kind === 'endpoint';

/** When a team deploys on a day, if it does: two or three times a week, in working hours. */
export function deployAt(world: World, team: string, day: number): number | undefined {
  if (!isWorkday(world.calendar, day)) return undefined;
  const stream = streamOf(world.seed, 'deploy', team, day);
  return stream.chance(0.42)
    ? startOf(world.calendar, day) + stream.int(8 * 60, 16 * 60) * minute + stream.int(0, 59)
    : undefined;
}

export function startsOn(
  world: World,
  service: Service,
  day: number,
  stream: Stream,
): { at: number; slot: number }[] {
  const midnight = startOf(world.calendar, day);
  const starts: { at: number; slot: number }[] = [];
  const add = (at: number, slot: number): void => {
    starts.push({ at: Math.floor(at), slot });
  };
  const count = stream.count(service.startsPerDay);
  for (let index = 0; index < count; index += 1) {
    // Load follows the customers' day.
    const at = stream.chance(0.7) ? stream.int(7 * hour, 20 * hour) : stream.int(0, dayLength - 1);
    add(midnight + at, stream.int(0, service.slots - 1));
  }
  if (service.nightlyMinute !== undefined)
    add(midnight + service.nightlyMinute * minute + (service.index % 50), 0);
  const isFunction = service.kind === 'function' || service.kind === 'function-in-vpc';
  const deploys = [
    deployAt(world, service.team, day),
    restartAt(world, service, day),
    day === service.startsOnDay && day > 0 ? midnight + stream.int(9 * 60, 15 * 60) * minute : undefined,
  ];
  // Not everything of a team is deployed each time; functions get new code and with it new sandboxes.
  for (const [index, deploy] of deploys.entries()) {
    if (
      deploy === undefined ||
      (index === 0 && choiceOf(world.seed, 'deploys', service.index, day) % 3 === 0)
    )
      continue;
    for (let slot = 0; slot < (isFunction ? 1 : service.slots); slot += 1)
      add(deploy + slot * stream.int(30, 90) + stream.int(0, 200), slot);
  }
  return starts.filter(({ at }) => at >= beginsAt(world, service));
}

function restartAt(world: World, service: Service, day: number): number | undefined {
  const minuteOfDay = world.plan.restarts.get(day);
  return minuteOfDay === undefined || service.account !== world.accounts.prod
    ? undefined
    : startOf(world.calendar, day) + minuteOfDay * minute;
}

function writeRecurring(world: World, pen: Pen, service: Service, day: number): void {
  const midnight = startOf(world.calendar, day);
  for (let slot = 0; slot < service.slots; slot += 1) {
    const offset = choiceOf(world.seed, 'offset', service.index, slot) % (service.everyHours * hour);
    for (let at = midnight + offset; at < midnight + dayLength; at += service.everyHours * hour) {
      if (at < beginsAt(world, service)) continue;
      writeReads(world, pen, service, serviceCaller(world, service, at, slot), at + pen.ids.int(0, 20), day);
    }
    // An autoscaling group boots an instance more by day.
    if (service.kind === 'fleet' && pen.ids.chance(0.15)) {
      const at = midnight + pen.ids.int(9 * hour, 19 * hour);
      writeReads(world, pen, service, serviceCaller(world, service, at, slot), at, day);
    }
  }
}

/** What a task, a function or a pod reads when it starts. */
export function writeStart(world: World, pen: Pen, service: Service, start: number, slot: number): void {
  const caller = serviceCaller(world, service, start, slot, start);
  const day = Math.floor((start - world.calendar.start) / dayLength);
  writeReads(world, pen, service, caller, start + pen.ids.int(1, 9), day);
}

function writeReads(
  world: World,
  pen: Pen,
  service: Service,
  caller: Caller,
  from: number,
  day: number,
): void {
  let at = from;
  const refusal = world.plan.refusals.get(service.index);
  const isRefused = refusal !== undefined && at >= refusal.from && at < refusal.to;
  if (isRefused) {
    const first = service.secrets[0];
    if (first !== undefined)
      refuse(pen, at, caller, service.batch === undefined ? 'GetSecretValue' : 'BatchGetSecretValue', first);
    return;
  }
  const secrets = service.secrets.map((secret) => underName(world, secret, day));
  if (service.batch !== undefined) batch(pen, at, caller, ...batchOf(service, secrets));
  else
    for (const secret of secrets) {
      if (service.describesFirst) describe(pen, at, caller, secret, 'DescribeSecret', service.byArn);
      read(pen, at, caller, secret, { byArn: service.byArn });
      at += pen.ids.int(0, 1);
    }
  if (service.parameters.length > 0) parameters(pen, at, caller, service.parameters);
}

function batchOf(service: Service, secrets: readonly Secret[]): [Record<string, unknown>, readonly Secret[]] {
  const readable = secrets.filter(({ account }) => account === service.account);
  return service.batch === 'names'
    ? [{ secretIdList: readable.map(({ name }) => name) }, readable]
    : [
        { filters: [{ key: 'tag-value', values: [service.secrets[0]?.application ?? service.name] }] },
        readable,
      ];
}

/** SSM GetParameter and GetParameters, with decryption. */
export function parameters(pen: Pen, at: number, caller: Caller, names: readonly string[]): void {
  const resources = names.map((name) => ({
    accountId: caller.account,
    ARN: `arn:aws:ssm:${caller.region}:${caller.account}:parameter${name}`,
  }));
  const [first] = names;
  if (names.length === 1 && first !== undefined)
    call(
      pen.log,
      pen.ids,
      at,
      caller,
      'GetParameter',
      { name: first, withDecryption: true },
      { source: 'ssm.amazonaws.com', fields: { resources } },
    );
  else
    call(
      pen.log,
      pen.ids,
      at,
      caller,
      'GetParameters',
      { names, withDecryption: true },
      { source: 'ssm.amazonaws.com', fields: { resources } },
    );
}
