import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { AccessEvent, BatchRequest, Origin, Outcome, SecretRef } from '../model/access-event.ts';
import { actionOf } from '../model/cloudtrail-events.ts';
import { parseActor } from './actor.ts';
import { detailOf, isNetworkActivity } from './event-detail.ts';
import { parseEventTime } from './event-time.ts';
import { firstText, isObject, listAt, objectAt, type RawRecord, textAt } from './raw-record.ts';
import { parseSecretId, secretIdInDenial } from './secret-ref.ts';
import { parseUserAgent } from './user-agent.ts';

/** `undefined`: a record that the suite has no use for. */
export type Normalised = AccessEvent | undefined;

const denials = new Set(['AccessDenied', 'AccessDeniedException', 'VpceAccessDenied']);

/**
 * A raw CloudTrail record as an AccessEvent.
 *
 * Takes event versions from 1.05 on, API calls, service events and network activity events. Shapes are those of
 * "CloudTrail record contents" in the CloudTrail user guide; the traps that each line answers are real records'.
 *
 * @param envelopeTime milliseconds, for a record without `eventTime`
 */
export function normaliseCloudTrail(record: RawRecord, envelopeTime: number | null = null): Normalised {
  const eventSource = textAt(record, 'eventSource') ?? '';
  const eventName = textAt(record, 'eventName') ?? '';
  const action = actionOf(eventSource, eventName);
  if (!action) return undefined;

  const account =
    textAt(record, 'recipientAccountId') ?? textAt(record, 'userIdentity', 'accountId') ?? 'unknown';
  const region = textAt(record, 'awsRegion') ?? 'unknown';
  const errorCode = textAt(record, 'errorCode');
  const secret = secretOf(record, { account, region });
  // A KMS call concerns a secret only where its encryption context names one; the rest is other services' business.
  if ((action === 'decrypt' || action === 'encrypt') && !secret) return undefined;
  const outcome = outcomeOf(record, errorCode);
  // A call that an endpoint let through is in the log once more, with all its parameters, as a management event.
  if (isNetworkActivity(record) && outcome !== 'denied') return undefined;
  const detail = detailOf(record, { action, outcome, account: secret?.account ?? account });
  if (!detail) return undefined;

  const id = textAt(record, 'eventID') ?? `sha256:${bytesToHex(sha256(utf8ToBytes(JSON.stringify(record))))}`;
  const time = parseEventTime(record['eventTime']) ?? envelopeTime;
  const requestId = textAt(record, 'requestID');
  const request = objectAt(record, 'requestParameters');
  const version = action === 'read' ? requestedVersion(request) : undefined;
  return {
    id,
    // An eventID alone does not do: published samples and anonymised logs use one for several events.
    key: [textAt(record, 'sharedEventID') ?? id, eventName, time ?? ''].join('#'),
    time,
    eventSource,
    eventName,
    ...(requestId && { requestId }),
    action,
    outcome,
    ...(errorCode && { errorCode }),
    account,
    region,
    secret,
    ...(version && { version }),
    ...(action === 'batch-read' && { batch: batchRequest(request, { account, region }) }),
    actor: parseActor(record, account),
    origin: originOf(record),
    agent: parseUserAgent(textAt(record, 'userAgent')),
    detail,
  };
}

/** A failed rotation carries an `errorMessage` without an `errorCode`. */
function outcomeOf(record: RawRecord, errorCode: string | undefined): Outcome {
  if (errorCode) return denials.has(errorCode) ? 'denied' : 'failed';
  return textAt(record, 'errorMessage') ? 'failed' : 'allowed';
}

function requestedVersion(request: RawRecord | undefined): AccessEvent['version'] {
  const id = textAt(request, 'versionId');
  const stage = textAt(request, 'versionStage');
  return id || stage ? { ...(id && { id }), ...(stage && { stage }) } : undefined;
}

/** The answer's ARN is the surest name, the request's id comes next, the text of a refusal last. */
function secretOf(record: RawRecord, surroundings: { account: string; region: string }): SecretRef | null {
  const request = objectAt(record, 'requestParameters');
  const response = objectAt(record, 'responseElements');
  const additional = objectAt(record, 'additionalEventData');
  if (textAt(record, 'eventSource') === 'kms.amazonaws.com') {
    const arn = textAt(request, 'encryptionContext', 'SecretARN');
    return arn ? parseSecretId(arn, surroundings) : null;
  }
  if (textAt(record, 'eventSource') !== 'secretsmanager.amazonaws.com') return null;
  const arn = firstText(response, ['arn', 'aRN', 'ARN']) ?? firstText(additional, ['ARN', 'arn', 'aRN']);
  const secretId =
    arn ??
    firstText(additional, ['SecretId', 'secretId']) ??
    firstText(request, ['secretId', 'SecretId', 'name']) ??
    textAt(additional, 'Name') ??
    secretIdInDenial(textAt(record, 'errorMessage') ?? '');
  return secretId ? parseSecretId(secretId, surroundings) : null;
}

function batchRequest(
  request: RawRecord | undefined,
  surroundings: { account: string; region: string },
): BatchRequest {
  const ids = listAt(request, 'secretIdList').filter((id) => typeof id === 'string');
  const filters = listAt(request, 'filters')
    .filter(isObject)
    .map((filter) => ({
      key: textAt(filter, 'key') ?? '?',
      values: listAt(filter, 'values').filter((value) => typeof value === 'string'),
    }));
  return {
    secrets: ids.map((id) => parseSecretId(id, surroundings)),
    filters: filters.map(({ key, values }) => `${key}=${values.join(',')}`).sort(),
    catchAll:
      filters.length > 0 &&
      filters.every(({ values }) => values.length > 0 && values.every((value) => value.startsWith('!'))),
    childReads: 0,
  };
}

/** Anonymised records hold addresses such as `000.00.00.00` that no parser accepts, hence the shape alone. */
const addressLike = /^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]*)$/i;

function originOf(record: RawRecord): Origin | null {
  const vpcEndpoint = textAt(record, 'vpcEndpointId');
  const source = textAt(record, 'sourceIPAddress');
  if (vpcEndpoint) return { vpcEndpoint, ...(source && addressLike.test(source) && { ip: source }) };
  if (!source) return null;
  return addressLike.test(source) ? { ip: source } : { service: source };
}
