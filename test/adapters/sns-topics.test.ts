import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { afterEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { connectTopics } from '../../functions/adapters/sns-publisher.ts';
import { readTopic, topicsNamed } from '../../functions/adapters/sns-topics.ts';

const sns = mockClient(SNSClient);
afterEach(() => {
  sns.reset();
});
const arn = (name: string) => `arn:aws:sns:eu-west-1:111122223333:${name}`;

test('topics are found by name, on every page', async () => {
  sns.on(ListTopicsCommand).resolves({ Topics: [{ TopicArn: arn('Suite-Findings2') }] });
  sns
    .on(ListTopicsCommand, { NextToken: undefined })
    .resolves({ Topics: [{ TopicArn: arn('Suite-Findings') }, { TopicArn: arn('other') }], NextToken: 'n' });
  expect(await topicsNamed(/Findings/, connectTopics('eu-west-1'))).toEqual([
    arn('Suite-Findings'),
    arn('Suite-Findings2'),
  ]);
});

test('a topic is read with its subscriptions; SNS tells little of those that are not confirmed', async () => {
  sns.on(GetTopicAttributesCommand).resolves({ Attributes: { Policy: '{}', KmsMasterKeyId: '' } });
  sns.on(ListSubscriptionsByTopicCommand).resolves({
    Subscriptions: [
      { Protocol: 'email', Endpoint: 'a@example.com', SubscriptionArn: 'PendingConfirmation' },
      { Protocol: 'sqs', Endpoint: 'arn:aws:sqs:::q', SubscriptionArn: arn('t:1') },
      { Protocol: 'email', Endpoint: 'b@example.com', SubscriptionArn: arn('t:2') },
      { Protocol: 'email', Endpoint: 'c@example.com', SubscriptionArn: arn('t:3') },
    ],
  });
  const filtered = (FilterPolicy = '') => ({ Attributes: { FilterPolicy } });
  sns
    .on(GetSubscriptionAttributesCommand, { SubscriptionArn: arn('t:1') })
    .resolves(filtered('{"targets":["slack"]}'))
    .on(GetSubscriptionAttributesCommand, { SubscriptionArn: arn('t:2') })
    .resolves(filtered())
    .on(GetSubscriptionAttributesCommand, { SubscriptionArn: arn('t:3') })
    .resolves(filtered('{"owners":["x"]}'));
  expect(await readTopic(arn('t'), connectTopics('eu-west-1'))).toEqual({
    arn: arn('t'),
    policy: '{}',
    encryptionKey: undefined,
    subscriptions: [
      { protocol: 'email', endpoint: 'a@example.com', isConfirmed: false, targets: undefined },
      { protocol: 'sqs', endpoint: 'arn:aws:sqs:::q', isConfirmed: true, targets: ['slack'] },
      { protocol: 'email', endpoint: 'b@example.com', isConfirmed: true, targets: undefined },
      { protocol: 'email', endpoint: 'c@example.com', isConfirmed: true, targets: undefined },
    ],
  });
});
