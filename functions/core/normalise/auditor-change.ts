import type { EventDetail } from '../model/access-event.ts';
import { firstText, type RawRecord, textAt } from './raw-record.ts';

/** Where each service names what is changed; the first that is there counts. */
const nameKeys: Readonly<Record<string, readonly string[]>> = {
  'events.amazonaws.com': ['name', 'rule'],
  'sns.amazonaws.com': ['topicArn', 'subscriptionArn'],
  'sqs.amazonaws.com': ['queueUrl'],
  'dynamodb.amazonaws.com': ['tableName'],
  'lambda.amazonaws.com': ['functionName', 'functionArn', 'uUID'],
  'logs.amazonaws.com': ['logGroupName'],
  's3.amazonaws.com': ['bucketName'],
  'kms.amazonaws.com': ['keyId'],
};

/** Names of things are short; a record that holds more is somebody's attempt at filling a table. */
const nameLimit = 512;

/**
 * What is changed of something that an auditor may be made of, by its name or ARN.
 *
 * @returns `undefined` for a call that takes nothing away: versioning that is switched on
 */
export function auditorChange(
  eventSource: string,
  eventName: string,
  request: RawRecord | undefined,
  response: RawRecord | undefined,
): EventDetail | undefined {
  const versioning = textAt(request, 'VersioningConfiguration', 'Status');
  if (eventName === 'PutBucketVersioning' && versioning !== 'Suspended') return undefined;
  const keys = nameKeys[eventSource] ?? [];
  // The mapping of a queue to a function is asked for by its UUID; the answer names the function.
  const named = firstText(request, keys.slice(0, 1)) ?? firstText(response, keys) ?? firstText(request, keys);
  return {
    ...(named && { resource: named.slice(0, nameLimit) }),
    ...(isSwitchedOff(eventName, request) && { switchedOff: true }),
  };
}

function isSwitchedOff(eventName: string, request: RawRecord | undefined): boolean {
  switch (eventName) {
    case 'PutRule':
      return textAt(request, 'state') === 'DISABLED';
    case 'UpdateEventSourceMapping20150331':
      return request?.['enabled'] === false;
    case 'PutFunctionConcurrency20171031':
      return request?.['reservedConcurrentExecutions'] === 0;
    default:
      return false;
  }
}
