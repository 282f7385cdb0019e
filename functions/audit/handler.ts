import type { Context } from 'aws-lambda';
import { SecretsAuditError } from '../core/errors.ts';
import type { Settings } from '../core/model/settings.ts';
import { codeOf } from '../middleware/error-reporting.ts';
import type { Measure } from '../middleware/metrics.ts';
import { type SweepDependencies, type SweepOutcome, sweepRegion } from './region-sweep.ts';

export interface AuditDependencies extends SweepDependencies {
  readonly settings: Pick<Settings, 'sweep' | 'regions'>;
  /** Where the suite runs: the only Region whose events reach `watch`. */
  readonly ownRegion: string;
  readonly measure: Measure;
}

/** Enough to judge what was fetched and to move the checkpoint behind it. */
const marginMs = 30_000;

/** Some Regions could not be swept; the others were. */
export class SweepIncompleteError extends SecretsAuditError {
  readonly code = 'SWEEP_INCOMPLETE';
}

/** Closes what EventBridge missed: sweeps the history of every Region, each at its own pace. */
export const createHandler = (dependencies: AuditDependencies) => async (_: unknown, context: Context) => {
  const { settings, ownRegion } = dependencies;
  const regions = [...new Set([ownRegion, ...settings.regions])];
  const hasTime = () => context.getRemainingTimeInMillis() > marginMs;
  const swept = await Promise.all(regions.map((region) => sweepRegion(region, dependencies, hasTime)));
  const outcomes = swept.flat();
  reportCoverage(outcomes, dependencies);
  const failed = outcomes.filter(({ error }) => error !== undefined);
  if (failed.length > 0) {
    const names = new Set(failed.map(({ target, error }) => `${target.region} (${codeOf(error)})`));
    throw new SweepIncompleteError(`Not swept: ${[...names].join(', ')}`);
  }
};

function reportCoverage(outcomes: readonly SweepOutcome[], dependencies: AuditDependencies): void {
  const { clock, log, measure, ownRegion, settings } = dependencies;
  const now = clock.now();
  const coverage = outcomes.map(({ target, sweptUntil, events, findings, unreadable, error }) => ({
    region: target.region,
    source: target.eventSource,
    sweptUntil: sweptUntil === undefined ? null : new Date(sweptUntil).toISOString(),
    behindMinutes: sweptUntil === undefined ? null : Math.round((now - sweptUntil) / 60_000),
    watched: target.region === ownRegion,
    events,
    findings,
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
  measure(
    'Findings',
    total(({ findings }) => findings),
  );
  measure(
    'UnreadableEvents',
    total(({ unreadable }) => unreadable),
  );
}
