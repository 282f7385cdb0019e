import type { AccessEvent } from '../functions/core/model/access-event.ts';
import type { WindowStore } from '../functions/core/ports.ts';

const hourMs = 3_600_000;

interface Group {
  /** Events by key, by hour. */
  readonly hours: Map<number, Map<string, AccessEvent>>;
  keepMs: number;
}

/**
 * A window store that forgets as the table does, whose items expire: a quarter of a year in memory would make each
 * recall slower than the one before. Forgets by event time, in whole hours, and never too early.
 */
export function createForgettingWindowStore(): WindowStore {
  const groups = new Map<string, Group>();
  let now = 0;
  return {
    async add(entries) {
      for (const { group: name, event, keepMs } of entries) {
        now = Math.max(now, event.time);
        const group = groups.get(name) ?? { hours: new Map(), keepMs };
        groups.set(name, group);
        group.keepMs = Math.max(group.keepMs, keepMs);
        const hour = Math.floor(event.time / hourMs);
        const events = group.hours.get(hour) ?? new Map<string, AccessEvent>();
        // Two deliveries of a batch call may know of different numbers of its reads; the greater one knows more.
        const known = events.get(event.key)?.batch?.childReads ?? 0;
        if ((event.batch?.childReads ?? 0) >= known) events.set(event.key, event);
        if (group.hours.has(hour)) continue;
        group.hours.set(hour, events);
        forget(group, now);
      }
    },
    async recall(name, from, to) {
      const recalled: AccessEvent[] = [];
      for (const [hour, events] of groups.get(name)?.hours ?? []) {
        if ((hour + 1) * hourMs <= from || hour * hourMs > to) continue;
        for (const event of events.values()) {
          if (event.time !== null && event.time >= from && event.time <= to) recalled.push(event);
        }
      }
      return recalled;
    },
  };
}

function forget({ hours, keepMs }: Group, now: number): void {
  for (const hour of hours.keys()) if ((hour + 1) * hourMs + keepMs < now) hours.delete(hour);
}
