import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IDestination } from 'aws-cdk-lib/aws-lambda';
import {
  type IScheduleTarget,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/audit/env.ts';
import type { OwnReads } from '../../functions/core/model/own-reads.ts';
import { acknowledge } from './acknowledge.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { PartProps } from './part-props.ts';
import { SuiteFunction } from './suite-function.ts';

export interface AuditProps extends PartProps {
  readonly ownReads: OwnReads;
  /** Whether one sweep at a time is guaranteed by reserved concurrency. */
  readonly reserveConcurrency: boolean;
}

/** EventBridge Scheduler → Lambda: sweeps LookupEvents for what EventBridge missed, and lists secrets and their tags. */
export class Audit extends Construct {
  readonly deadLetters: DeadLetterQueue;
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: AuditProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms } = props;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { encryptionKey });
    const deadLetters: IDestination = { bind: () => ({ destination: this.deadLetters.queueArn }) };
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'audit',
      description:
        'Sweeps the event history of CloudTrail for what EventBridge missed, and lists secrets by name and tag',
      settings,
      encryptionKey,
      environment: {
        TABLE_NAME: state.table.tableName,
        ACCOUNT_ID: Stack.of(this).account,
        OWN_READS: Stack.of(this).toJsonString(props.ownReads),
      } satisfies z.input<typeof env>,
      memorySize: 512,
      // Under the 15 minutes of the default schedule, so that a long sweep ends before the next one begins.
      timeout: Duration.minutes(14),
      // LookupEvents allows 2 calls a second for the whole account: two sweeps would only slow each other down.
      reservedConcurrentExecutions: props.reserveConcurrency ? 1 : undefined,
      asyncInvoke: {
        onFailure: deadLetters,
        // A failed sweep goes on at its checkpoint with the next schedule.
        retryAttempts: 1,
        maxEventAge: Duration.hours(1),
      },
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    this.deadLetters.grantSend(role);
    role.addToPolicy(new PolicyStatement({ actions: ['cloudtrail:LookupEvents'], resources: ['*'] }));
    // Names and tags, which contracts match; the role is denied every value.
    role.addToPolicy(new PolicyStatement({ actions: ['secretsmanager:ListSecrets'], resources: ['*'] }));
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'cloudtrail:LookupEvents, secretsmanager:ListSecrets and the calls of X-Ray take no resource.',
    });
    this.#addSchedule(settings.schedule);

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

  #addSchedule(expression: string): void {
    const { account, partition, region } = Stack.of(this);
    const role = new Role(this, 'SchedulerRole', {
      description: 'secrets-audit: starts audit',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:SourceArn': `arn:${partition}:scheduler:${region}:${account}:schedule-group/default`,
          },
        },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.function.handler.functionArn],
      }),
    );
    this.deadLetters.grantSend(role);
    // Not targets.LambdaInvoke, which also lets the role invoke every version of the function.
    const target: IScheduleTarget = {
      bind: () => ({
        arn: this.function.handler.functionArn,
        role,
        input: ScheduleTargetInput.fromObject({}),
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 5 },
      }),
    };
    const schedule = new Schedule(this, 'Schedule', {
      description: 'secrets-audit: sweeps the event history',
      schedule: ScheduleExpression.expression(expression),
      target,
    });
    // The scheduler checks at once that it may assume the role and that the role may use the target.
    schedule.node.addDependency(role);
  }
}
