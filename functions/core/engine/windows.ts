import type { Count } from '../detector.ts';
import { valuesOf } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { sortByTime } from '../order.ts';

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
export function findWindows(events: readonly AssessedEvent[], count: Count): Map<Day, AssessedEvent[]> {
  if (count.withinMinutes === undefined) return Map.groupBy(events, (event) => dayOf(event.time));

  const { distinct = 'event', atLeast = 1, atLeastEvents = 1 } = count;
  const timed = sortByTime(events).filter((event) => event.time !== null);
  const lengthMs = count.withinMinutes * 60_000;
  const found = new Map<Day, Set<AssessedEvent>>();
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

/** The days whose findings an event can be part of: its own, and those on which a window that holds it may end. */
export function daysReached({ time }: AccessEvent, { withinMinutes = 0 }: Count): Day[] {
  if (time === null) return [dayOf(time)];
  const days = [dayOf(time)];
  const last = dayOf(time + withinMinutes * 60_000);
  for (let day = time; days.at(-1) !== last; ) {
    day += 86_400_000;
    days.push(dayOf(Math.min(day, time + withinMinutes * 60_000)));
  }
  return [...new Set(days)];
}
