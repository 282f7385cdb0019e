import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createTopicPublisher } from '../../functions/adapters/topic-publisher.ts';
import { incidentAnnouncement } from '../support/announcements.ts';

const topics = mockClient(SNSClient);
const arn = 'arn:aws:sns:us-east-1:999999999999:others';
const announcement = incidentAnnouncement();
const publication = { announcement, subject: 'Subject', text: 'Text' };

beforeEach(() => {
  topics.reset();
});

describe('a topic of others', () => {
  test('gets the document, in its own Region', async () => {
    await createTopicPublisher({ kind: 'topic', arn, format: 'document' }).publish(publication);
    await createTopicPublisher({ kind: 'topic', arn: `${arn}2`, format: 'document' }).publish(publication);
    const [call, other] = topics.commandCalls(PublishCommand);
    expect(call?.args[0].input).toMatchObject({ TopicArn: arn, MessageStructure: 'json' });
    expect(await call?.thisValue.config.region()).toBe('us-east-1');
    expect(other?.thisValue).toBe(call?.thisValue);
  });

  test('gets what Amazon Q understands, and nothing else', async () => {
    await createTopicPublisher({ kind: 'topic', arn, format: 'amazon-q' }).publish(publication);
    const [call] = topics.commandCalls(PublishCommand);
    const { Message = '', ...others } = call?.args[0].input ?? {};
    expect(others).toEqual({ TopicArn: arn });
    expect(JSON.parse(Message)).toMatchObject({ version: '1.0', source: 'custom' });
  });
});
