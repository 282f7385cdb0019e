import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { SentMessage } from '../ports.ts';
import { hourMs, hourOf } from './spending.ts';

const dayMs = 24 * hourMs;

/** What imported messages come to. Times in milliseconds. */
export interface SentSummary {
  /** Different ones; the same id in the same hour is one message. */
  readonly messages: number;
  /** Rows that name a message again. */
  readonly repeated: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** The first of those days, in UTC, on which most was sent, with its 24 hours. */
  readonly busiest: { readonly day: number; readonly hours: readonly number[] } | undefined;
}

export interface SentTally {
  /** @returns whether it was not there before */
  add(message: SentMessage): boolean;
  summary(): SentSummary;
}

/**
 * Counts messages, each once, in whatever order they come. Of each it holds a number and no text: two of two million are
 * taken for one with a probability below 0.1 %.
 */
export function createSentTally(): SentTally {
  const seen = new Set<number>();
  const hours = new Map<number, number>();
  let repeated = 0;
  let from: number | undefined;
  let to: number | undefined;
  return {
    add({ id, time }) {
      const hour = hourOf(time);
      const mark = markOf(`${hour}#${id}`);
      from = Math.min(from ?? time, time);
      to = Math.max(to ?? time, time);
      if (seen.has(mark)) {
        repeated += 1;
        return false;
      }
      seen.add(mark);
      hours.set(hour, (hours.get(hour) ?? 0) + 1);
      return true;
    },
    summary: () => ({ messages: seen.size, repeated, from, to, busiest: busiestDay(hours) }),
  };
}

/** 53 bits of a hash: as many as a number holds exactly. */
function markOf(text: string): number {
  const bytes = new DataView(sha256(utf8ToBytes(text)).buffer);
  return bytes.getUint32(0) * 2 ** 21 + (bytes.getUint32(4) >>> 11);
}

function busiestDay(hours: ReadonlyMap<number, number>): SentSummary['busiest'] {
  const days = Map.groupBy(hours, ([hour]) => Math.floor(hour / dayMs) * dayMs);
  let busiest: { day: number; total: number } | undefined;
  for (const [day, counts] of days) {
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    if (!busiest || total > busiest.total || (total === busiest.total && day < busiest.day)) {
      busiest = { day, total };
    }
  }
  if (!busiest) return undefined;
  const { day } = busiest;
  return { day, hours: Array.from({ length: 24 }, (_, index) => hours.get(day + index * hourMs) ?? 0) };
}
