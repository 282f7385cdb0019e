import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/enforce/env.ts';
import { acknowledge } from './acknowledge.ts';
import { placeOf } from './place.ts';
import { arnsOf, grantKeysOf, onSecrets, type RotationPartProps } from './rotated.ts';
import { ScheduledFunction } from './scheduled-function.ts';

/** EventBridge Scheduler → Lambda: looks after the posture of all secrets, and after rotations and what follows them. */
export class Enforce extends ScheduledFunction {
  constructor(scope: Construct, id: string, props: RotationPartProps) {
    const { settings, encryptionKey, state, alarms, rotated } = props;
    const secrets = arnsOf(rotated, scope);
    super(scope, id, {
      functionName: 'enforce',
      description: 'Looks after the posture of all secrets, and after rotations and what follows them',
      schedule: settings.enforce.schedule,
      scheduleDescription: 'looks after posture and rotations',
      settings,
      encryptionKey,
      egress: settings.egress,
      readableSecrets: secrets,
      environment: {
        TABLE_NAME: state.table.tableName,
        ACCOUNT_ID: Stack.of(scope).account,
      } satisfies z.input<typeof env>,
      memorySize: 512,
      // A call for the policy of every secret: thousands in a large account.
      timeout: Duration.minutes(10),
    });
    const { role, handler } = this.function;
    state.grantJudge(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetResourcePolicy', 'secretsmanager:ListSecrets'],
        resources: ['*'],
      }),
    );
    if (secrets.length > 0) {
      role.addToPolicy(
        onSecrets(['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds'], secrets),
      );
      grantKeysOf(rotated, role, ['kms:Decrypt']);
    }
    this.#allowConsumers(rotated);
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'The posture of every secret is judged, by its description and its policy, never by its value; ecs:ListTasks takes no resource, and both calls of ECS are limited to the clusters of the contracts.',
    });

    alarms.watchDeadLetters(
      'enforce',
      this.deadLetters,
      'Posture and rotations could not be looked after, or the scheduler could not start enforce.',
    );
    alarms.watchErrors(
      'enforce',
      handler,
      'enforce ended with an error: part of the secrets was not looked after.',
    );
  }

  /** @param roles of the suite that read rotated secrets: they are no consumers of the keys */
  ignoreReadsOf(roles: readonly Role[]): void {
    this.function.handler.addEnvironment(
      'OWN_ROLES' satisfies keyof z.input<typeof env>,
      Stack.of(this).toJsonString(roles.map(({ roleArn }) => roleArn)),
    );
  }

  /** What runs of the consumers that contracts name, and since when: whether they can still hold an old key. */
  #allowConsumers(rotated: RotationPartProps['rotated']): void {
    const { partition, region, account } = placeOf(Stack.of(this));
    const { role } = this.function;
    const consumers = rotated.flatMap(({ clauses }) => clauses.flatMap(({ consumer }) => consumer ?? []));
    const clusters = new Set(consumers.flatMap(({ ecs }) => ecs?.split('/')[0] ?? []));
    if (clusters.size > 0) {
      const arns = [...clusters].map((name) => `arn:${partition}:ecs:${region}:${account}:cluster/${name}`);
      role.addToPolicy(
        new PolicyStatement({
          actions: ['ecs:DescribeTasks', 'ecs:ListTasks'],
          resources: ['*'],
          conditions: { ArnEquals: { 'ecs:cluster': arns } },
        }),
      );
    }
    const functions = new Set(consumers.flatMap(({ lambda }) => lambda ?? []));
    if (functions.size > 0) {
      role.addToPolicy(
        new PolicyStatement({
          actions: ['lambda:GetFunctionConfiguration'],
          resources: [...functions].map((name) =>
            name.startsWith('arn:') ? name : `arn:${partition}:lambda:${region}:${account}:function:${name}`,
          ),
        }),
      );
    }
  }
}
