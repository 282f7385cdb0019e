import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { aws_cloudtrail } from 'aws-cdk-lib/interfaces';
import type { Settings } from '../../functions/core/model/settings.ts';

export interface SecretsAuditProps {
  /**
   * What `audit.yaml` says; `parseSettings` reads it.
   *
   * @default - the defaults of every setting: findings are published to a topic without subscribers
   */
  readonly settings?: Settings;

  /**
   * A trail that exists already and records management events, reads included. The suite needs nothing of it but that it
   * is there before events are expected.
   *
   * @default - one is created where `settings.trail.create` says so; else the account is taken to have one
   */
  readonly trail?: aws_cloudtrail.ITrailRef;

  /**
   * Bucket that a created trail writes to.
   *
   * @default - `settings.trail.bucket`, else a new, private, versioned one
   */
  readonly trailBucket?: IBucket;

  /**
   * Topic for findings.
   *
   * @default - `settings.topic`, else a new, encrypted one
   */
  readonly topic?: ITopic;

  /**
   * Customer key for topics, queues, table, logs and a created trail.
   *
   * @default - `settings.encryptionKey`, else a new one that is rotated every year
   */
  readonly encryptionKey?: IKey;

  /**
   * Policy that every role gets as its permissions boundary.
   *
   * @default - `settings.permissionsBoundary`, else none
   */
  readonly permissionsBoundary?: IManagedPolicy;

  /**
   * What happens to the findings, the key and a created trail's files when the stack is deleted. With DESTROY, a
   * bucket must be emptied by hand first.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether concurrency is reserved for the sweep, so that never two run at once. An account whose Lambda quota is
   * still 10, as in a new one, has none to reserve: then set this to false; two sweeps at once are slower, not wrong.
   *
   * @default true
   */
  readonly reserveConcurrency?: boolean;
}
