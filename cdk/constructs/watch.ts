import { Duration, Stack } from 'aws-cdk-lib';
import { type CfnRule, type EventPattern, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import { eventNamesOf, watchedSources } from '../../functions/core/model/cloudtrail-events.ts';
import type { OwnReads } from '../../functions/core/model/own-reads.ts';
import type { env } from '../../functions/watch/env.ts';
import { acknowledge } from './acknowledge.ts';
import type { PartProps } from './part-props.ts';
import { SuiteFunction } from './suite-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface WatchProps extends PartProps {
  readonly ownReads: OwnReads;
}

/** Reads come in floods: a batch is aggregated before anything is written, so that it should be large. */
const batchSize = 1000;
/** How long a read may wait for company before it is judged. */
const batchWindow = Duration.seconds(20);
/** Enough for 5,000 events at once. More would only meet each other at the same items of the table. */
const maxConcurrency = 5;
const timeout = Duration.minutes(2);

/** The events of the watched sources; others are understood in log files only. The source of an event is its service's name without the domain. */
const watchedEvents: EventPattern = {
  source: watchedSources.map((source) => `aws.${source.split('.')[0]}`),
  detailType: ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
  detail: { eventSource: [...watchedSources], eventName: watchedSources.flatMap(eventNamesOf) },
};

/** What GuardDuty says of credentials, to stand beside our own findings about the same identity. */
const guardDutyEvents: EventPattern = {
  source: ['aws.guardduty'],
  detailType: ['GuardDuty Finding'],
  detail: { resource: { resourceType: ['AccessKey'] } },
};

/** EventBridge → SQS → Lambda: judges what CloudTrail tells, within minutes. */
export class Watch extends Construct {
  readonly queue: WorkQueue;
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms } = props;
    this.queue = new WorkQueue(this, 'Queue', {
      encryptionKey,
      functionTimeout: timeout,
      maxReceiveCount: 5,
    });
    const { deadLetters } = this.queue;
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'watch',
      description: 'Judges CloudTrail events of secrets as EventBridge brings them',
      settings,
      encryptionKey,
      environment: {
        TABLE_NAME: state.table.tableName,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        OWN_READS: Stack.of(this).toJsonString(props.ownReads),
      } satisfies z.input<typeof env>,
      memorySize: 512,
      timeout,
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    this.queue.grantReceive(role);
    deadLetters.grantSend(role);
    const mapping = new EventSourceMapping(this, 'Source', {
      target: handler,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxBatchingWindow: batchWindow,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'A queue has none: what fails goes to the dead-letter queue of the queue.',
    });

    const rule = this.#addRule('Rule', 'what happens to secrets and to trails', watchedEvents);
    // In plain ENABLED state, EventBridge leaves out Get, List and Describe calls: every read of a secret.
    (rule.node.defaultChild as CfnRule).state = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
    const related = this.#addRule('GuardDutyRule', 'what GuardDuty says of credentials', guardDutyEvents);
    for (const queue of [this.queue, deadLetters]) allowRules(queue, [rule, related]);

    alarms.watchDeadLetters(
      'watch',
      deadLetters,
      'Events could not be judged and wait in the dead letters of watch.',
    );
    alarms.watchErrors('watch', handler, 'watch ended with an error; its events are tried again.');
    alarms.watchThrottles('watch', handler);
    alarms.watchRule(rule);
    alarms.watchQueueAge(
      'watch',
      this.queue,
      Duration.minutes(15),
      'Events have waited for 15 minutes or more to be judged: findings come late.',
    );
  }

  #addRule(id: string, description: string, eventPattern: EventPattern): Rule {
    const { queue } = this;
    // Not targets.SqsQueue, which lets EventBridge use the key for every rule there is.
    const target: IRuleTarget = {
      bind: () => ({
        arn: queue.queueArn,
        targetResource: queue,
        deadLetterConfig: { arn: queue.deadLetters.queueArn },
      }),
    };
    return new Rule(this, id, {
      description: `secrets-audit: ${description}`,
      eventPattern,
      targets: [target],
    });
  }
}

function allowRules(queue: Queue, rules: readonly Rule[]): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid: 'RuleSends',
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rules.map(({ ruleArn }) => ruleArn) } },
    }),
  );
}
