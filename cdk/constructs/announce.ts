import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/announce/env.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { PartProps } from './part-props.ts';
import { grantPublish } from './publishing.ts';
import type { ReportBucket } from './report-bucket.ts';
import { readStream } from './stream-source.ts';
import { SuiteFunction } from './suite-function.ts';

export interface AnnounceProps extends PartProps {
  /** Topic for announcements. */
  readonly topic: ITopic;
  /** Takes what is too large for it. */
  readonly reportBucket: ReportBucket;
}

/**
 * How long a record is tried: longer than a lease of the delivery ledger, which a worker that died leaves behind, and
 * than most outages. The stream is kept in order, so all others wait meanwhile, and an alarm says so.
 */
const longestTry = Duration.hours(6);

/**
 * DynamoDB stream → Lambda → SNS: puts every finding that was stored into an incident, which comes back by the stream, and
 * tells what is new about it.
 */
export class Announce extends Construct {
  readonly deadLetters: DeadLetterQueue;
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: AnnounceProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms, topic, reportBucket } = props;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { encryptionKey });
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'announce',
      description: 'Puts findings into incidents, and publishes to SNS what is new about these',
      settings,
      encryptionKey,
      environment: {
        TABLE_NAME: state.table.tableName,
        TOPIC_ARN: topic.topicArn,
        REPORT_BUCKET: reportBucket.bucket.bucketName,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      timeout: Duration.minutes(1),
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    grantPublish(this, role, topic, settings);
    reportBucket.grantPut(role, 'announcements/');

    readStream(this, {
      reader: this.function,
      state,
      deadLetters: this.deadLetters,
      items: ['FINDING', 'INCIDENT'],
      batchSize: 25,
      maxRecordAge: longestTry,
    });

    alarms.watchDeadLetters(
      'announce',
      this.deadLetters,
      'Findings are stored, and what is new about their incidents could not be published.',
    );
    alarms.watchErrors('announce', handler, 'announce ended with an error; its records are tried again.');
    alarms.watchThrottles('announce', handler);
    alarms.watchStreamAge(
      'announce',
      handler,
      Duration.minutes(15),
      'Findings have waited for 15 minutes or more to be published.',
    );
  }
}
