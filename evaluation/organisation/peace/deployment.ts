import { hour, isWorkday, minute, startOf } from '../calendar.ts';
import { ciCaller, machineCaller, terraformCaller } from '../callers.ts';
import { call } from '../calls.ts';
import type { Machine } from '../inventory/machines.ts';
import { isGone, underName, type World } from '../inventory/world.ts';
import { hostedRunnerAddress } from '../networks.ts';
import { streamOf } from '../random.ts';
import { describe, type Pen, read } from '../secret-calls.ts';

/** Terraform and CI. */
export function writeDeployment(world: World, log: Pen['log'], day: number): void {
  for (const machine of world.machines.terraform) {
    const ids = streamOf(world.seed, 'terraform', machine.account, day);
    const pen = { log, ids };
    const midnight = startOf(world.calendar, day);
    if (isWorkday(world.calendar, day) && ids.chance(0.35))
      terraformRun(world, pen, machine, midnight + ids.int(8 * 60, 16 * 60) * minute, day);
    if (day === world.plan.unplannedRun && machine.account === world.accounts.prod)
      terraformRun(world, pen, machine, midnight + ids.pick([1, 2, 4, 22]) * hour + ids.int(0, 3599), day);
  }
  for (const machine of world.machines.ci) ciRuns(world, log, machine, day);
  ownRunner(world, log, day);
}

/** A plan refreshes what it manages: it describes and reads all of it within a minute or two. */
function terraformRun(world: World, pen: Pen, machine: Machine, start: number, day: number): void {
  const caller = terraformCaller(world, machine, start);
  call(pen.log, pen.ids, start, caller, 'GetCallerIdentity', null, { source: 'sts.amazonaws.com' });
  let at = start + 4;
  const share = pen.ids.chance(0.3) ? 0.5 : 1;
  for (const secret of machine.secrets.slice(0, Math.ceil(machine.secrets.length * share))) {
    const named = underName(world, secret, day);
    if (isGone(world, named, day)) continue;
    describe(pen, at, caller, named, 'DescribeSecret', true);
    describe(pen, at, caller, named, 'GetResourcePolicy', true);
    if (secret.use !== 'idle') read(pen, at + 1, caller, named, { byArn: true });
    at += pen.ids.int(0, 3);
  }
}

function ciRuns(world: World, log: Pen['log'], machine: World['machines']['ci'][number], day: number): void {
  const ids = streamOf(world.seed, 'ci', machine.name, day);
  const pen = { log, ids };
  const runs = ids.count(isWorkday(world.calendar, day) ? machine.runsPerDay : 0.6);
  for (let run = 0; run < runs; run += 1) {
    const start = startOf(world.calendar, day) + ids.int(6 * 60, 20 * 60) * minute + ids.int(0, 59);
    const caller = ciCaller(world, machine, start, hostedRunnerAddress(ids));
    let at = start + ids.int(20, 200);
    for (const secret of ids.sample(machine.secrets, ids.int(1, 3))) {
      read(pen, at, caller, underName(world, secret, day));
      at += ids.int(1, 30);
    }
  }
}

function ownRunner(world: World, log: Pen['log'], day: number): void {
  const machine = world.machines.ownRunner;
  const ids = streamOf(world.seed, 'own-runner', day);
  if (machine.secrets.length === 0) return;
  const runs = ids.count(isWorkday(world.calendar, day) ? 5 : 0.5);
  for (let run = 0; run < runs; run += 1) {
    const start = startOf(world.calendar, day) + ids.int(6 * 60, 20 * 60) * minute + ids.int(0, 59);
    const caller = machineCaller(world, machine, `build-${start}`, start, world.networks.runners);
    read({ log, ids }, start + ids.int(5, 60), caller, ids.pick(machine.secrets));
  }
}
