import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

export interface PrivateBucketProps {
  /**
   * Customer key of its objects.
   *
   * @default - a key of S3
   */
  readonly encryptionKey?: IKey;
  /** After how many days objects are deleted: they hold names and addresses. */
  readonly retentionDays: number;
  readonly removalPolicy: RemovalPolicy;
}

/** A bucket that nobody outside of the account reaches and that remembers what was overwritten, with its access logs beside it. */
export function createPrivateBucket(
  scope: Construct,
  { encryptionKey, retentionDays, removalPolicy }: PrivateBucketProps,
): Bucket {
  const privately = {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    versioned: true,
    removalPolicy,
    lifecycleRules: [
      {
        expiration: Duration.days(retentionDays),
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUpload: Duration.days(7),
      },
    ],
  };
  const bucket = new Bucket(scope, 'Bucket', {
    ...privately,
    ...(encryptionKey
      ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
      : { encryption: BucketEncryption.S3_MANAGED }),
  });
  // Server access logs cannot be encrypted with a customer key.
  logAccess(
    bucket,
    new Bucket(scope, 'AccessLogs', { ...privately, encryption: BucketEncryption.S3_MANAGED }),
  );
  return bucket;
}

/** By policy. Without a feature flag that an app may lack, serverAccessLogsBucket would do it by access control list. */
function logAccess(bucket: Bucket, accessLogs: Bucket): void {
  (bucket.node.defaultChild as CfnBucket).loggingConfiguration = {
    destinationBucketName: accessLogs.bucketName,
  };
  accessLogs.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AccessLogsArrive',
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [accessLogs.arnForObjects('*')],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Stack.of(bucket).account },
        ArnLike: { 'aws:SourceArn': bucket.bucketArn },
      },
    }),
  );
}
