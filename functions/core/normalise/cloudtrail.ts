import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type {
  AccessEvent,
  BatchRequest,
  EventDetail,
  ManagementEventCoverage,
  Origin,
  Outcome,
  SecretRef,
} from '../model/access-event.ts';
import { actionOf } from '../model/cloudtrail-events.ts';
import { parseActor } from './actor.ts';
import { parseEventTime } from './event-time.ts';
import { isObject, listAt, objectAt, type RawRecord, textAt } from './raw-record.ts';
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
  if (eventSource === 'kms.amazonaws.com' && !secret) return undefined;

  const id = textAt(record, 'eventID') ?? `sha256:${bytesToHex(sha256(utf8ToBytes(JSON.stringify(record))))}`;
  const time = parseEventTime(record['eventTime']) ?? envelopeTime;
  const requestId = textAt(record, 'requestID');
  const request = objectAt(record, 'requestParameters');
  return {
    id,
    // An eventID alone does not do: published samples and anonymised logs use one for several events.
    key: [textAt(record, 'sharedEventID') ?? id, eventName, time ?? ''].join('#'),
    time,
    eventSource,
    eventName,
    ...(requestId && { requestId }),
    action,
    outcome: outcomeOf(record, errorCode),
    ...(errorCode && { errorCode }),
    account,
    region,
    secret,
    ...(action === 'batch-read' && { batch: batchRequest(request, { account, region }) }),
    actor: parseActor(objectAt(record, 'userIdentity'), account),
    origin: originOf(record),
    agent: parseUserAgent(textAt(record, 'userAgent')),
    detail: detailOf(record, request),
  };
}

/** A failed rotation carries an `errorMessage` without an `errorCode`. */
function outcomeOf(record: RawRecord, errorCode: string | undefined): Outcome {
  if (errorCode) return denials.has(errorCode) ? 'denied' : 'failed';
  return textAt(record, 'errorMessage') ? 'failed' : 'allowed';
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

function firstText(record: RawRecord | undefined, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textAt(record, key);
    if (text) return text;
  }
  return undefined;
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
  if (vpcEndpoint) return { vpcEndpoint };
  const source = textAt(record, 'sourceIPAddress');
  if (!source) return null;
  return addressLike.test(source) ? { ip: source } : { service: source };
}

function detailOf(record: RawRecord, request: RawRecord | undefined): EventDetail {
  const message = textAt(record, 'errorMessage');
  const recoveryWindowDays = request?.['recoveryWindowInDays'];
  const versionStage = textAt(request, 'versionStage');
  const regions = listAt(request, 'addReplicaRegions')
    .filter(isObject)
    .flatMap((replica) => textAt(replica, 'region') ?? textAt(replica, 'Region') ?? []);
  const trail = firstText(request, ['name', 'trailName']);
  const isTrailChange = textAt(record, 'eventSource') === 'cloudtrail.amazonaws.com';
  return {
    ...(request?.['forceDeleteWithoutRecovery'] === true && { forced: true }),
    ...(typeof recoveryWindowDays === 'number' && { recoveryWindowDays }),
    ...(regions.length > 0 && { regions }),
    ...(versionStage && { versionStage }),
    ...(message && textAt(record, 'eventType') === 'AwsServiceEvent' && { message }),
    ...(isTrailChange && {
      ...(trail && { trail }),
      ...(textAt(record, 'eventName') === 'PutEventSelectors' && {
        managementEvents: managementEventCoverage(request),
      }),
      weakened: weakenedSettings(request),
    }),
  };
}

/** What a PutEventSelectors request leaves of management events, in its classic and its advanced form. */
function managementEventCoverage(request: RawRecord | undefined): ManagementEventCoverage {
  const classic = listAt(request, 'eventSelectors').filter(isObject);
  const advanced = listAt(request, 'advancedEventSelectors').filter(isObject);
  if (classic.length === 0 && advanced.length === 0) return 'unknown';
  const kept = [
    ...classic
      .filter((selector) => selector['includeManagementEvents'] !== false)
      .map(
        (selector) =>
          (textAt(selector, 'readWriteType') ?? 'All') === 'All' &&
          listAt(selector, 'excludeManagementEventSources').length === 0,
      ),
    ...advanced
      .map((selector) => listAt(selector, 'fieldSelectors').filter(isObject))
      .filter((fields) =>
        fields.some(
          (field) =>
            textAt(field, 'field') === 'eventCategory' && listAt(field, 'equals').includes('Management'),
        ),
      )
      .map((fields) => fields.every((field) => textAt(field, 'field') === 'eventCategory')),
  ];
  if (kept.length === 0) return 'none';
  return kept.some((whole) => whole) ? 'all' : 'partial';
}

const protections = ['isMultiRegionTrail', 'includeGlobalServiceEvents', 'enableLogFileValidation'] as const;

/** UpdateTrail: protections switched off, or the log's bucket changed. */
function weakenedSettings(request: RawRecord | undefined): string[] {
  return [
    ...protections.filter((protection) => request?.[protection] === false),
    ...(textAt(request, 's3BucketName') ? ['s3BucketName'] : []),
  ];
}
