import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { grantKeyThrough } from './encryption-key.ts';

/** The longest that SQS keeps a message. */
export const longestRetention = Duration.days(14);

/** Keeps what could not be processed for 14 days; each one has an alarm. */
export class DeadLetterQueue extends Queue {
  readonly #encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: { readonly encryptionKey: IKey }) {
    super(scope, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.encryptionKey,
      enforceSSL: true,
      retentionPeriod: longestRetention,
    });
    this.#encryptionKey = props.encryptionKey;
    const reason = 'It is a dead-letter queue: messages stay until a person redrives or deletes them.';
    acknowledge(this, { 'AwsSolutions-SQS3': reason, 'Serverless-SQSRedrivePolicy': reason });
  }

  /** Lets a role put messages in. */
  grantSend(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] }),
    );
    grantKeyThrough('sqs', this.#encryptionKey, role);
  }
}
