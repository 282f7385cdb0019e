import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/audit/env.ts';
import type { OwnReads } from '../../functions/core/model/own-reads.ts';
import { acknowledge } from './acknowledge.ts';
import type { PartProps } from './part-props.ts';
import { ScheduledFunction } from './scheduled-function.ts';

export interface AuditProps extends PartProps {
  readonly ownReads: OwnReads;
  /** Whether one sweep at a time is guaranteed by reserved concurrency. */
  readonly reserveConcurrency: boolean;
}

/** EventBridge Scheduler → Lambda: sweeps LookupEvents for what EventBridge missed, and lists secrets and their tags. */
export class Audit extends ScheduledFunction {
  constructor(scope: Construct, id: string, props: AuditProps) {
    const { settings, encryptionKey, state, alarms } = props;
    super(scope, id, {
      functionName: 'audit',
      description:
        'Sweeps the event history of CloudTrail for what EventBridge missed, and lists secrets by name and tag',
      schedule: settings.schedule,
      scheduleDescription: 'sweeps the event history',
      settings,
      encryptionKey,
      environment: {
        TABLE_NAME: state.table.tableName,
        ACCOUNT_ID: Stack.of(scope).account,
        OWN_READS: Stack.of(scope).toJsonString(props.ownReads),
      } satisfies z.input<typeof env>,
      memorySize: 512,
      // Under the 15 minutes of the default schedule, so that a long sweep ends before the next one begins.
      timeout: Duration.minutes(14),
      // LookupEvents allows 2 calls a second for the whole account: two sweeps would only slow each other down.
      reservedConcurrentExecutions: props.reserveConcurrency ? 1 : undefined,
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    role.addToPolicy(new PolicyStatement({ actions: ['cloudtrail:LookupEvents'], resources: ['*'] }));
    // Names and tags, which contracts match; the role is denied every value.
    role.addToPolicy(new PolicyStatement({ actions: ['secretsmanager:ListSecrets'], resources: ['*'] }));
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'cloudtrail:LookupEvents, secretsmanager:ListSecrets and the calls of X-Ray take no resource.',
    });

    alarms.watchDeadLetters(
      'audit',
      this.deadLetters,
      'A sweep failed, or the scheduler could not start it.',
    );
    alarms.watchErrors(
      'audit',
      handler,
      'audit ended with an error: part of the event history is not swept yet.',
    );
    alarms.watchSweep(Duration.hours(3));
  }
}
