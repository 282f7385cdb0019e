import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { connectQueues } from '../../functions/adapters/sqs-client.ts';
import { createDeadLetters } from '../../functions/adapters/sqs-dead-letters.ts';
import { createRetryDelay } from '../../functions/adapters/sqs-retry-delay.ts';

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters';

test('a dead letter is the message as it came, with its reason in characters that SQS takes', async () => {
  const sqs = mockClient(SQSClient);
  await createDeadLetters(connectQueues(), queueUrl).put(
    '{oops',
    'UNREADABLE_INPUT',
    'not \u0000 JSON\n'.repeat(500),
  );
  const [call] = sqs.commandCalls(SendMessageCommand);
  expect(call?.args[0].input).toEqual({
    QueueUrl: queueUrl,
    MessageBody: '{oops',
    MessageAttributes: {
      ErrorCode: { DataType: 'String', StringValue: 'UNREADABLE_INPUT' },
      ErrorMessage: {
        DataType: 'String',
        StringValue: expect.stringMatching(/^not <U\+0000> JSON<U\+000A>[\x20-\x7e]{0,1000}…$/),
      },
    },
  });
  sqs.restore();
});

test('a delay is whole seconds', async () => {
  const sqs = mockClient(SQSClient);
  await createRetryDelay(connectQueues(), queueUrl).postpone('handle', 12.2);
  const [call] = sqs.commandCalls(ChangeMessageVisibilityCommand);
  expect(call?.args[0].input).toEqual({ QueueUrl: queueUrl, ReceiptHandle: 'handle', VisibilityTimeout: 13 });
  sqs.restore();
});
