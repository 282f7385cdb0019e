import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Decides when a message that was not processed comes back. */
export interface RetryDelay {
  postpone(receiptHandle: string, seconds: number): Promise<void>;
}

export function createRetryDelay(client: SQSClient, queueUrl: string): RetryDelay {
  return {
    async postpone(receiptHandle, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.ceil(seconds),
        }),
      );
    },
  };
}
