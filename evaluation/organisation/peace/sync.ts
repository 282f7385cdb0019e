import { hour, startOf } from '../calendar.ts';
import { syncCaller } from '../callers.ts';
import type { Machine } from '../inventory/machines.ts';
import { underName, type World } from '../inventory/world.ts';
import { choiceOf, streamOf } from '../random.ts';
import { type Pen, read, throttled } from '../secret-calls.ts';

/** Operators that copy secrets into a cluster: all of them in a few seconds, by the clock. */
export function writeSync(world: World, log: Pen['log'], day: number): void {
  poll(world, log, day, world.machines.externalSecrets, 1);
  poll(world, log, day, world.machines.stagingSync, world.machines.stagingSync.everyHours);
}

function poll(world: World, log: Pen['log'], day: number, machine: Machine, everyHours: number): void {
  const pen = { log, ids: streamOf(world.seed, machine.name, day) };
  const offset = choiceOf(world.seed, 'poll', machine.name) % hour;
  for (let turn = 0; turn < 24; turn += everyHours) {
    const from = startOf(world.calendar, day) + turn * hour + offset;
    let at = from;
    for (const secret of machine.secrets) {
      const caller = syncCaller(world, machine, at);
      if (pen.ids.chance(0.0004)) throttled(pen, at, caller);
      read(pen, at, caller, underName(world, secret, day), { byArn: false });
      if (pen.ids.chance(0.35)) at += 1;
    }
  }
}
