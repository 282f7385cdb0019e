import ipaddr from 'ipaddr.js';
import { isObject, listAt, textAt } from '../../functions/core/normalise/raw-record.ts';
import { distinctWithin, minutes, perDedupPeriod } from './counting.ts';
import { isFrom, isFromAddress, type PeerEvent, request } from './peer-event.ts';
import type { PeerRule, Watching } from './peer-rule.ts';
import { isInternetAccessible } from './public-policy.ts';

/**
 * Ports of Panther's rules (github.com/panther-labs/panther-analysis, folder rules/aws_cloudtrail_rules) that concern
 * what the organisations show. Its rules about Secrets Manager all have severity Info.
 */
const folder = 'panther-labs/panther-analysis: rules/aws_cloudtrail_rules';
const day = minutes(1440);
/** Panther's default where a rule names no period. */
const hour = minutes(60);

const isBatch = ({ eventName }: PeerEvent): boolean => eventName === 'BatchGetSecretValue';
/** A title, which is what alerts are merged by, names the user. */
const byUser = ({ userName }: PeerEvent): string => userName;
const trail = (event: PeerEvent): string => textAt(request(event), 'name') ?? '<UNKNOWN_NAME>';

export const pantherRules: readonly PeerRule[] = [
  {
    vendor: 'Panther',
    id: 'AWS.SecretsManager.RetrieveSecrets',
    severity: 'info',
    source: `${folder}/aws_secretsmanager_retrieve_secrets.yml and .py`,
    start: perDedupPeriod({
      matches: ({ eventName, errorCode }) => eventName === 'GetSecretValue' && errorCode === 'AccessDenied',
      by: byUser,
      threshold: 20,
      period: day,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.SecretsManager.BatchRetrieveSecrets',
    severity: 'info',
    source: `${folder}/aws_secretsmanager_retrieve_secrets_batch.yml and .py`,
    differs: 'Some versions count refused calls only; the port counts all, as the tests of the rule do.',
    start: perDedupPeriod({
      matches: isBatch,
      by: ({ principalId }) => principalId || '<NO_USER>',
      threshold: 5,
      period: day,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.SecretsManager.BatchRetrieveSecretsCatchAll',
    severity: 'info',
    source: `${folder}/aws_secretsmanager_retrieve_secrets_catchall.yml and .py`,
    differs:
      'None: a call by a list of ids counts as catch-all there too, because it has no filter that says otherwise.',
    start: perDedupPeriod({
      matches: (event) =>
        isBatch(event) &&
        listAt(request(event), 'filters')
          .filter(isObject)
          .every(
            (filter) =>
              filter['key'] === 'tag-key' &&
              listAt(filter, 'values').every((value) => String(value).startsWith('!')),
          ),
      by: byUser,
      threshold: 1,
      period: day,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.SecretsManager.RetrieveSecretsMultiRegion',
    severity: 'info',
    source: `${folder}/aws_secretsmanager_retrieve_secrets_multiregion.yml and .py`,
    differs: 'Versions differ on refused calls; the port counts them.',
    start: distinctWithin({
      matches: isBatch,
      by: byUser,
      value: ({ region }) => region,
      atLeast: 5,
      within: minutes(10),
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.CloudTrail.ResourceMadePublic',
    severity: 'medium',
    source: `${folder}/aws_resource_made_public.yml and .py`,
    differs: 'Only the branch for Secrets Manager is ported.',
    start: perDedupPeriod({
      matches: (event) =>
        event.eventName === 'PutResourcePolicy' &&
        event.success &&
        isInternetAccessible(textAt(request(event), 'resourcePolicy') ?? ''),
      by: byUser,
      threshold: 1,
      period: hour,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.CloudTrail.Stopped',
    severity: 'medium',
    source: `${folder}/aws_cloudtrail_stopped.yml and .py`,
    start: perDedupPeriod({
      matches: ({ eventName, success }) =>
        success && (eventName === 'DeleteTrail' || eventName === 'StopLogging'),
      by: trail,
      threshold: 1,
      period: hour,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.CloudTrail.Created',
    severity: 'info',
    source: `${folder}/aws_cloudtrail_created.yml and .py`,
    start: perDedupPeriod({
      matches: ({ eventName, success }) =>
        success && ['CreateTrail', 'UpdateTrail', 'StartLogging'].includes(eventName),
      by: trail,
      threshold: 1,
      period: hour,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.CloudTrail.EventSelectorsDisabled',
    severity: 'medium',
    source: `${folder}/aws_cloudtrail_event_selectors_disabled.yml and .py`,
    start: perDedupPeriod({
      matches: (event) =>
        isFrom(event, 'cloudtrail.amazonaws.com', 'PutEventSelectors') &&
        event.success &&
        !everySelectorKeepsManagementEvents(event),
      by: (event) => textAt(request(event), 'trailName') ?? '<UNKNOWN_NAME>',
      threshold: 1,
      period: hour,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.Root.Activity',
    severity: 'high',
    source: `${folder}/aws_root_activity.yml and .py`,
    differs: 'As its tests have it today: calls that only read are excluded. Earlier versions gave them Low.',
    start: perDedupPeriod({
      matches: ({ identityType, success, invokedBy, eventName, record }) =>
        identityType === 'Root' &&
        success &&
        invokedBy === '' &&
        record['eventType'] !== 'AwsServiceEvent' &&
        eventName !== 'CreateServiceLinkedRole' &&
        record['readOnly'] !== true,
      by: ({ source, account }) => `${source}:${account}`,
      threshold: 1,
      period: hour,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.CloudTrail.IMDSCredentialExfiltration',
    severity: 'high',
    source: `${folder}/aws_imds_credential_exfiltration.yml and .py`,
    differs:
      'As its tests have it: any call of an instance session from a public address, which includes instances behind a NAT gateway.',
    start: perDedupPeriod({
      matches: isInstanceSessionFromPublicAddress,
      by: ({ arn, source, eventSource, eventName }) => `${arn} ${source} ${eventSource}:${eventName}`,
      threshold: 1,
      period: hour,
    }),
  },
  {
    vendor: 'Panther',
    id: 'AWS.SSM.DecryptSSMParams',
    severity: (event) => (event.success ? 'medium' : 'low'),
    source: `${folder}/aws_ssm_decrypt_ssm_params.yml and .py`,
    start: manyParameters,
  },
];

function everySelectorKeepsManagementEvents(event: PeerEvent): boolean {
  const selectors = listAt(request(event), 'eventSelectors').filter(isObject);
  // Without classic selectors the walk finds nothing, which is not true of all.
  return selectors.length > 0 && selectors.every((selector) => selector['includeManagementEvents'] === true);
}

function isInstanceSessionFromPublicAddress(event: PeerEvent): boolean {
  if (!/:assumed-role\/.+\/i-[0-9a-f]+$/.test(event.arn)) return false;
  if (event.invokedBy !== '' || /^ssm(messages)?\./.test(event.eventSource)) return false;
  if (event.eventName === 'RegisterManagedInstance' || !isFromAddress(event)) return false;
  try {
    return ipaddr.process(event.source).range() !== 'private';
  } catch {
    return false;
  }
}

/** More than 10 different parameters by a user in an hour; then 10 such events make the alert. */
function manyParameters(): Watching {
  const accessed = new Map<string, { readonly since: number; readonly names: Set<string> }>();
  const hits = perDedupPeriod({ matches: () => true, by: byUser, threshold: 10, period: hour })();
  return (event) => {
    const parameters = request(event);
    if (
      !['GetParameter', 'GetParameters'].includes(event.eventName) ||
      parameters?.['withDecryption'] !== true
    ) {
      return [];
    }
    const key = `${event.account} ${event.userName}`;
    const known = accessed.get(key);
    const current =
      known && event.time <= known.since + hour ? known : { since: event.time, names: new Set<string>() };
    accessed.set(key, current);
    for (const name of [parameters['name'], ...listAt(parameters, 'names')]) {
      if (typeof name === 'string') current.names.add(name);
    }
    return current.names.size > 10 ? hits(event) : [];
  };
}
