import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Starts a function without waiting for it. */
export function createLambdaInvoker(
  functionName: string,
  client = new LambdaClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } }),
): (event: object) => Promise<void> {
  return async (event) => {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'Event',
        Payload: JSON.stringify(event),
      }),
    );
  };
}
