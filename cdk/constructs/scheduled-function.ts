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
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { SuiteFunction, type SuiteFunctionProps } from './suite-function.ts';

export interface ScheduledFunctionProps extends Omit<SuiteFunctionProps, 'asyncInvoke'> {
  readonly schedule: string;
  readonly scheduleDescription: string;
}

/** EventBridge Scheduler → Lambda; what neither the one nor the other could run goes to the dead letters. */
export class ScheduledFunction extends Construct {
  readonly deadLetters: DeadLetterQueue;
  readonly function: SuiteFunction;

  constructor(
    scope: Construct,
    id: string,
    { schedule, scheduleDescription, ...props }: ScheduledFunctionProps,
  ) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { encryptionKey: props.encryptionKey });
    const deadLetters: IDestination = { bind: () => ({ destination: this.deadLetters.queueArn }) };
    this.function = new SuiteFunction(this, 'Lambda', {
      ...props,
      asyncInvoke: {
        onFailure: deadLetters,
        // What failed goes on with the next schedule.
        retryAttempts: 1,
        maxEventAge: Duration.hours(1),
      },
    });
    this.deadLetters.grantSend(this.function.role);
    this.#addSchedule(props.functionName, schedule, scheduleDescription);
  }

  #addSchedule(functionName: string, expression: string, description: string): void {
    const { account, partition, region } = Stack.of(this);
    const { functionArn } = this.function.handler;
    const role = new Role(this, 'SchedulerRole', {
      description: `secrets-audit: starts ${functionName}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:SourceArn': `arn:${partition}:scheduler:${region}:${account}:schedule-group/default`,
          },
        },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    this.deadLetters.grantSend(role);
    // Not targets.LambdaInvoke, which also lets the role invoke every version of the function.
    const target: IScheduleTarget = {
      bind: () => ({
        arn: functionArn,
        role,
        input: ScheduleTargetInput.fromObject({}),
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 5 },
      }),
    };
    const schedule = new Schedule(this, 'Schedule', {
      description: `secrets-audit: ${description}`,
      schedule: ScheduleExpression.expression(expression),
      target,
    });
    // The scheduler checks at once that it may assume the role and that the role may use the target.
    schedule.node.addDependency(role);
  }
}
