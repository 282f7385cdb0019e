import { SQSClient } from '@aws-sdk/client-sqs';

/** `useQueueUrlAsEndpoint: false`: the local cloud's queue addresses name a host that only it knows. */
export const connectQueues = (): SQSClient =>
  new SQSClient({
    useQueueUrlAsEndpoint: false,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });
