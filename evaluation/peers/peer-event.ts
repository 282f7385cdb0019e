import type { Actor, SecretRef } from '../../functions/core/model/access-event.ts';
import { parseActor } from '../../functions/core/normalise/actor.ts';
import { parseEventTime } from '../../functions/core/normalise/event-time.ts';
import { objectAt, type RawRecord, textAt } from '../../functions/core/normalise/raw-record.ts';
import { parseSecretId } from '../../functions/core/normalise/secret-ref.ts';

/**
 * A CloudTrail record under the names that the peers' rules use.
 *
 * Their rules look at fields that our AccessEvent does not keep (the session's ARN, request parameters as text) and at
 * services that it does not know, so the ports read the record itself. Nothing is taken from our judgement.
 */
export interface PeerEvent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly eventSource: string;
  readonly eventName: string;
  /** Elastic `event.outcome: success`, Panther `aws_cloudtrail_success`: neither an error code nor a message. */
  readonly success: boolean;
  readonly errorCode: string;
  readonly account: string;
  readonly region: string;
  readonly identityType: string;
  /** Of the user or the session. */
  readonly arn: string;
  /** Elastic `user.id`, Panther `userIdentity.principalId`: for a session the role's id and the session's name. */
  readonly principalId: string;
  /** Elastic `user.name`, Panther `actor_user`: the user's name, or the role's for a session. */
  readonly userName: string;
  readonly accessKeyId: string;
  readonly invokedBy: string;
  readonly source: string;
  readonly userAgent: string;
  readonly record: RawRecord;
}

const addressLike = /^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]*)$/i;

/** `undefined` for a record without a time: every rule of the peers looks at a span of time. */
export function peerEvent(record: RawRecord): PeerEvent | undefined {
  const time = parseEventTime(record['eventTime']);
  if (time === null) return undefined;
  const identity = objectAt(record, 'userIdentity');
  const errorCode = textAt(record, 'errorCode') ?? '';
  return {
    id: textAt(record, 'eventID') ?? '',
    time,
    eventSource: textAt(record, 'eventSource') ?? '',
    eventName: textAt(record, 'eventName') ?? '',
    success: errorCode === '' && textAt(record, 'errorMessage') === undefined,
    errorCode,
    account: textAt(record, 'recipientAccountId') ?? '',
    region: textAt(record, 'awsRegion') ?? '',
    identityType: textAt(identity, 'type') ?? '',
    arn: textAt(identity, 'arn') ?? '',
    principalId: textAt(identity, 'principalId') ?? '',
    userName:
      textAt(identity, 'userName') ?? textAt(identity, 'sessionContext', 'sessionIssuer', 'userName') ?? '',
    accessKeyId: textAt(identity, 'accessKeyId') ?? '',
    invokedBy: textAt(identity, 'invokedBy') ?? '',
    source: textAt(record, 'sourceIPAddress') ?? '',
    userAgent: textAt(record, 'userAgent') ?? '',
    record,
  };
}

/** The identity that stays the same from session to session, as our side knows it: incidents are grouped by it. */
export const stableActor = (event: PeerEvent): Actor => parseActor(event.record, event.account);

export const request = (event: PeerEvent): RawRecord | undefined =>
  objectAt(event.record, 'requestParameters');

/** Elastic `aws.cloudtrail.request_parameters`: the parameters as one text. */
export const requestText = (event: PeerEvent): string =>
  JSON.stringify(event.record['requestParameters'] ?? null);

/** `sourceIPAddress` also holds the names of services that call on somebody's behalf. */
export const isFromAddress = (event: PeerEvent): boolean => addressLike.test(event.source);

export const isFrom = (event: PeerEvent, eventSource: string, ...eventNames: string[]): boolean =>
  event.eventSource === eventSource && eventNames.includes(event.eventName);

/** The one secret that a call of Secrets Manager names, if it names one. */
export function secretOf(event: PeerEvent): SecretRef | null {
  const id =
    event.eventSource === 'secretsmanager.amazonaws.com' ? textAt(request(event), 'secretId') : undefined;
  return id ? parseSecretId(id, event) : null;
}
