import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/usage/env.ts';
import { arnsOf, grantKeysOf, onSecrets, type RotationPartProps } from './rotated.ts';
import { ScheduledFunction } from './scheduled-function.ts';

/** EventBridge Scheduler → Lambda: asks issuers what was used up with the keys. */
export class Usage extends ScheduledFunction {
  constructor(scope: Construct, id: string, props: RotationPartProps) {
    const { settings, encryptionKey, state, alarms, rotated } = props;
    const secrets = arnsOf(rotated, scope);
    super(scope, id, {
      functionName: 'usage',
      description:
        'Asks the issuers of rotated keys for the balance, and compares it with who reads the keys',
      schedule: settings.usage.schedule,
      scheduleDescription: 'asks for the balance',
      settings,
      encryptionKey,
      egress: settings.egress,
      readableSecrets: secrets,
      environment: {
        TABLE_NAME: state.table.tableName,
        ACCOUNT_ID: Stack.of(scope).account,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      timeout: Duration.minutes(5),
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    // Whether a secret is gone or has no value: GetSecretValue says the same of both.
    role.addToPolicy(onSecrets(['secretsmanager:DescribeSecret'], secrets));
    grantKeysOf(rotated, role, ['kms:Decrypt']);

    alarms.watchDeadLetters(
      'usage',
      this.deadLetters,
      'The balance could not be asked for, or the scheduler could not start usage.',
    );
    alarms.watchErrors('usage', handler, 'usage ended with an error: nobody knows what the keys use up.');
  }
}
