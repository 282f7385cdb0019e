import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { type IManagedPolicy, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../../functions/core/model/settings.ts';
import type { SecretsAuditProps } from './secrets-audit-props.ts';

/** What was given to be used instead of a new one. */
export interface ExistingResources {
  readonly topic?: ITopic;
  readonly encryptionKey?: IKey;
  readonly trailBucket?: IBucket;
  readonly permissionsBoundary?: IManagedPolicy;
}

/** Props win over the settings' names and ARNs. */
export function existingResources(
  scope: Construct,
  settings: Settings,
  props: SecretsAuditProps,
): ExistingResources {
  const existing = new Construct(scope, 'Existing');
  const { topic, encryptionKey, trail, permissionsBoundary } = settings;
  check(scope, settings, props);
  return {
    topic: props.topic ?? (topic === undefined ? undefined : Topic.fromTopicArn(existing, 'Topic', topic)),
    encryptionKey:
      props.encryptionKey ??
      (encryptionKey === undefined ? undefined : Key.fromKeyArn(existing, 'Key', encryptionKey)),
    trailBucket:
      props.trailBucket ??
      (trail.bucket === undefined ? undefined : Bucket.fromBucketName(existing, 'TrailBucket', trail.bucket)),
    permissionsBoundary:
      props.permissionsBoundary ??
      (permissionsBoundary === undefined
        ? undefined
        : ManagedPolicy.fromManagedPolicyArn(existing, 'PermissionsBoundary', permissionsBoundary)),
  };
}

function check(scope: Construct, { topic, encryptionKey, trail }: Settings, props: SecretsAuditProps): void {
  const { region } = Stack.of(scope);
  const annotations = Annotations.of(scope);
  for (const [setting, arn] of Object.entries({ topic, encryptionKey })) {
    const itsRegion = arn?.split(':')[3];
    if (itsRegion !== undefined && !Token.isUnresolved(region) && itsRegion !== region) {
      annotations.addError(`${setting} is in ${itsRegion}, but the suite is in ${region}: it cannot use it.`);
    }
  }
  if (trail.create && props.trail) {
    annotations.addError('settings.trail.create and an existing trail exclude each other.');
  }
  if (!trail.create && (trail.bucket !== undefined || props.trailBucket)) {
    annotations.addWarningV2(
      'secrets-audit:unusedTrailBucket',
      'A bucket for a trail was given, but no trail is created (trail.create): it is not used.',
    );
  }
}
