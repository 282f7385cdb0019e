import { planSlices } from '../core/engine/sweep.ts';
import type { AccessEvent } from '../core/model/access-event.ts';
import type { Settings } from '../core/model/settings.ts';
import type { Backfill, BackfillStore, Clock, EventHistory, SweepTarget } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import { isThrough, type SweepOutcome } from './region-sweep.ts';
import { type Step, takeTurns, walkSlices } from './slice-walk.ts';

const dayMs = 86_400_000;
/** What LookupEvents keeps. */
const historyMs = 90 * dayMs;
/** About a month of slices: nothing is judged, so that a stretch may be as long as it is quiet. */
const longestReach = 32 * 96;

export interface BackfillDependencies {
  readonly settings: Pick<Settings, 'history'>;
  readonly history: EventHistory;
  readonly backfills: BackfillStore;
  /** Adds events to what is usual, and judges nothing. */
  readonly learn: (events: readonly AccessEvent[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface BackfillOutcome {
  readonly target: SweepTarget;
  /** As it was when the invocation began. */
  readonly wasThrough: boolean;
  backfill: Backfill | undefined;
  events: number;
  unreadable: number;
  error?: unknown;
}

/**
 * Learns what was usual in a Region before its first sweep, from the oldest on, without judging it. Begins after the
 * sweep of the invocation, because both share the Region's request quota, and the present is more urgent. Never throws.
 *
 * @param swept what the Region's sweep has done; where it failed, this waits
 * @param hasTime false when the invocation is about to end; the next one goes on where this one stopped
 */
export async function backfillRegion(
  swept: readonly SweepOutcome[],
  dependencies: BackfillDependencies,
  hasTime: () => boolean,
): Promise<BackfillOutcome[]> {
  const backfills = swept.map((sweep) => backfillTarget(sweep, dependencies, hasTime));
  await takeTurns(backfills.map(({ next }) => next));
  return backfills.map(({ outcome }) => outcome);
}

function backfillTarget(sweep: SweepOutcome, dependencies: BackfillDependencies, hasTime: () => boolean) {
  const { settings, history, backfills, learn, clock, log } = dependencies;
  const { target } = sweep;
  const outcome: BackfillOutcome = {
    target,
    wasThrough: isThrough(sweep.backfill),
    backfill: sweep.backfill,
    events: 0,
    unreadable: 0,
  };
  let walk: (() => Promise<Step>) | undefined;

  const begin = async (to: number) => {
    const now = clock.now();
    const oldest = Math.floor((now - historyMs) / 1000) * 1000;
    const from = Math.floor((now - settings.history.backfillDays * dayMs) / 1000) * 1000;
    const known = outcome.backfill ?? { from: Math.min(from, to), learnedUntil: Math.min(from, to), to };
    // What LookupEvents has forgotten before it was asked for is missing, and only what comes after it is complete.
    const backfill =
      known.learnedUntil < oldest ? { ...known, from: oldest, learnedUntil: oldest } : { ...known };
    if (outcome.backfill?.learnedUntil !== backfill.learnedUntil) await backfills.write(target, backfill);
    outcome.backfill = backfill;
    return walkSlices({
      target,
      slices: planSlices({
        settledUntil: backfill.learnedUntil,
        now: backfill.to,
        lookbackDays: 0,
        overlapMinutes: 0,
      }),
      history,
      nextReach: (reach, easy) => (easy ? Math.min(longestReach, reach * 2) : 1),
      hasTime,
      take: async (events, stretch) => {
        await learn(events);
        outcome.events += events.length;
        const learned = { ...backfill, learnedUntil: stretch.to };
        await backfills.write(target, learned);
        outcome.backfill = learned;
      },
      onUnreadable: (faults) => {
        outcome.unreadable += faults.length;
        log.warn('An event cannot be read', { region: target.region, reason: faults.join('; ') });
      },
    });
  };

  /** @returns whether there is more to do */
  const next = async (): Promise<boolean> => {
    // Before a checkpoint is stored the next sweep may begin later, and what lies between would never be learned.
    if (sweep.error !== undefined || sweep.sweptFrom === undefined || sweep.sweptUntil === undefined)
      return false;
    if (outcome.wasThrough) return false;
    try {
      walk ??= await begin(sweep.sweptFrom);
      return (await walk()) === 'more';
    } catch (error) {
      outcome.error = error;
      const { region, eventSource } = target;
      log.error('A backfill failed', { region, eventSource, code: codeOf(error), reason: messageOf(error) });
      return false;
    }
  };
  return { outcome, next };
}
