import type { Context } from 'aws-lambda';
import { SecretsAuditError } from '../core/errors.ts';
import type { Settings } from '../core/model/settings.ts';
import type { HistoryStore } from '../core/ports.ts';
import { codeOf } from '../middleware/error-reporting.ts';
import { measureFindings } from '../middleware/finding-metrics.ts';
import type { Measure } from '../middleware/metrics.ts';
import { type BackfillDependencies, type BackfillOutcome, backfillRegion } from './region-backfill.ts';
import { type InventoryDependencies, listRegion } from './region-inventory.ts';
import { isThrough, type SweepDependencies, type SweepOutcome, sweepRegion } from './region-sweep.ts';

export interface AuditDependencies extends SweepDependencies, BackfillDependencies, InventoryDependencies {
  readonly settings: Pick<Settings, 'sweep' | 'regions' | 'history'>;
  /** Where the suite runs: the only Region whose events reach `watch`. */
  readonly ownRegion: string;
  /** What is usual: told when nothing is missing from it. */
  readonly usual: Pick<HistoryStore, 'completeSince' | 'setCompleteSince'>;
  readonly measure: Measure;
}

/** Enough to judge what was fetched and to move the checkpoint behind it. */
const marginMs = 30_000;
const dayMs = 86_400_000;

/** Some Regions could not be swept; the others were. */
export class SweepIncompleteError extends SecretsAuditError {
  readonly code = 'SWEEP_INCOMPLETE';
}

/**
 * Closes what EventBridge missed: sweeps the history of every Region, each at its own pace, after listing its secrets
 * where that is due. After that, as long as it is not done, learns from the time before the first sweep what is usual.
 */
export const createHandler = (dependencies: AuditDependencies) => async (_: unknown, context: Context) => {
  const { settings, ownRegion } = dependencies;
  const regions = [...new Set([ownRegion, ...settings.regions])];
  const hasTime = () => context.getRemainingTimeInMillis() > marginMs;
  const sweeps = regions.map(async (region) => {
    // Before the sweep, whose events are judged by the tags of their secrets.
    await listRegion(region, dependencies, hasTime);
    return sweepRegion(region, dependencies, hasTime);
  });
  const backfills = sweeps.map(async (sweep) => backfillRegion(await sweep, dependencies, hasTime));
  const swept = (await Promise.all(sweeps)).flat();
  reportCoverage(swept, dependencies);
  const learned = (await Promise.all(backfills)).flat();
  const completed = await completeHistory(swept, learned, dependencies);
  if (completed || learned.some(({ wasThrough }) => !wasThrough)) await reportBackfill(learned, dependencies);
  const failures = [failuresOf('swept', swept), failuresOf('learned', learned)].filter((text) => text !== '');
  if (failures.length > 0) throw new SweepIncompleteError(failures.join('; '));
};

function failuresOf(what: string, outcomes: readonly (SweepOutcome | BackfillOutcome)[]): string {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  const names = new Set(failed.map(({ target, error }) => `${target.region} (${codeOf(error)})`));
  return names.size > 0 ? `Not ${what}: ${[...names].join(', ')}` : '';
}

/**
 * The history is complete when the past of every Region and source is learned and every sweep has reached the present:
 * as long as a part is missing, what looks like a first may have been usual there.
 *
 * @returns whether it is complete from now on
 */
async function completeHistory(
  swept: readonly SweepOutcome[],
  learned: readonly BackfillOutcome[],
  { usual }: AuditDependencies,
): Promise<boolean> {
  if (!swept.every(({ isCurrent, error }) => isCurrent && error === undefined)) return false;
  const beginnings = learned.flatMap(({ backfill }) => (isThrough(backfill) ? backfill.from : []));
  if (beginnings.length < learned.length || (await usual.completeSince()) !== undefined) return false;
  await usual.setCompleteSince(Math.max(...beginnings));
  return true;
}

async function reportBackfill(
  outcomes: readonly BackfillOutcome[],
  { settings, log, measure, usual }: AuditDependencies,
): Promise<void> {
  const since = await usual.completeSince();
  const coverage = outcomes.map(({ target, backfill, events, unreadable, error }) => ({
    region: target.region,
    source: target.eventSource,
    from: isoOf(backfill?.from),
    learnedUntil: isoOf(backfill?.learnedUntil),
    to: isoOf(backfill?.to),
    daysLeft: backfill
      ? Math.ceil(((backfill.to - backfill.learnedUntil) / dayMs) * 100) / 100
      : settings.history.backfillDays,
    events,
    unreadable,
    ...(error !== undefined && { error: codeOf(error) }),
  }));
  log.info('Backfill', {
    coverage,
    historyCompleteSince: isoOf(since),
    note:
      since === undefined
        ? 'until the history is complete nothing is called new'
        : 'what is new is told by the history from now on',
  });
  measure('BackfillDaysLeft', Math.max(...coverage.map(({ daysLeft }) => daysLeft)));
}

const isoOf = (time: number | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString();

function reportCoverage(outcomes: readonly SweepOutcome[], dependencies: AuditDependencies): void {
  const { clock, log, measure, ownRegion, settings } = dependencies;
  const now = clock.now();
  const coverage = outcomes.map(({ target, sweptUntil, events, findings, unreadable, error }) => ({
    region: target.region,
    source: target.eventSource,
    sweptUntil: isoOf(sweptUntil),
    behindMinutes: sweptUntil === undefined ? null : Math.round((now - sweptUntil) / 60_000),
    watched: target.region === ownRegion,
    events,
    findings: findings.length,
    unreadable,
    ...(error !== undefined && { error: codeOf(error) }),
  }));
  const note = `watch sees events of ${ownRegion} only; every other Region is covered by this sweep alone`;
  log.info('Coverage', { coverage, note });
  const lookbackMinutes = settings.sweep.lookbackDays * 24 * 60;
  measure(
    'SweepLagMinutes',
    Math.max(...coverage.map(({ behindMinutes }) => behindMinutes ?? lookbackMinutes)),
  );
  const total = (count: (outcome: SweepOutcome) => number) =>
    outcomes.reduce((sum, one) => sum + count(one), 0);
  measure(
    'Events',
    total(({ events }) => events),
  );
  measureFindings(
    outcomes.flatMap(({ findings }) => findings),
    measure,
  );
  measure(
    'UnreadableEvents',
    total(({ unreadable }) => unreadable),
  );
}
