import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * Every metric has the one dimension `service`, the function's POWERTOOLS_SERVICE_NAME: each pair costs. Only `Balance` has
 * `secret` besides, because the sum of several accounts says nothing.
 */
export const metrics = new Metrics({ namespace: 'SecretsAudit' });

const units = {
  Events: MetricUnit.Count,
  Findings: MetricUnit.Count,
  FindingsCritical: MetricUnit.Count,
  FindingsHigh: MetricUnit.Count,
  FindingsMedium: MetricUnit.Count,
  FindingsLow: MetricUnit.Count,
  DeadLetters: MetricUnit.Count,
  /** Now minus the time of the oldest event of a batch. */
  DelaySeconds: MetricUnit.Seconds,
  /** Of the Region and source that is furthest behind. */
  SweepLagMinutes: MetricUnit.NoUnit,
  UnreadableEvents: MetricUnit.Count,
  /** Of the Region and source whose past is learned least; told until all are through. */
  BackfillDaysLeft: MetricUnit.NoUnit,
  /** Of the oldest key that is rotated. */
  KeyAgeDays: MetricUnit.NoUnit,
  Announcements: MetricUnit.Count,
  Digests: MetricUnit.Count,
  Notifications: MetricUnit.Count,
  /** Calls to the function URL that are not Slack's, or not of who may press buttons. */
  RefusedRequests: MetricUnit.Count,
  /** Keys that their issuer refuses, for themselves or for the address that asks. */
  RefusedKeys: MetricUnit.Count,
} as const;

export type MetricName = keyof typeof units;

/** What handlers need of it. */
export type Measure = (name: MetricName, value: number) => void;

export const measure: Measure = (name, value) => {
  metrics.addMetric(name, units[name], value);
};

/** What an issuer says is left, or was spent this month, by secret (`account:Region:name`), in the account's currency. */
export type MeasureBalance = (secret: string, amount: number) => void;

export const measureBalance: MeasureBalance = (secret, amount) => {
  metrics.singleMetric().addDimension('secret', secret).addMetric('Balance', MetricUnit.NoUnit, amount);
};
