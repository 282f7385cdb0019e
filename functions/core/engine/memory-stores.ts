import type { AccessEvent } from '../model/access-event.ts';
import type { FindingStore, StoredFinding, WindowStore } from '../ports.ts';

/** A window store for one run: the command line and tests. */
export function createMemoryWindowStore(): WindowStore {
  const groups = new Map<string, Map<string, AccessEvent>>();
  return {
    async add(entries) {
      for (const { group, event } of entries) {
        const events = groups.get(group) ?? new Map();
        groups.set(group, events);
        events.set(event.key, event);
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
