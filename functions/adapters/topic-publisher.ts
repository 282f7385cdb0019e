import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Way } from '../core/announcing/targets.ts';
import { formatAmazonQ } from '../core/format/amazon-q.ts';
import type { Publisher } from '../core/ports.ts';
import { connectTopics, createSnsPublisher, type SnsPublisherOptions } from './sns-publisher.ts';

/** Publishes to a topic of others, where it is, in the form that its receivers understand. */
export function createTopicPublisher(
  { arn, format }: Extract<Way, { kind: 'topic' }>,
  { whole, client = clientOf(arn) }: Partial<Pick<SnsPublisherOptions, 'whole' | 'client'>> = {},
): Publisher {
  if (format === 'document') return createSnsPublisher({ topicArn: arn, client, ...(whole && { whole }) });
  return {
    async publish({ announcement }) {
      const Message = JSON.stringify(formatAmazonQ(announcement));
      await client.send(new PublishCommand({ TopicArn: arn, Message }));
    },
  };
}

const clients = new Map<string, SNSClient>();

/** One for each Region, however many topics there are. */
function clientOf(arn: string): SNSClient {
  const region = arn.split(':')[3] ?? '';
  const client = clients.get(region) ?? connectTopics(region);
  clients.set(region, client);
  return client;
}
