import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/digest/env.ts';
import type { PartProps } from './part-props.ts';
import { grantPublish } from './publishing.ts';
import type { ReportBucket } from './report-bucket.ts';
import { ScheduledFunction } from './scheduled-function.ts';

export interface DigestProps extends PartProps {
  /** Topic for announcements. */
  readonly topic: ITopic;
  /** Takes what is too large for it. */
  readonly reportBucket: ReportBucket;
}

/** EventBridge Scheduler → Lambda → SNS: what was held back, and what comes by the calendar. */
export class Digest extends ScheduledFunction {
  constructor(scope: Construct, id: string, { topic, reportBucket, ...props }: DigestProps) {
    const { settings, encryptionKey, state, alarms } = props;
    super(scope, id, {
      functionName: 'digest',
      description: 'Sends digests: what was held back, and what comes by the calendar',
      schedule: settings.digest.schedule,
      scheduleDescription: 'looks whether a digest is due',
      settings,
      encryptionKey,
      environment: {
        TABLE_NAME: state.table.tableName,
        TOPIC_ARN: topic.topicArn,
        REPORT_BUCKET: reportBucket.bucket.bucketName,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      // Shorter than a lease of the delivery ledger.
      timeout: Duration.minutes(2),
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    grantPublish(this, role, topic, settings);
    reportBucket.grantPut(role, 'announcements/');
    alarms.watchDeadLetters(
      'digest',
      this.deadLetters,
      'Digests could not be sent, or the scheduler could not start digest.',
    );
    alarms.watchErrors('digest', handler, 'digest ended with an error: some target did not get what is due.');
  }
}
