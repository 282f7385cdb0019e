import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/report/env.ts';
import { acknowledge } from './acknowledge.ts';
import type { PartProps } from './part-props.ts';
import type { ReportBucket } from './report-bucket.ts';
import { ScheduledFunction } from './scheduled-function.ts';

export interface ReportProps extends PartProps {
  readonly bucket: ReportBucket;
}

const prefix = 'reports/';

/** EventBridge Scheduler → Lambda: writes a report of what the suite remembers into the bucket. */
export class Report extends ScheduledFunction {
  constructor(scope: Construct, id: string, props: ReportProps) {
    const { settings, encryptionKey, state, alarms, bucket } = props;
    super(scope, id, {
      functionName: 'report',
      description: 'Writes a report of what the suite knows: a page, and the same as JSON',
      schedule: settings.report.schedule,
      scheduleDescription: 'writes the report',
      settings,
      encryptionKey,
      environment: {
        TABLE_NAME: state.table.tableName,
        ACCOUNT_ID: Stack.of(scope).account,
        BUCKET_NAME: bucket.bucket.bucketName,
        PREFIX: prefix,
      } satisfies z.input<typeof env>,
      // It holds all findings of the period and the habits of every identity at once.
      memorySize: 1769,
      timeout: Duration.minutes(14),
    });
    const { role, handler } = this.function;
    state.grantRead(role);
    bucket.grantPut(role, prefix);
    bucket.grantGet(role, prefix);
    // Dates, by which the age of values is told; the role is denied every value.
    role.addToPolicy(new PolicyStatement({ actions: ['secretsmanager:ListSecrets'], resources: ['*'] }));
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'secretsmanager:ListSecrets and the calls of X-Ray take no resource.',
    });

    alarms.watchDeadLetters(
      'report',
      this.deadLetters,
      'The report could not be made, or the scheduler could not start it.',
    );
    alarms.watchErrors('report', handler, 'report ended with an error: there is no new report.');
  }
}
