import type { AccessEvent } from '../model/access-event.ts';
import type { FindingStore, HistoryStore, StoredFinding, WindowStore } from '../ports.ts';

const hourMs = 3_600_000;

interface WindowGroup {
  /** Events by key, by hour. */
  readonly hours: Map<number, Map<string, AccessEvent>>;
  keepMs: number;
}

/**
 * A window store for one run: the command line, the evaluation and tests.
 *
 * @param options.forgets as the table does, whose items expire: by event time, in whole hours, and never too early.
 *   For events that come in order of their days; months of them would make each recall slower than the one before.
 */
export function createMemoryWindowStore({ forgets = false } = {}): WindowStore {
  const groups = new Map<string, WindowGroup>();
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
        if (forgets) forget(group, now);
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

function forget({ hours, keepMs }: WindowGroup, now: number): void {
  for (const hour of hours.keys()) if ((hour + 1) * hourMs + keepMs < now) hours.delete(hour);
}

export interface MemoryFindingStore extends FindingStore {
  all(): StoredFinding[];
}

export function createMemoryFindingStore(): MemoryFindingStore {
  const findings = new Map<string, StoredFinding>();
  return {
    async upsert(id, merge) {
      const next = merge(findings.get(id));
      if (next) findings.set(id, next);
      return next;
    },
    all: () => [...findings.values()],
  };
}

export interface MemoryHistoryStore extends HistoryStore {
  /** All profiles by subject. */
  all(): ReadonlyMap<string, string>;
}

/** @param completeSince since when nothing is missing, in milliseconds */
export function createMemoryHistoryStore(completeSince?: number): MemoryHistoryStore {
  const profiles = new Map<string, string>();
  let since = completeSince;
  return {
    completeSince: async () => since,
    async setCompleteSince(time) {
      since = Math.min(since ?? time, time);
    },
    read: async (subjects) =>
      new Map(
        subjects.flatMap((subject) => {
          const profile = profiles.get(subject);
          return profile === undefined ? [] : [[subject, profile] as const];
        }),
      ),
    async extend(subjects, extend) {
      for (const subject of subjects) {
        const next = extend(subject, profiles.get(subject));
        if (next !== undefined) profiles.set(subject, next);
      }
    },
    all: () => profiles,
  };
}
