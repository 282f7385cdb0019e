import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { RotatedSecret } from '../../functions/core/model/rotated-secrets.ts';
import type { env } from '../../functions/rotate/env.ts';
import { placeOf } from './place.ts';
import { accountSecretOf, arnsOf, grantKeysOf, onSecrets, type RotationPartProps } from './rotated.ts';
import { secretArn } from './secret-arn.ts';
import { SuiteFunction } from './suite-function.ts';

export interface RotateProps extends RotationPartProps {
  /** Looks at once at what a step came to. */
  readonly enforce: IFunction;
}

/** Secrets Manager → Lambda: takes the steps of a rotation. */
export class Rotate extends Construct {
  readonly function: SuiteFunction;

  constructor(scope: Construct, id: string, props: RotateProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms, rotated } = props;
    const place = placeOf(Stack.of(this));
    const secrets = arnsOf(rotated, this);
    const accounts = [...new Set(rotated.flatMap((each) => accountSecretOf(each) ?? []))].map((secret) =>
      secretArn(secret, place),
    );
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'rotate',
      description: 'Takes the steps of a rotation when Secrets Manager asks for them',
      settings,
      encryptionKey,
      egress: settings.egress,
      readableSecrets: [...secrets, ...accounts],
      environment: {
        TABLE_NAME: state.table.tableName,
        ACCOUNT_ID: place.account,
        ENFORCE_FUNCTION: props.enforce.functionName,
      } satisfies z.input<typeof env>,
      memorySize: 256,
      timeout: Duration.minutes(2),
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    // Also of the account, because GetSecretValue says the same of a secret that is gone and of one without a value.
    role.addToPolicy(onSecrets(['secretsmanager:DescribeSecret'], [...secrets, ...accounts]));
    role.addToPolicy(
      onSecrets(
        [
          'secretsmanager:ListSecretVersionIds',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        secrets,
      ),
    );
    grantKeysOf(rotated, role, ['kms:Decrypt', 'kms:GenerateDataKey'], (each) =>
      [accountSecretOf(each)].filter((secret) => secret !== undefined),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [props.enforce.functionArn],
      }),
    );
    for (const each of rotated) this.#schedule(each);

    alarms.watchErrors(
      'rotate',
      handler,
      'rotate ended with an error that is no refusal of a rotation. Secrets Manager tries again.',
    );
  }

  #schedule({ secretId, policy }: RotatedSecret): void {
    const place = placeOf(Stack.of(this));
    const { functionArn } = this.function.handler;
    // One for each secret, so that nobody makes this function rotate another:
    // https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
    const permission = new CfnPermission(this, `Permission-${secretId}`, {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: place.account,
      sourceArn: secretArn(secretId, place),
    });
    const schedule = new CfnRotationSchedule(this, `Schedule-${secretId}`, {
      secretId,
      rotationLambdaArn: functionArn,
      // Not automaticallyAfterDays, for which every new version counts as a rotation: staging a key would put it off.
      rotationRules: { scheduleExpression: scheduleExpression(policy.everyMs) },
      // A deployment is no reason to change a key.
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(permission);
  }
}

const hourMs = 3_600_000;

/** Secrets Manager knows whole hours and days: never less often than asked for. */
function scheduleExpression(everyMs: number): string {
  const hours = Math.floor(everyMs / hourMs);
  if (hours < 24) return `rate(${hours} hours)`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'rate(1 day)' : `rate(${days} days)`;
}
