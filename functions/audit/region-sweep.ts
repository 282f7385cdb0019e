import { readDelivery } from '../adapters/cloudtrail-delivery.ts';
import {
  halvesOf,
  nextReach,
  planSlices,
  type Slice,
  type SweepPlan,
  settledAfter,
  takeStretch,
} from '../core/engine/sweep.ts';
import type { AccessEvent } from '../core/model/access-event.ts';
import { watchedSources } from '../core/model/cloudtrail-events.ts';
import type { Settings } from '../core/model/settings.ts';
import type { CheckpointStore, Clock, EventHistory, StoredFinding, SweepTarget } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';

/** 5,000 events in about a minute: what is judged in one go fits into memory, and little is lost when time is up. */
const pagesInOneGo = 100;
/** So few that a stretch of twice the length likely fits too. */
const easyEvents = 1_000;

export interface SweepDependencies {
  readonly account: string;
  readonly settings: Pick<Settings, 'sweep'>;
  readonly history: EventHistory;
  readonly checkpoints: CheckpointStore;
  readonly judge: (events: readonly AccessEvent[]) => Promise<StoredFinding[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far a target is swept, and what happened on the way. */
export interface SweepOutcome {
  readonly target: SweepTarget;
  sweptUntil: number | undefined;
  events: number;
  findings: number;
  unreadable: number;
  error?: unknown;
}

/**
 * Sweeps the sources of one Region, slice by slice in turn, because they share the Region's request quota. Never
 * throws: an outcome holds what went wrong, and the sources after it are swept all the same.
 *
 * @param hasTime false when the invocation is about to end; the next one goes on from the checkpoint
 */
export async function sweepRegion(
  region: string,
  dependencies: SweepDependencies,
  hasTime: () => boolean,
): Promise<SweepOutcome[]> {
  const sweeps = watchedSources.map((eventSource) =>
    sweepTarget({ account: dependencies.account, region, eventSource }, dependencies, hasTime),
  );
  let going = sweeps;
  while (going.length > 0) {
    const still = [];
    for (const sweep of going) if (await sweep.next()) still.push(sweep);
    going = still;
  }
  return sweeps.map(({ outcome }) => outcome);
}

function sweepTarget(target: SweepTarget, dependencies: SweepDependencies, hasTime: () => boolean) {
  const { settings, checkpoints, judge, clock, log } = dependencies;
  const outcome: SweepOutcome = { target, sweptUntil: undefined, events: 0, findings: 0, unreadable: 0 };
  let plan: SweepPlan | undefined;
  let slices: Slice[] = [];
  let reach = 1;

  const begin = async () => {
    outcome.sweptUntil = await checkpoints.sweptUntil(target);
    plan = { ...settings.sweep, settledUntil: outcome.sweptUntil, now: clock.now() };
    slices = planSlices(plan);
    return plan;
  };

  /** One stretch of slices: its findings are stored before the checkpoint moves. */
  const step = async (): Promise<boolean> => {
    const begun = plan ?? (await begin());
    const { stretch: slice, later } = takeStretch(slices, reach);
    if (!slice || !hasTime()) return false;
    const events = await eventsOf(slice);
    if (events === 'out of time') return false;
    if (events === 'too many') {
      reach = nextReach(reach, false);
      slices = [...(halvesOf(slice) ?? []), ...later];
      return true;
    }
    outcome.findings += (await judge(events)).length;
    outcome.events += events.length;
    await checkpoints.advance(target, settledAfter(slice, begun));
    outcome.sweptUntil = slice.to;
    reach = nextReach(reach, events.length <= easyEvents);
    slices = later;
    return later.length > 0;
  };

  const eventsOf = async (slice: Slice): Promise<AccessEvent[] | 'too many' | 'out of time'> => {
    const events: AccessEvent[] = [];
    let pages = 0;
    for await (const page of dependencies.history.pages(target, slice.from, slice.to)) {
      if (!hasTime()) return 'out of time';
      if (pages >= pagesInOneGo && halvesOf(slice)) return 'too many';
      pages += 1;
      const delivery = readDelivery(page);
      events.push(...delivery.events);
      if (delivery.faults.length > 0) {
        outcome.unreadable += delivery.faults.length;
        log.warn('An event cannot be read', { region: target.region, reason: delivery.faults.join('; ') });
      }
    }
    return events;
  };

  /** @returns whether there is more to do */
  const next = async (): Promise<boolean> => {
    try {
      return await step();
    } catch (error) {
      outcome.error = error;
      const { region, eventSource } = target;
      log.error('A sweep failed', { region, eventSource, code: codeOf(error), reason: messageOf(error) });
      return false;
    }
  };
  return { outcome, next };
}
