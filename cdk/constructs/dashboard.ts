import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  Color,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { DashboardPart } from './dashboard-part.ts';
import { dashboardText, dashboardTextHeight } from './dashboard-text.ts';
import { suiteName } from './suite-name.ts';

export interface DashboardProps {
  readonly parts: readonly DashboardPart[];
  readonly alarms: Alarms;
  /** Whether keys are rotated: their age and their balance are shown. */
  readonly rotates: boolean;
}

const period = Duration.minutes(5);
/** Of what happens seldom. */
const hour = Duration.hours(1);
const thirdOfWidth = 8;
const quarterOfWidth = 6;
const height = 6;
const alarmsInRow = 6;

/** What an on-call person opens first: is the suite doing its work, and where does it hang? */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { parts, alarms, rotates }: DashboardProps) {
    super(scope, id);
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: suiteName(this),
      defaultInterval: Duration.days(1),
      periodOverride: PeriodOverride.INHERIT,
    });
    const alarmRows = Math.ceil(alarms.all.length / alarmsInRow);
    dashboard.addWidgets(
      new TextWidget({
        markdown: dashboardText(parts, rotates),
        width: 24,
        height: dashboardTextHeight(parts),
      }),
    );
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms.all], width: 24, height: 1 + alarmRows }),
    );
    dashboard.addWidgets(...flow());
    dashboard.addWidgets(...delays(parts));
    dashboard.addWidgets(...backlog(parts));
    if (rotates) dashboard.addWidgets(...keys());
  }
}

const flow = (): IWidget[] => [
  graph('Events seen', thirdOfWidth, [ofAll('Events', 'events')]),
  graph('Findings by severity, an hour', thirdOfWidth, severityMetrics(), { stacked: true }),
  graph('Told', thirdOfWidth, [
    ofAll('Findings', 'findings, new or changed'),
    ofAll('Announcements', 'announcements'),
    ofAll('Notifications', 'notifications'),
  ]),
];

const severityMetrics = (): IMetric[] => [
  ofAll('FindingsCritical', 'critical', hour, Color.PURPLE),
  ofAll('FindingsHigh', 'high', hour, Color.RED),
  ofAll('FindingsMedium', 'medium', hour, Color.ORANGE),
  ofAll('FindingsLow', 'low', hour, Color.GREY),
];

const delays = (parts: readonly DashboardPart[]): IWidget[] => [
  graph('Oldest event when it was judged (s)', quarterOfWidth, [
    ofService('watch', 'DelaySeconds', 'Maximum', 'watch'),
  ]),
  graph('Sweep behind (min)', quarterOfWidth, [ofService('audit', 'SweepLagMinutes', 'Maximum', 'audit')]),
  graph(
    'Longest wait in a queue (s)',
    quarterOfWidth,
    parts.flatMap(({ name, queue }) =>
      queue ? queue.metricApproximateAgeOfOldestMessage({ label: name, statistic: 'Maximum', period }) : [],
    ),
  ),
  graph(
    'Longest wait in the stream (ms)',
    quarterOfWidth,
    parts.flatMap((part) =>
      part.function && part.readsStream
        ? part.function.metric('IteratorAge', { label: part.name, statistic: 'Maximum', period })
        : [],
    ),
  ),
];

const backlog = (parts: readonly DashboardPart[]): IWidget[] => [
  graph(
    'Waiting in queues',
    thirdOfWidth,
    parts.flatMap(({ name, queue }) => (queue ? waitingIn(queue, name) : [])),
  ),
  graph(
    'Dead letters',
    thirdOfWidth,
    parts.flatMap(({ name, deadLetters }) => (deadLetters ? waitingIn(deadLetters, name) : [])),
  ),
  graph(
    'Errors and throttles',
    thirdOfWidth,
    parts.flatMap((part) =>
      part.function
        ? [
            part.function.metricErrors({ label: `${part.name} errors`, period }),
            part.function.metricThrottles({ label: `${part.name} throttles`, period }),
          ]
        : [],
    ),
  ),
];

const keys = (): IWidget[] => [
  graph('Age of the oldest key (days)', thirdOfWidth, [
    ofService('enforce', 'KeyAgeDays', 'Maximum', 'oldest key', hour),
  ]),
  graph('Balance, by secret', thirdOfWidth, [
    new MathExpression({
      expression: `SEARCH('{SecretsAudit,secret,service} MetricName="Balance"', 'Average', ${hour.toSeconds()})`,
      usingMetrics: {},
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudWatch fills it in
      label: "${PROP('Dim.secret')}",
      period: hour,
    }),
  ]),
  graph('Keys that their issuer refuses', thirdOfWidth, [
    ofService('usage', 'RefusedKeys', 'Maximum', 'refused', hour),
  ]),
];

const waitingIn = (queue: IQueue, label: string): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({ label, statistic: 'Maximum', period });

const ofService = (
  service: string,
  metricName: string,
  statistic: string,
  label: string,
  each = period,
): IMetric =>
  new Metric({
    namespace: 'SecretsAudit',
    metricName,
    dimensionsMap: { service },
    statistic,
    label,
    period: each,
  });

/** Of all functions together, also of those that come later. */
const ofAll = (metricName: string, label: string, each = period, color?: string): IMetric =>
  new MathExpression({
    expression: `SUM(SEARCH('{SecretsAudit,service} MetricName="${metricName}"', 'Sum', ${each.toSeconds()}))`,
    usingMetrics: {},
    label,
    color,
    period: each,
  });

const graph = (
  title: string,
  width: number,
  left: readonly IMetric[],
  others: Partial<GraphWidgetProps> = {},
): IWidget =>
  new GraphWidget({
    title,
    width,
    height,
    left: [...left],
    leftYAxis: { min: 0, showUnits: false },
    ...others,
  });
