import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IEventSourceDlq,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/announce/env.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { grantKeyOfTopic } from './encryption-key.ts';
import type { PartProps } from './part-props.ts';
import { SuiteFunction } from './suite-function.ts';

export interface AnnounceProps extends PartProps {
  /** Topic for findings. */
  readonly topic: ITopic;
}

/**
 * How long a finding is tried: longer than a lease of the delivery ledger, which a worker that died leaves behind, and
 * than most outages. The stream is kept in order, so all other findings wait meanwhile, and an alarm says so.
 */
const longestTry = Duration.hours(6);

/** DynamoDB stream → Lambda → SNS: tells every finding that was stored. */
export class Announce extends Construct {
  readonly deadLetters: DeadLetterQueue;
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: AnnounceProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms, topic } = props;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { encryptionKey });
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'announce',
      description: 'Publishes findings to SNS as the table receives them',
      settings,
      encryptionKey,
      environment: {
        TABLE_NAME: state.table.tableName,
        TOPIC_ARN: topic.topicArn,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      timeout: Duration.minutes(1),
    });
    const { role, handler } = this.function;
    state.grantDeliver(role);
    state.grantStreamRead(role);
    this.deadLetters.grantSend(role);
    role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
    grantKeyOfTopic(topic, role);

    const deadLetters: IEventSourceDlq = { bind: () => ({ destination: this.deadLetters.queueArn }) };
    new EventSourceMapping(this, 'Source', {
      target: handler,
      eventSourceArn: state.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.or('INSERT', 'MODIFY'),
          dynamodb: { Keys: { sk: { S: FilterRule.isEqual('FINDING') } } },
        }),
      ],
      batchSize: 25,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: longestTry,
      onFailure: deadLetters,
    });

    alarms.watchDeadLetters('announce', this.deadLetters, 'Findings are stored but could not be published.');
    alarms.watchErrors('announce', handler, 'announce ended with an error; its findings are tried again.');
    alarms.watchThrottles('announce', handler);
    alarms.watchStreamAge(
      'announce',
      handler,
      Duration.minutes(15),
      'Findings have waited for 15 minutes or more to be published.',
    );
  }
}
