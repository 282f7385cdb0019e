import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { grantKeyThrough } from './encryption-key.ts';
import { createPrivateBucket, type PrivateBucketProps } from './private-bucket.ts';

export interface ReportBucketProps extends PrivateBucketProps {
  readonly encryptionKey: IKey;
}

/** Where reports lie, and whatever else is too long to be sent. Each part of the suite has a prefix of its own in it. */
export class ReportBucket extends Construct {
  readonly bucket: Bucket;
  readonly #encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: ReportBucketProps) {
    super(scope, id);
    this.#encryptionKey = props.encryptionKey;
    this.bucket = createPrivateBucket(this, props);
  }

  /** @param prefix ends with a slash */
  grantPut(role: IRole, prefix: string): void {
    this.#grant(role, ['s3:PutObject'], prefix);
  }

  /** @param prefix ends with a slash */
  grantGet(role: IRole, prefix: string): void {
    this.#grant(role, ['s3:GetObject'], prefix);
    // Without it S3 says "access denied" of what is not there.
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
  }

  #grant(role: IRole, actions: string[], prefix: string): void {
    const resource = this.bucket.arnForObjects(`${prefix}*`);
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
    grantKeyThrough('s3', this.#encryptionKey, role);
    const logicalId = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`]:
        'Each object has a name of its own; the prefix is of this part of the suite alone.',
    });
  }
}
