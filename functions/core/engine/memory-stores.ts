import type { AccessEvent } from '../model/access-event.ts';
import type { FindingStore, HistoryStore, StoredFinding, WindowStore } from '../ports.ts';

/** A window store for one run: the command line and tests. */
export function createMemoryWindowStore(): WindowStore {
  const groups = new Map<string, Map<string, AccessEvent>>();
  return {
    async add(entries) {
      for (const { group, event } of entries) {
        const events = groups.get(group) ?? new Map();
        groups.set(group, events);
        // Two deliveries of a batch call may know of different numbers of its reads; the greater one knows more.
        const known = events.get(event.key)?.batch?.childReads ?? 0;
        if ((event.batch?.childReads ?? 0) >= known) events.set(event.key, event);
      }
    },
    async recall(group, from, to) {
      return [...(groups.get(group)?.values() ?? [])].filter(
        ({ time }) => time !== null && time >= from && time <= to,
      );
    },
  };
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
