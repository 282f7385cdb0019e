import { dateOf, dayLength, hour, minute, monthOf, startOf } from '../calendar.ts';
import { machineCaller, userCaller } from '../callers.ts';
import { isGone, underName, type World } from '../inventory/world.ts';
import { cloudAddress, natAddress } from '../networks.ts';
import { choiceOf, streamOf } from '../random.ts';
import { describe, list, type Pen, read } from '../secret-calls.ts';

/** Jobs by the calendar, and users of IAM with their servers. */
export function writeJobs(world: World, log: Pen['log'], day: number): void {
  inventory(world, log, day);
  calendarJobs(world, log, day);
  users(world, log, day);
  crossAccount(world, log, day);
}

/** Lists and describes what there is, at half past two. Decoys are exempt: whoever places them tells the inventory. */
function inventory(world: World, log: Pen['log'], day: number): void {
  for (const machine of world.machines.inventory) {
    const ids = streamOf(world.seed, 'inventory', machine.account, day);
    const pen = { log, ids };
    const start = startOf(world.calendar, day) + 2 * hour + 30 * minute + ids.int(0, 90);
    const caller = machineCaller(world, machine, 'secrets-inventory', start, cloudAddress(0, ids));
    let at = start + 2;
    for (const region of world.regions) {
      const here = { ...caller, region };
      const found = world.secrets.filter(
        (secret) =>
          secret.account === machine.account &&
          secret.region === region &&
          (secret.createdOnDay === 0 || secret.createdOnDay < day) &&
          !isGone(world, secret, day),
      );
      for (let page = 0; page <= Math.floor(found.length / 100); page += 1)
        list(pen, at, here, page === 0 ? { maxResults: 100 } : { maxResults: 100, nextToken: ids.hex(40) });
      for (const secret of found) {
        if (secret.isDecoy) continue;
        describe(pen, at, here, secret, 'DescribeSecret', true);
        if (ids.chance(0.3)) at += 1;
      }
    }
  }
}

function calendarJobs(world: World, log: Pen['log'], day: number): void {
  const { calendar, machines, networks } = world;
  const isFirst = dateOf(calendar, day) === 1;
  const jobs = [
    ...(isFirst ? [machines.monthly] : []),
    ...(isFirst && monthOf(calendar, day) % 3 === 0 ? [machines.quarterly] : []),
  ];
  for (const machine of jobs) {
    const ids = streamOf(world.seed, machine.name, day);
    const start = startOf(calendar, day) + 5 * hour + ids.int(0, 600);
    const address = natAddress(networks, machine.account, machine.region, day, 0);
    const caller = machineCaller(world, machine, `${machine.name}-${start}`, start, address);
    let at = start + 5;
    for (const secret of machine.secrets) {
      read({ log, ids }, at, caller, underName(world, secret, day));
      at += ids.int(2, 20);
    }
  }
}

function users(world: World, log: Pen['log'], day: number): void {
  for (const user of world.machines.users) {
    if (user.secrets.length === 0) continue;
    const ids = streamOf(world.seed, 'user-day', user.name, day);
    const caller = userCaller(world, user, day);
    const step = dayLength / user.readsPerDay;
    const offset = choiceOf(world.seed, 'user-offset', user.name) % step;
    for (let turn = 0; turn < user.readsPerDay; turn += 1) {
      const at = startOf(world.calendar, day) + turn * step + offset + ids.int(0, 40);
      const secret = user.secrets[turn % user.secrets.length];
      if (secret !== undefined) read({ log, ids }, at, caller, underName(world, secret, day));
    }
  }
}

function crossAccount(world: World, log: Pen['log'], day: number): void {
  const machine = world.machines.crossAccount;
  const secret = machine?.secrets[0];
  if (machine === undefined || secret === undefined) return;
  const ids = streamOf(world.seed, machine.name, day);
  const start = startOf(world.calendar, day) + 7 * hour + ids.int(0, 300);
  const address = natAddress(world.networks, machine.account, machine.region, day, 1);
  const caller = machineCaller(world, machine, machine.name, start, address);
  read({ log, ids }, start + 3, caller, underName(world, secret, day), { byArn: true });
}
