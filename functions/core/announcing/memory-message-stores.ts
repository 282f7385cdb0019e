import type { DigestState, DigestStates, HeldMessage, HeldMessages, MessageSlots } from '../ports.ts';

export function createMemoryHeldMessages(): HeldMessages {
  const messages = new Map<string, HeldMessage>();
  const settled = new Map<string, number>();
  const keyOf = (target: string, incident: string): string => `${target}\n${incident}`;
  return {
    async hold(message) {
      const key = keyOf(message.target, message.incident);
      if (message.revision > Math.max(messages.get(key)?.revision ?? 0, settled.get(key) ?? 0))
        messages.set(key, message);
    },
    async settle(target, incident, revision) {
      const key = keyOf(target, incident);
      const message = messages.get(key);
      if (!message || message.revision > revision) return;
      messages.delete(key);
      settled.set(key, revision);
    },
    of: async (target) => [...messages.values()].filter((message) => message.target === target),
  };
}

export function createMemoryMessageSlots(): MessageSlots {
  const claimed = new Map<string, Set<string>>();
  return {
    async claim(lane, message, limit) {
      const key = JSON.stringify(lane);
      const messages = claimed.get(key) ?? new Set();
      claimed.set(key, messages);
      if (messages.size < limit) messages.add(message);
      return messages.has(message);
    },
  };
}

export function createMemoryDigestStates(): DigestStates {
  const states = new Map<string, DigestState>();
  return {
    read: async (target) => states.get(target),
    async update(target, change) {
      const next = change(states.get(target));
      states.set(target, next);
      return next;
    },
  };
}
