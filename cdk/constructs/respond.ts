import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { env } from '../../functions/respond/env.ts';
import type { PartProps } from './part-props.ts';
import { placeOf } from './place.ts';
import { grantReceiverKeys, type ReceiverSecret } from './receivers.ts';
import { secretArn } from './secret-arn.ts';
import { SuiteFunction } from './suite-function.ts';

export interface RespondProps extends PartProps {
  /** Of the Slack app whose buttons are answered. */
  readonly secret: ReceiverSecret;
}

/** Slack → function URL → Lambda: what people do with the buttons under messages. */
export class Respond extends Construct {
  readonly function: SuiteFunction;
  /** The Request URL of the app's interactivity. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: RespondProps) {
    super(scope, id);
    const { settings, encryptionKey, state, alarms, secret } = props;
    this.function = new SuiteFunction(this, 'Lambda', {
      functionName: 'respond',
      description: 'Takes what people do with the buttons in Slack',
      settings,
      encryptionKey,
      readableSecrets: [secretArn(secret.secret, placeOf(Stack.of(this)))],
      environment: { TABLE_NAME: state.table.tableName } satisfies z.input<typeof env>,
      // Slack waits for three seconds, a cold start included; memory brings processor time.
      memorySize: 512,
      timeout: Duration.seconds(10),
    });
    const { role, handler } = this.function;
    state.grantHandle(role);
    grantReceiverKeys(role, [secret]);
    // Slack cannot sign as AWS asks. The function checks Slack's own signature before it does anything.
    this.url = handler.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
    new CfnOutput(this, 'SlackRequestUrl', {
      value: this.url,
      description: 'Request URL for interactivity of the Slack app (docs/slack.md)',
    });

    alarms.watchErrors('respond', handler, 'respond ended with an error: a button in Slack did nothing.');
    alarms.watchThrottles('respond', handler);
    alarms.watchRefusedRequests(
      'respond',
      50,
      'Somebody who is not Slack calls the function URL again and again; all of it was refused.',
    );
  }
}
