import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  paginateListTopics,
  type SNSClient,
} from '@aws-sdk/client-sns';
import type { TopicState, TopicSubscription } from '../core/announcing/test-routes.ts';

/** ARNs of the topics of one account and Region whose names match. */
export async function topicsNamed(name: RegExp, client: SNSClient): Promise<string[]> {
  const arns: string[] = [];
  for await (const { Topics = [] } of paginateListTopics({ client }, {})) {
    arns.push(
      ...Topics.flatMap(({ TopicArn = '' }) => (name.test(TopicArn.split(':')[5] ?? '') ? [TopicArn] : [])),
    );
  }
  return arns;
}

/** A topic with its subscriptions. Until one is confirmed SNS tells nothing more of it. */
export async function readTopic(arn: string, client: SNSClient): Promise<TopicState> {
  const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn: arn }));
  const subscriptions: TopicSubscription[] = [];
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: arn })) {
    for (const { Protocol = '', Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? []) {
      const isConfirmed = SubscriptionArn.startsWith('arn:');
      subscriptions.push({
        protocol: Protocol,
        endpoint: Endpoint,
        isConfirmed,
        targets: isConfirmed ? await targetsOf(SubscriptionArn, client) : undefined,
      });
    }
  }
  return {
    arn,
    policy: Attributes['Policy'],
    encryptionKey: Attributes['KmsMasterKeyId'] || undefined,
    subscriptions,
  };
}

async function targetsOf(arn: string, client: SNSClient): Promise<readonly string[] | undefined> {
  const { Attributes = {} } = await client.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn: arn }),
  );
  const { FilterPolicy } = Attributes;
  if (!FilterPolicy) return undefined;
  const { targets } = JSON.parse(FilterPolicy) as { targets?: unknown };
  return Array.isArray(targets) ? targets.map(String) : undefined;
}
