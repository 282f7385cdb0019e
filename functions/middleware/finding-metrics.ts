import type { Finding } from '../core/model/finding.ts';
import type { Severity } from '../core/model/severity.ts';
import type { Measure, MetricName } from './metrics.ts';

/** What counts of a finding. */
export type CountedFinding = Pick<Finding, 'severity' | 'status'>;

const metricOf = {
  critical: 'FindingsCritical',
  high: 'FindingsHigh',
  medium: 'FindingsMedium',
  low: 'FindingsLow',
  info: undefined,
} as const satisfies Record<Severity, MetricName | undefined>;

/**
 * Findings that are new or changed: all together, and those that hold by severity. A severity without findings is not
 * measured, because a metric costs by the hour in which it is.
 */
export function measureFindings(findings: readonly CountedFinding[], measure: Measure): void {
  measure('Findings', findings.length);
  for (const [severity, metric] of Object.entries(metricOf)) {
    const count = findings.filter((each) => each.status === 'open' && each.severity === severity).length;
    if (metric && count > 0) measure(metric, count);
  }
}
