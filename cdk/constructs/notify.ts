import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Subscription, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { Settings } from '../../functions/core/model/settings.ts';
import type { env } from '../../functions/notify/env.ts';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { PartProps } from './part-props.ts';
import { placeOf } from './place.ts';
import { secretArn } from './secret-arn.ts';
import { SuiteFunction } from './suite-function.ts';
import { WorkQueue } from './work-queue.ts';

/** Settings of a chat that receives findings. */
export type SlackSettings = NonNullable<Settings['notify']['slack']>;

export interface NotifyProps extends PartProps {
  readonly slack: SlackSettings;
  /** Topic for findings. */
  readonly topic: ITopic;
  /** Takes what the topic cannot deliver to the queue. */
  readonly undelivered: DeadLetterQueue;
}

/** Shorter than a lease of the delivery ledger. */
const timeout = Duration.minutes(2);
/** With notify's own waits, which grow to 15 minutes, a message is tried for about 20 hours. */
const maxReceiveCount = 100;
/** Slack takes one message a second from a webhook; two is the least that SQS allows. */
const maxConcurrency = 2;

/** SNS → SQS → Lambda → Slack. The queue is there because SNS gives a failing Lambda up within minutes. */
export class Notify extends Construct {
  readonly queue: WorkQueue;
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: NotifyProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms, slack, topic } = props;
    this.queue = new WorkQueue(this, 'Queue', { encryptionKey, functionTimeout: timeout, maxReceiveCount });
    const { deadLetters } = this.queue;
    const secretId = slack.webhookSecret ?? slack.botSecret ?? '';
    const secret = secretArn(secretId, placeOf(Stack.of(this)));
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'notify',
      description: 'Posts findings to Slack',
      settings,
      encryptionKey,
      readableSecrets: [secret],
      environment: {
        TABLE_NAME: state.table.tableName,
        QUEUE_URL: this.queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        WEBHOOK_SECRET: secretId,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      timeout,
    });
    const { role, handler } = this.function;
    state.grantDeliver(role);
    this.queue.grantReceive(role);
    deadLetters.grantSend(role);
    if (slack.encryptionKey !== undefined) {
      role.addToPolicy(
        new PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: [slack.encryptionKey],
          conditions: {
            StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
          },
        }),
      );
    }
    const mapping = new EventSourceMapping(this, 'Source', {
      target: handler,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    acknowledge(mapping, {
      'Serverless-LambdaEventSourceMappingDestination':
        'A queue has none: what fails goes to the dead-letter queue of the queue.',
    });
    this.#subscribe(topic, props.undelivered);

    alarms.watchDeadLetters('notify', deadLetters, 'Findings could not be posted to Slack.');
    alarms.watchErrors('notify', handler, 'notify ended with an error; its messages are tried again.');
    alarms.watchThrottles('notify', handler);
    alarms.watchQueueAge(
      'notify',
      this.queue,
      Duration.hours(1),
      'Findings have waited for an hour or more to be posted to Slack.',
    );
  }

  #subscribe(topic: ITopic, undelivered: DeadLetterQueue): void {
    // Not SqsSubscription, which names the topic in the key's policy: the topic and the key would need each other.
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TopicSends',
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': topic.topicArn } },
      }),
    );
    new Subscription(this, 'Subscription', {
      topic,
      protocol: SubscriptionProtocol.SQS,
      endpoint: this.queue.queueArn,
      rawMessageDelivery: true,
      deadLetterQueue: undelivered,
    });
  }
}
