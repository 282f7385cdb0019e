import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Place } from './place.ts';

/** A topic that is encrypted with the suite's key and takes nothing over plain HTTP. */
export class EncryptedTopic extends Topic {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly encryptionKey: IKey; readonly displayName: string },
  ) {
    super(scope, id, { masterKey: props.encryptionKey, displayName: props.displayName, enforceSSL: true });
  }

  /** Lets the account's alarms publish. A policy of its own replaces the default one, which let the whole account. */
  allowAlarms({ partition, region, account }: Place): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
        },
      }),
    );
  }
}
