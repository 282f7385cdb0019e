import { dayOf, isoOf, startOf } from '../calendar.ts';
import { type CloudTrailRecord, Log } from '../calls.ts';
import type { World } from '../inventory/world.ts';
import { type Attack, type AttackKind, attackKinds, type Grade } from '../labels.ts';
import { streamOf } from '../random.ts';
import { Cast } from './cast.ts';
import { scenarios } from './scenarios.ts';

/** All attacks on one organisation, and their records by day. */
export interface Staged {
  readonly attacks: readonly Attack[];
  readonly recordsOf: (day: number) => readonly { readonly at: number; readonly record: CloudTrailRecord }[];
}

/**
 * Plays what is asked for, spread evenly over the days after the quiet ones, in an order that chance decides. An attack
 * of many days begins early enough to end within the period, where the period is long enough.
 */
export function stage(
  world: World,
  quietDays: number,
  gradesOf: (kind: AttackKind) => readonly Grade[],
): Staged {
  const { seed, calendar } = world;
  const wanted = attackKinds.flatMap((kind) => {
    const asked = gradesOf(kind);
    return asked.map((grade, position) => ({
      kind,
      grade,
      index: asked.slice(0, position).filter((earlier) => earlier === grade).length,
    }));
  });
  const order = streamOf(seed, 'order of attacks');
  const cast = new Cast(world);
  const attacks: Attack[] = [];
  const byDay = new Map<number, { at: number; record: CloudTrailRecord }[]>();
  const inTurn = order.shuffled(wanted);
  for (const [turn, { kind, grade, index }] of inTurn.entries()) {
    const stream = streamOf(seed, 'attack', kind, grade, index);
    const log = new Log(startOf(calendar, quietDays), startOf(calendar, calendar.days));
    // Three days are left for whoever waits for a workday.
    const last = Math.max(quietDays, calendar.days - scenarios[kind].span[grade] - 3);
    const day = Math.floor(quietDays + ((turn + stream.fraction()) / inTurn.length) * (last - quietDays));
    const pen = { log, ids: streamOf(seed, 'attack ids', kind, grade, index) };
    const told = scenarios[kind].play({ world, grade, pen, stream, cast, day });
    const entries = log.entries.toSorted((a, b) => a.at - b.at);
    const first = entries[0];
    const final = entries.at(-1);
    if (first === undefined || final === undefined)
      throw new RangeError(`${kind} (${grade}) found no time in this period`);
    attacks.push({
      id: `${kind}-${grade}-${index + 1}`,
      kind,
      grade,
      ...told,
      startedAt: isoOf(first.at),
      endedAt: isoOf(final.at),
      eventIds: entries.map(({ record }) => String(record['eventID'])),
    });
    for (const entry of entries) {
      const on = dayOf(calendar, entry.at);
      const list = byDay.get(on) ?? [];
      list.push(entry);
      byDay.set(on, list);
    }
  }
  attacks.sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.id.localeCompare(b.id));
  return { attacks, recordsOf: (day) => byDay.get(day) ?? [] };
}
