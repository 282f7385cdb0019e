import type { EventDetail, Outcome } from '../model/access-event.ts';
import type { Action } from '../model/cloudtrail-events.ts';
import { auditorChange } from './auditor-change.ts';
import { decryptedParameters } from './parameters.ts';
import { isObject, listAt, objectAt, type RawRecord, textAt } from './raw-record.ts';
import { refusalOf } from './refusal.ts';
import { policyReach } from './resource-policy.ts';
import { trailChange } from './trail-change.ts';

/** Recorded at a VPC endpoint ("CloudTrail record contents" in the CloudTrail user guide). */
export const isNetworkActivity = (record: RawRecord): boolean =>
  textAt(record, 'eventType') === 'AwsVpceEvent' || textAt(record, 'eventCategory') === 'NetworkActivity';

/**
 * What judgements need of a record's parameters.
 *
 * @param what account: that the secret belongs to
 * @returns `undefined` for a call that the suite has no use for after all
 */
export function detailOf(
  record: RawRecord,
  what: { action: Action; outcome: Outcome; account: string },
): EventDetail | undefined {
  const request = objectAt(record, 'requestParameters');
  const detail = detailOfAction(record, request, what.action, what.account);
  if (!detail) return undefined;
  const message = textAt(record, 'errorMessage');
  const refusal = message && what.outcome === 'denied' ? refusalOf(message) : undefined;
  return {
    ...detail,
    ...(refusal && { refusal }),
    ...(isNetworkActivity(record) && { networkActivity: true }),
    ...(message && textAt(record, 'eventType') === 'AwsServiceEvent' && { message }),
  };
}

function detailOfAction(
  record: RawRecord,
  request: RawRecord | undefined,
  action: Action,
  account: string,
): EventDetail | undefined {
  const eventSource = textAt(record, 'eventSource') ?? '';
  const eventName = textAt(record, 'eventName') ?? '';
  const response = objectAt(record, 'responseElements');
  if (eventSource === 'cloudtrail.amazonaws.com') return trailChange(eventName, request);
  switch (action) {
    case 'read-parameter':
      return decryptedParameters(eventName, request);
    case 'change-auditor':
      return auditorChange(eventSource, eventName, request, response);
    case 'create-identity': {
      const arn = textAt(objectAt(response, 'user') ?? objectAt(response, 'role'), 'arn');
      return { ...(arn && { createdIdentity: arn }) };
    }
    case 'delete':
      return deletion(request);
    case 'move-stage':
      return movedStage(request);
    case 'replicate':
      return replication(request);
    case 'put-policy': {
      const policy = policyReach(request?.['resourcePolicy'], account);
      return { ...(policy && { policy }) };
    }
    case 'create':
    case 'update':
    case 'put-value':
    case 'rotate':
      return writtenVersion(request, response);
    default:
      return {};
  }
}

function deletion(request: RawRecord | undefined): EventDetail {
  const recoveryWindowDays = request?.['recoveryWindowInDays'];
  return {
    ...(request?.['forceDeleteWithoutRecovery'] === true && { forced: true }),
    ...(typeof recoveryWindowDays === 'number' && { recoveryWindowDays }),
  };
}

function movedStage(request: RawRecord | undefined): EventDetail {
  const versionStage = textAt(request, 'versionStage');
  const moveToVersionId = textAt(request, 'moveToVersionId');
  const removeFromVersionId = textAt(request, 'removeFromVersionId');
  return {
    ...(versionStage && { versionStage }),
    ...(moveToVersionId && { moveToVersionId }),
    ...(removeFromVersionId && { removeFromVersionId }),
  };
}

function replication(request: RawRecord | undefined): EventDetail {
  const regions = listAt(request, 'addReplicaRegions')
    .filter(isObject)
    .flatMap((replica) => textAt(replica, 'region') ?? textAt(replica, 'Region') ?? []);
  return regions.length > 0 ? { regions } : {};
}

/** The client's token becomes the id of the version ("ClientRequestToken" in the Secrets Manager API reference). */
function writtenVersion(request: RawRecord | undefined, response: RawRecord | undefined): EventDetail {
  const versionId = textAt(response, 'versionId') ?? textAt(request, 'clientRequestToken');
  const versionStages = listAt(request, 'versionStages').filter((stage) => typeof stage === 'string');
  return {
    ...(versionId && { versionId }),
    ...(versionStages.length > 0 && { versionStages }),
  };
}
