import { type RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { ArnPrincipal, type IRole, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { type Place, placeOf } from './place.ts';

export interface EncryptionKeyProps {
  /** Topic for findings that exists already. */
  readonly existingTopic?: ITopic;
  /** Name of the trail that encrypts with this key, where there is one. */
  readonly trailName?: string;
  readonly removalPolicy: RemovalPolicy;
}

/** The one customer key: of topics, queues, table, log groups and a trail. */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'secrets-audit: findings, queues, topics and logs',
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
    for (const statement of keyPolicyStatements({ ...props, place: placeOf(Stack.of(this)) })) {
      this.key.addToResourcePolicy(statement);
    }
  }
}

export interface KeyPolicyProps {
  readonly place: Place;
  readonly existingTopic?: ITopic;
  readonly trailName?: string;
}

/**
 * What AWS services may do with the key, each only on behalf of this account.
 *
 * Rules, topics and alarms are named by pattern: they refer to the key, so that the key cannot refer to them.
 */
export function keyPolicyStatements({ place, existingTopic, trailName }: KeyPolicyProps): PolicyStatement[] {
  const { partition, region, account } = place;
  const topicsOfAccount = { account, source: `arn:${partition}:sns:${region}:${account}:*` };
  const topics = [topicsOfAccount, ...topicOfAnotherAccount(account, existingTopic)];
  const statements = [
    onBehalfOf({
      sid: 'EventBridgeSendsToQueues',
      service: 'events.amazonaws.com',
      accounts: [account],
      sources: [`arn:${partition}:events:${region}:${account}:rule/*`],
    }),
    onBehalfOf({
      sid: 'AlarmsPublishToTopics',
      service: 'cloudwatch.amazonaws.com',
      accounts: [account],
      sources: [`arn:${partition}:cloudwatch:${region}:${account}:alarm:*`],
    }),
    onBehalfOf({
      sid: 'TopicsSendToQueues',
      service: 'sns.amazonaws.com',
      accounts: topics.map((topic) => topic.account),
      sources: topics.map((topic) => topic.source),
    }),
    // CloudWatch Logs sends no source account; the log group is in the encryption context instead.
    new PolicyStatement({
      sid: 'LogGroupsEncrypt',
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  ];
  if (trailName === undefined) return statements;

  const trail = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
  const service = new ServicePrincipal('cloudtrail.amazonaws.com');
  const conditions = { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': trail } };
  return [
    ...statements,
    new PolicyStatement({
      sid: 'TrailEncrypts',
      principals: [service],
      actions: ['kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: {
        ...conditions,
        StringLike: {
          'kms:EncryptionContext:aws:cloudtrail:arn': `arn:${partition}:cloudtrail:*:${account}:trail/*`,
        },
      },
    }),
    new PolicyStatement({
      sid: 'TrailDescribesKey',
      principals: [service],
      actions: ['kms:DescribeKey'],
      resources: ['*'],
      conditions,
    }),
  ];
}

/** The ARN of a topic that another stack of the app makes is a token, and of the same account. */
function topicOfAnotherAccount(
  account: string,
  topic: ITopic | undefined,
): { account: string; source: string }[] {
  if (!topic || Token.isUnresolved(topic.topicArn)) return [];
  const owner = topic.topicArn.split(':')[4] ?? account;
  return owner === account ? [] : [{ account: owner, source: topic.topicArn }];
}

function onBehalfOf(grant: {
  sid: string;
  service: string;
  accounts: string[];
  sources: string[];
}): PolicyStatement {
  return new PolicyStatement({
    sid: grant.sid,
    principals: [new ServicePrincipal(grant.service)],
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: ['*'],
    conditions: {
      StringEquals: { 'aws:SourceAccount': grant.accounts },
      ArnLike: { 'aws:SourceArn': grant.sources },
    },
  });
}

/** Services that use the key with the permissions of the role that calls them. */
type ServiceByCaller = 'dynamodb' | 's3' | 'sns' | 'sqs';

const keyActions: Readonly<Record<ServiceByCaller, readonly string[]>> = {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
  dynamodb: [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  s3: ['kms:Decrypt', 'kms:GenerateDataKey'],
  sns: ['kms:Decrypt', 'kms:GenerateDataKey'],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey'],
};

/** Lets a role use the key through one service, and by no call of its own. */
export function grantKeyThrough(service: ServiceByCaller, key: IKey, role: IRole): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [...keyActions[service]],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(role).region}.amazonaws.com` } },
    }),
  );
}

/** Lets a role publish to a topic that is encrypted, by whichever key. */
export function grantKeyOfTopic(topic: ITopic, role: IRole): void {
  if (topic.masterKey) {
    grantKeyThrough('sns', topic.masterKey, role);
    return;
  }
  const anyKey = 'arn:*:kms:*:*:key/*';
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [...keyActions.sns],
      resources: [anyKey],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${Stack.of(role).region}.amazonaws.com` } },
    }),
  );
  acknowledge(role, {
    [`AwsSolutions-IAM5[Resource::${anyKey}]`]:
      'An existing topic was given without its key. The key serves only through SNS, where the role may publish to this topic alone.',
  });
}

/** For a key that exists already: lets the roles of the suite's account use it through these services, as IAM allows them. */
export function accountKeyStatement({ partition, region, account }: Place): PolicyStatement {
  return new PolicyStatement({
    sid: 'RolesUseKeyThroughServices',
    principals: [new ArnPrincipal(`arn:${partition}:iam::${account}:root`)],
    // DynamoDB makes a grant for itself when the table is created.
    actions: [...new Set([...Object.values(keyActions).flat(), 'kms:CreateGrant'])],
    resources: ['*'],
    conditions: {
      StringEquals: {
        'kms:CallerAccount': account,
        'kms:ViaService': Object.keys(keyActions).map((service) => `${service}.${region}.amazonaws.com`),
      },
    },
  });
}
