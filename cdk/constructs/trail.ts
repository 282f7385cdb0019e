import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type Place, placeOf } from './place.ts';
import { createPrivateBucket } from './private-bucket.ts';

export interface TrailProps {
  readonly trailName: string;
  readonly encryptionKey: IKey;
  /**
   * Bucket that exists already.
   *
   * @default - a new one
   */
  readonly bucket?: IBucket;
  /** After how many days the files of a new bucket are deleted: they hold names and addresses. */
  readonly retentionDays: number;
  readonly removalPolicy: RemovalPolicy;
}

/** Records management events of all Regions, reads too: without such a trail, EventBridge hears nothing of CloudTrail. */
export class Trail extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: TrailProps) {
    super(scope, id);
    this.bucket = props.bucket ?? this.#createBucket(props);
    const trail = new CfnTrail(this, 'Trail', {
      trailName: props.trailName,
      s3BucketName: this.bucket.bucketName,
      kmsKeyId: props.encryptionKey.keyArn,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      eventSelectors: [{ includeManagementEvents: true, readWriteType: 'All' }],
    });
    // CloudTrail tries both when the trail is made.
    trail.node.addDependency(this.bucket, props.encryptionKey);
  }

  #createBucket({ trailName, retentionDays, removalPolicy }: TrailProps): Bucket {
    // Encrypted by CloudTrail itself, file by file.
    const bucket = createPrivateBucket(this, { retentionDays, removalPolicy });
    for (const statement of trailBucketStatements(bucket.bucketArn, trailName, placeOf(Stack.of(this)))) {
      bucket.addToResourcePolicy(statement);
    }
    return bucket;
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
export function trailBucketStatements(bucketArn: string, trailName: string, place: Place): PolicyStatement[] {
  const { partition, region, account } = place;
  const trail = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  return [
    new PolicyStatement({
      sid: 'TrailReadsAcl',
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucketArn],
      conditions: { StringEquals: { 'aws:SourceArn': trail } },
    }),
    new PolicyStatement({
      sid: 'TrailWrites',
      principals,
      actions: ['s3:PutObject'],
      resources: [`${bucketArn}/AWSLogs/${account}/*`],
      conditions: {
        StringEquals: { 'aws:SourceArn': trail, 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    }),
  ];
}
