import { nextReach, planSlices, type SweepPlan, settledAfter } from '../core/engine/sweep.ts';
import type { AccessEvent } from '../core/model/access-event.ts';
import { watchedSources } from '../core/model/cloudtrail-events.ts';
import type { Settings } from '../core/model/settings.ts';
import type {
  Backfill,
  BackfillStore,
  CheckpointStore,
  Clock,
  EventHistory,
  StoredFinding,
  SweepTarget,
} from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { CountedFinding } from '../middleware/finding-metrics.ts';
import type { Log } from '../middleware/logger.ts';
import { type Step, takeTurns, walkSlices } from './slice-walk.ts';

export interface SweepDependencies {
  readonly account: string;
  readonly settings: Pick<Settings, 'sweep'>;
  readonly history: EventHistory;
  readonly checkpoints: CheckpointStore;
  readonly backfills: BackfillStore;
  /** @param origin what is known of the past of the Region and source that the events are of */
  readonly judge: (
    events: readonly AccessEvent[],
    origin: { readonly completeSince: number | undefined },
  ) => Promise<StoredFinding[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far a target is swept, and what happened on the way. */
export interface SweepOutcome {
  readonly target: SweepTarget;
  /** Where this sweep began. */
  sweptFrom: number | undefined;
  sweptUntil: number | undefined;
  /** It reached the present. */
  isCurrent: boolean;
  /** How far the past of the target was learned before this sweep. */
  backfill: Backfill | undefined;
  events: number;
  readonly findings: CountedFinding[];
  unreadable: number;
  error?: unknown;
}

/**
 * Sweeps the sources of one Region, slice by slice in turn. Never throws: an outcome holds what went wrong, and the
 * sources after it are swept all the same.
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
  await takeTurns(sweeps.map(({ next }) => next));
  return sweeps.map(({ outcome }) => outcome);
}

function sweepTarget(target: SweepTarget, dependencies: SweepDependencies, hasTime: () => boolean) {
  const { settings, history, checkpoints, backfills, judge, clock, log } = dependencies;
  const outcome: SweepOutcome = {
    target,
    sweptFrom: undefined,
    sweptUntil: undefined,
    isCurrent: false,
    backfill: undefined,
    events: 0,
    findings: [],
    unreadable: 0,
  };
  let walk: (() => Promise<Step>) | undefined;

  const begin = async () => {
    outcome.sweptUntil = await checkpoints.sweptUntil(target);
    outcome.backfill = await backfills.read(target);
    const plan: SweepPlan = { ...settings.sweep, settledUntil: outcome.sweptUntil, now: clock.now() };
    const slices = planSlices(plan);
    outcome.sweptFrom = slices[0]?.from ?? plan.now;
    // In a Region that the settings gained later nothing is called new before its own past is learned.
    const origin = { completeSince: isThrough(outcome.backfill) ? outcome.backfill.from : undefined };
    return walkSlices({
      target,
      slices,
      history,
      nextReach,
      hasTime,
      /** The findings are stored before the checkpoint moves. */
      take: async (events, stretch) => {
        for (const { finding } of await judge(events, origin)) {
          // No more than is counted of it: a sweep may be long.
          outcome.findings.push({ severity: finding.severity, status: finding.status });
        }
        outcome.events += events.length;
        await checkpoints.advance(target, settledAfter(stretch, plan));
        outcome.sweptUntil = stretch.to;
      },
      onUnreadable: (faults) => {
        outcome.unreadable += faults.length;
        log.warn('An event cannot be read', { region: target.region, reason: faults.join('; ') });
      },
    });
  };

  /** @returns whether there is more to do */
  const next = async (): Promise<boolean> => {
    try {
      walk ??= await begin();
      const step = await walk();
      outcome.isCurrent = step === 'done';
      return step === 'more';
    } catch (error) {
      outcome.error = error;
      const { region, eventSource } = target;
      log.error('A sweep failed', { region, eventSource, code: codeOf(error), reason: messageOf(error) });
      return false;
    }
  };
  return { outcome, next };
}

/** Whether all of the past that is asked for is learned. */
export const isThrough = (backfill: Backfill | undefined): backfill is Backfill =>
  backfill !== undefined && backfill.learnedUntil >= backfill.to;
