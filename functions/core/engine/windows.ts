import type { Count } from '../detector.ts';
import { valuesOf } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { sortByTime } from './order.ts';

/** UTC date of a finding, or `undated`. */
export type Day = string;

/**
 * Finds the events of a group that meet its count, by day.
 *
 * A window ends at each event and reaches back `withinMinutes`, both ends included. If it meets the count, all its
 * events belong to the finding of the day on which it ends. More events can only add windows and evidence, so the
 * result does not depend on the order in which they arrived.
 *
 * @param events of one group, each once, in any order
 */
export function findWindows(events: readonly AccessEvent[], count: Count): Map<Day, AccessEvent[]> {
  if (count.withinMinutes === undefined) return Map.groupBy(events, (event) => dayOf(event.time));

  const { distinct = 'event', atLeast = 1, atLeastEvents = 1 } = count;
  const timed = sortByTime(events).filter((event) => event.time !== null);
  const lengthMs = count.withinMinutes * 60_000;
  const found = new Map<Day, Set<AccessEvent>>();
  const values = new Map<string, number>();
  let start = 0;
  for (const [end, event] of timed.entries()) {
    for (const value of valuesOf(event, distinct)) values.set(value, (values.get(value) ?? 0) + 1);
    for (let first = timed[start]; first && timeOf(first) < timeOf(event) - lengthMs; first = timed[start]) {
      for (const value of valuesOf(first, distinct)) {
        const left = (values.get(value) ?? 1) - 1;
        if (left > 0) values.set(value, left);
        else values.delete(value);
      }
      start += 1;
    }
    if (values.size < atLeast || end - start + 1 < atLeastEvents) continue;
    const day = dayOf(event.time);
    const evidence = found.get(day) ?? new Set();
    found.set(day, evidence);
    // Windows only move forward, so an event that is known already has all before it in the window known too.
    for (let index = end; index >= start; index -= 1) {
      const member = timed[index];
      if (!member || evidence.has(member)) break;
      evidence.add(member);
    }
  }
  return new Map([...found].map(([day, evidence]) => [day, sortByTime([...evidence])]));
}

const timeOf = (event: AccessEvent): number => event.time ?? 0;

const dayOf = (time: number | null): Day =>
  time === null ? 'undated' : new Date(time).toISOString().slice(0, 10);
