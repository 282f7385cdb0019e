import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IRule } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EncryptedTopic } from './encrypted-topic.ts';
import { placeOf } from './place.ts';
import { suiteName } from './suite-name.ts';

export interface AlarmsProps {
  readonly encryptionKey: IKey;
}

/** What goes wrong with the suite itself, told to a topic that has nothing to do with the way of findings. */
export class Alarms extends Construct {
  readonly topic: EncryptedTopic;
  readonly #created: Alarm[] = [];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = new EncryptedTopic(this, 'Topic', {
      encryptionKey: props.encryptionKey,
      displayName: 'secrets-audit operations',
    });
    this.topic.allowAlarms(placeOf(Stack.of(this)));
  }

  /** All that were added until now. */
  get all(): readonly Alarm[] {
    return this.#created;
  }

  /** Something lies in a dead-letter queue. */
  watchDeadLetters(part: string, queue: IQueue, meaning: string): void {
    this.#add({
      metric: queue.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      meaning,
      name: `${part}-dead-letters`,
    });
  }

  /** A function ended with an error, timed out or ran out of memory. */
  watchErrors(part: string, handler: IFunction, meaning: string): void {
    this.#add({
      metric: handler.metricErrors({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      meaning,
      name: `${part}-errors`,
    });
  }

  /** A function is refused for a quarter of an hour because the account's concurrency is used up. */
  watchThrottles(part: string, handler: IFunction): void {
    this.#add({
      metric: handler.metricThrottles({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 3,
      meaning: `${part} has not been allowed to run for 15 minutes: the account's Lambda concurrency is used up.`,
      name: `${part}-throttled`,
      article: 'throttled',
    });
  }

  /** Messages wait longer than they should. */
  watchQueueAge(part: string, queue: IQueue, longest: Duration, meaning: string): void {
    this.#add({
      metric: queue.metricApproximateAgeOfOldestMessage({
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold: longest.toSeconds(),
      meaning,
      name: `${part}-late`,
    });
  }

  /** A stream's reader is behind. */
  watchStreamAge(part: string, handler: IFunction, longest: Duration, meaning: string): void {
    this.#add({
      metric: handler.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(5) }),
      threshold: longest.toMilliseconds(),
      meaning,
      name: `${part}-late`,
    });
  }

  /** A rule could not deliver, not even to its dead-letter queue. */
  watchRule(rule: IRule): void {
    this.#add({
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { RuleName: rule.ruleName },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      meaning:
        'EventBridge could not put CloudTrail events into the queue of watch. The sweep still finds them, later.',
      name: 'watch-undelivered',
    });
  }

  /** After a sweep, its furthest Region is still behind. */
  watchSweep(longest: Duration): void {
    this.#add({
      name: 'audit-behind',
      metric: new Metric({
        namespace: 'SecretsAudit',
        metricName: 'SweepLagMinutes',
        dimensionsMap: { service: 'audit' },
        statistic: 'Minimum',
        period: Duration.hours(1),
      }),
      threshold: longest.toMinutes(),
      evaluationPeriods: 3,
      meaning: `For three hours, every sweep has ended ${longest.toHours()} hours or more behind: a Region of the settings has more events than LookupEvents gives, or refuses.`,
    });
  }

  /** A function that is open to the internet refused so many requests within a quarter of an hour. */
  watchRefusedRequests(part: string, threshold: number, meaning: string): void {
    this.#add({
      name: `${part}-refused`,
      metric: new Metric({
        namespace: 'SecretsAudit',
        metricName: 'RefusedRequests',
        dimensionsMap: { service: part },
        statistic: 'Sum',
        period: Duration.minutes(15),
      }),
      threshold,
      meaning,
    });
  }

  /** SNS could not deliver. */
  watchDeliveries(topic: ITopic): void {
    this.#add({
      metric: topic.metricNumberOfNotificationsFailed({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      meaning: 'SNS could not deliver a finding to a subscriber.',
      name: 'findings-undelivered',
    });
  }

  #add(alarm: Pick<AlarmProps, 'metric' | 'threshold'> & AlarmText & { evaluationPeriods?: number }): void {
    const created = new Alarm(this, alarm.name, {
      alarmName: `${suiteName(this)}-${alarm.name}`,
      metric: alarm.metric,
      threshold: alarm.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: alarm.evaluationPeriods ?? 1,
      // Nothing is published while nothing happens.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${alarm.meaning} What to do: docs/runbook.md#${alarm.article ?? alarm.name}`,
    });
    created.addAlarmAction(new SnsAction(this.topic));
    this.#created.push(created);
  }
}

interface AlarmText {
  readonly name: string;
  /** What has happened, in one sentence. */
  readonly meaning: string;
  /** Heading in the runbook. Default: the name */
  readonly article?: string;
}
