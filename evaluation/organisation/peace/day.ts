import { startOf } from '../calendar.ts';
import { Log } from '../calls.ts';
import type { World } from '../inventory/world.ts';
import { type Change, writeChanges } from './changes.ts';
import { writeDeployment } from './deployment.ts';
import { writeJobs } from './jobs.ts';
import { writePeople } from './people.ts';
import { writeRotations } from './rotations.ts';
import { writeServices } from './services.ts';
import { writeSync } from './sync.ts';
import { writeTrouble } from './trouble.ts';

/** All peaceful records of a UTC day, in no order. */
export function peaceOf(world: World, changes: readonly Change[], day: number): Log {
  const log = Log.ofDay(startOf(world.calendar, day));
  writeServices(world, log, day);
  writeSync(world, log, day);
  writeDeployment(world, log, day);
  writeJobs(world, log, day);
  writePeople(world, log, day);
  writeRotations(world, log, day);
  writeTrouble(world, log, day);
  writeChanges(world, changes, log, day);
  return log;
}
