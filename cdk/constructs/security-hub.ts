import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/security-hub/env.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { PartProps } from './part-props.ts';
import { placeOf } from './place.ts';
import { readStream } from './stream-source.ts';
import { SuiteFunction } from './suite-function.ts';

/**
 * DynamoDB stream → Lambda → Security Hub. Beside `announce` and not a part of it: where Security Hub is away, people hear
 * of findings all the same.
 */
export class SecurityHub extends Construct {
  readonly deadLetters: DeadLetterQueue;
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: PartProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms } = props;
    const { partition, account, region } = placeOf(Stack.of(this));
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { encryptionKey });
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'security-hub',
      description: 'Imports findings into AWS Security Hub as the table receives them',
      settings,
      encryptionKey,
      environment: {
        DEAD_LETTER_QUEUE_URL: this.deadLetters.queueUrl,
        PARTITION: partition,
        ACCOUNT_ID: account,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      timeout: Duration.minutes(2),
    });
    const { role, handler } = this.function;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['securityhub:BatchImportFindings'],
        resources: [`arn:${partition}:securityhub:${region}:${account}:product/${account}/default`],
      }),
    );
    readStream(this, {
      reader: this.function,
      state,
      deadLetters: this.deadLetters,
      items: ['FINDING'],
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(30),
      // The stream keeps a day.
      maxRecordAge: Duration.hours(23),
    });

    alarms.watchDeadLetters(
      'security-hub',
      this.deadLetters,
      'Findings could not be imported into Security Hub.',
    );
    alarms.watchErrors(
      'security-hub',
      handler,
      'security-hub ended with an error; its records are tried again.',
    );
    alarms.watchStreamAge(
      'security-hub',
      handler,
      Duration.hours(1),
      'Findings have waited for an hour or more to be imported into Security Hub.',
    );
  }
}
