import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { plainText, truncate } from '../core/format/plain-text.ts';
import type { DeadLetters } from '../core/ports.ts';

const longestReason = 1_000;

/** Attributes `ErrorCode` and `ErrorMessage` say why; the body is the message as it came, to be redriven. */
export function createDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    async put(body, code, reason) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: {
            ErrorCode: { DataType: 'String', StringValue: code },
            ErrorMessage: { DataType: 'String', StringValue: truncate(plainText(reason), longestReason) },
          },
        }),
      );
    },
  };
}
