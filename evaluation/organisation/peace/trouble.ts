import { dayOf, minute } from '../calendar.ts';
import { serviceCaller } from '../callers.ts';
import type { World } from '../inventory/world.ts';
import { streamOf } from '../random.ts';
import { type Pen, throttled } from '../secret-calls.ts';
import { writeStart } from './services.ts';

/** Nights on which services start again and again, and services that ask again and again for what is refused. */
export function writeTrouble(world: World, log: Pen['log'], day: number): void {
  world.plan.outages.forEach((outage, number) => {
    if (dayOf(world.calendar, outage.from) > day || dayOf(world.calendar, outage.to) < day) return;
    for (const service of world.services) {
      if (!outage.services.has(service.index) || service.startsOnDay > day) continue;
      const ids = streamOf(world.seed, 'outage', number, service.index);
      const pen = { log, ids };
      for (let at = outage.from + ids.int(0, 300); at < outage.to; at += ids.int(minute, 4 * minute)) {
        const slot = ids.int(0, service.slots - 1);
        if (ids.chance(0.1)) throttled(pen, at, serviceCaller(world, service, at, slot, at));
        writeStart(world, pen, service, at, slot);
      }
    }
  });
  for (const [index, refusal] of world.plan.refusals) {
    const service = world.services[index];
    if (service === undefined) continue;
    if (dayOf(world.calendar, refusal.from) > day || dayOf(world.calendar, refusal.to) < day) continue;
    const ids = streamOf(world.seed, 'refusal', index);
    for (let at = refusal.from + ids.int(0, 600); at < refusal.to; at += ids.int(6 * minute, 14 * minute))
      writeStart(world, { log, ids }, service, at, ids.int(0, service.slots - 1));
  }
}
