import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DeadLetterQueue, longestRetention } from './dead-letter-queue.ts';
import { grantKeyThrough } from './encryption-key.ts';

export interface WorkQueueProps {
  readonly encryptionKey: IKey;
  /** Timeout of the function that works on it. */
  readonly functionTimeout: Duration;
  /** After how many attempts a message goes to the dead letters. */
  readonly maxReceiveCount: number;
}

/** A queue before a Lambda, with its dead letters beside it. */
export class WorkQueue extends Queue {
  readonly deadLetters: DeadLetterQueue;
  readonly #encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    const { encryptionKey } = props;
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`, { encryptionKey });
    super(scope, id, {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
      retentionPeriod: longestRetention,
      // Six times the timeout, so that a throttled batch is not delivered twice meanwhile:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * props.functionTimeout.toSeconds()),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
    this.deadLetters = deadLetters;
    this.#encryptionKey = encryptionKey;
  }

  /** Lets a function's role work on the queue. */
  grantReceive(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        resources: [this.queueArn],
      }),
    );
    grantKeyThrough('sqs', this.#encryptionKey, role);
  }
}
