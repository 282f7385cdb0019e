import { readDelivery } from '../adapters/cloudtrail-delivery.ts';
import { halvesOf, type Slice, takeStretch } from '../core/engine/sweep.ts';
import type { AccessEvent } from '../core/model/access-event.ts';
import type { EventHistory, SweepTarget } from '../core/ports.ts';

/** 5,000 events in about a minute: what is judged in one go fits into memory, and little is lost when time is up. */
const pagesInOneGo = 100;
/** So few that a stretch of twice the length likely fits too. */
const easyEvents = 1_000;

export interface SliceWalkOptions {
  readonly target: SweepTarget;
  /** Ascending. */
  readonly slices: readonly Slice[];
  readonly history: EventHistory;
  /** How many slices the next stretch takes, after one that was easy or not. */
  readonly nextReach: (reach: number, easy: boolean) => number;
  /** Stores what follows from the events of a stretch; when it is fulfilled, the walk is past it. */
  readonly take: (events: readonly AccessEvent[], stretch: Slice) => Promise<void>;
  readonly onUnreadable: (faults: readonly string[]) => void;
  /** False when the invocation is about to end. */
  readonly hasTime: () => boolean;
}

/** `more`: there is another stretch. `out of time`: the next invocation goes on. */
export type Step = 'more' | 'done' | 'out of time';

/** Fetches slices of an event history in ascending order: quiet ones together, crowded ones in halves. */
export function walkSlices(options: SliceWalkOptions): () => Promise<Step> {
  const { target, history, nextReach, take, onUnreadable, hasTime } = options;
  let { slices } = options;
  let reach = 1;

  const eventsOf = async (stretch: Slice): Promise<AccessEvent[] | 'too many' | 'out of time'> => {
    const events: AccessEvent[] = [];
    let pages = 0;
    for await (const page of history.pages(target, stretch.from, stretch.to)) {
      if (!hasTime()) return 'out of time';
      if (pages >= pagesInOneGo && halvesOf(stretch)) return 'too many';
      pages += 1;
      const delivery = readDelivery(page);
      events.push(...delivery.events);
      if (delivery.faults.length > 0) onUnreadable(delivery.faults);
    }
    return events;
  };

  return async () => {
    const { stretch, later } = takeStretch(slices, reach);
    if (!stretch) return 'done';
    if (!hasTime()) return 'out of time';
    const events = await eventsOf(stretch);
    if (events === 'out of time') return 'out of time';
    if (events === 'too many') {
      // Several slices are tried one by one first; halves of a long stretch would be as long again and again.
      if (reach === 1) slices = [...(halvesOf(stretch) ?? []), ...later];
      reach = nextReach(reach, false);
      return 'more';
    }
    await take(events, stretch);
    reach = nextReach(reach, events.length <= easyEvents);
    slices = later;
    return later.length > 0 ? 'more' : 'done';
  };
}

/** One step of each in turn, because they share the Region's request quota, until none has more to do. */
export async function takeTurns(walks: readonly (() => Promise<boolean>)[]): Promise<void> {
  for (let going = walks; going.length > 0; ) {
    const still = [];
    for (const walk of going) if (await walk()) still.push(walk);
    going = still;
  }
}
