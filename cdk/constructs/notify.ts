import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/notify/env.ts';
import { acknowledge } from './acknowledge.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { PartProps } from './part-props.ts';
import { placeOf } from './place.ts';
import { grantReceiverKeys, type ReceiverSecret } from './receivers.ts';
import { secretArn } from './secret-arn.ts';
import { SuiteFunction } from './suite-function.ts';
import { WorkQueue } from './work-queue.ts';

export interface NotifyProps extends PartProps {
  /** By which its targets are reached. */
  readonly secrets: readonly ReceiverSecret[];
  /** Topic for announcements. */
  readonly topic: ITopic;
  /** Takes what the topic cannot deliver to the queue. */
  readonly undelivered: DeadLetterQueue;
}

/** Shorter than a lease of the delivery ledger. */
const timeout = Duration.minutes(2);
/** With notify's own waits, which grow to 15 minutes, a message is tried for about 20 hours. */
const maxReceiveCount = 100;
/** Slack takes one message a second for a webhook or channel; two is the least that SQS allows. */
const maxConcurrency = 2;

/** SNS → SQS → Lambda → Slack and webhooks. The queue is there because SNS gives a failing Lambda up within minutes. */
export class Notify extends Construct {
  readonly queue: WorkQueue;
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: NotifyProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms, secrets, topic } = props;
    this.queue = new WorkQueue(this, 'Queue', { encryptionKey, functionTimeout: timeout, maxReceiveCount });
    const { deadLetters } = this.queue;
    const place = placeOf(Stack.of(this));
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'notify',
      description: 'Sends announcements to Slack and to webhooks',
      settings,
      encryptionKey,
      readableSecrets: secrets.map(({ secret }) => secretArn(secret, place)),
      environment: {
        TABLE_NAME: state.table.tableName,
        QUEUE_URL: this.queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      timeout,
    });
    const { role, handler } = this.function;
    state.grantDeliver(role);
    this.queue.grantReceive(role);
    deadLetters.grantSend(role);
    grantReceiverKeys(role, secrets);
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
    this.#subscribe(
      topic,
      secrets.flatMap(({ targets }) => targets),
      props.undelivered,
    );

    alarms.watchDeadLetters('notify', deadLetters, 'Announcements could not be sent to Slack or a webhook.');
    alarms.watchErrors('notify', handler, 'notify ended with an error; its messages are tried again.');
    alarms.watchThrottles('notify', handler);
    alarms.watchQueueAge(
      'notify',
      this.queue,
      Duration.hours(1),
      'Announcements have waited for an hour or more to be sent to Slack or a webhook.',
    );
  }

  #subscribe(topic: ITopic, targets: readonly string[], undelivered: DeadLetterQueue): void {
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
      filterPolicy: { targets: SubscriptionFilter.stringFilter({ allowlist: [...targets] }) },
      deadLetterQueue: undelivered,
    });
  }
}
