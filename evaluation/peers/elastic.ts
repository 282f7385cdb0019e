import { days, distinctWithin, each, minutes, newTerm } from './counting.ts';
import { isFrom, isFromAddress, type PeerEvent, request, requestText } from './peer-event.ts';
import type { PeerRule, Watching } from './peer-rule.ts';

/**
 * Ports of Elastic's prebuilt rules (github.com/elastic/detection-rules, folder rules/integrations/aws) that concern
 * what the organisations show. The rules of type machine_learning are left out: what their jobs learn is not a rule
 * that could be ported. "Multiple Discovery API Calls via CLI" names its services, and Secrets Manager is not among them.
 */
const folder = 'elastic/detection-rules: rules/integrations/aws';
const secretsManager = 'secretsmanager.amazonaws.com';
const cloudTrail = 'cloudtrail.amazonaws.com';

/** ECS `user_agent.name` as Elasticsearch's user_agent processor reads it, for the names that the rules exclude. */
const isBrowser = ({ userAgent }: PeerEvent): boolean =>
  /^Mozilla\//.test(userAgent) && /(Chrome|Firefox|Safari|Edge?|Brave|Opera|OPR)\//.test(userAgent);

const trailCall = (
  id: string,
  file: string,
  eventName: string,
  severity: PeerRule['severity'],
): PeerRule => ({
  vendor: 'Elastic',
  id,
  severity,
  source: `${folder}/${file}`,
  start: each((event) => isFrom(event, cloudTrail, eventName) && event.success),
});

export const elasticRules: readonly PeerRule[] = [
  {
    vendor: 'Elastic',
    id: 'AWS Secrets Manager Rapid Secrets Retrieval',
    severity: 'medium',
    source: `${folder}/credential_access_rapid_secret_retrieval_attempts_from_secretsmanager.toml`,
    differs:
      'Theirs looks at the last 6 minutes at every run, so a burst across two runs may be missed; ours at every event.',
    start: distinctWithin({
      matches: (event) =>
        isFrom(event, secretsManager, 'GetSecretValue') &&
        event.success &&
        !isBrowser(event) &&
        event.source !== 'kafka.amazonaws.com' &&
        event.source !== 'apidestinations.events.amazonaws.com',
      by: ({ principalId }) => principalId,
      value: requestText,
      atLeast: 20,
      within: minutes(6),
    }),
  },
  {
    vendor: 'Elastic',
    id: 'First Time Seen AWS Secret Value Accessed in Secrets Manager',
    severity: 'medium',
    source: `${folder}/credential_access_new_terms_secretsmanager_getsecretvalue.toml`,
    differs:
      'The rule as it is today, new by account and user.name within 10 days. Until 2024 it was new by user.id, which holds the session name, and request parameters.',
    start: newTerm({
      matches: (event) =>
        isFrom(event, secretsManager, 'GetSecretValue', 'BatchGetSecretValue') &&
        event.success &&
        !isBrowser(event),
      term: ({ account, userName }) => `${account} ${userName}`,
      history: days(10),
    }),
  },
  {
    vendor: 'Elastic',
    id: 'AWS Systems Manager SecureString Parameter Request with Decryption Flag',
    severity: 'medium',
    source: `${folder}/credential_access_retrieve_secure_string_parameters_via_ssm.toml`,
    start: newTerm({
      matches: (event) =>
        isFrom(event, 'ssm.amazonaws.com', 'GetParameter', 'GetParameters') &&
        event.success &&
        request(event)?.['withDecryption'] === true &&
        event.source !== 'cloudformation.amazonaws.com' &&
        event.source !== 'servicecatalog.amazonaws.com',
      term: ({ account, userName }) => `${account} ${userName}`,
      history: days(5),
    }),
  },
  {
    vendor: 'Elastic',
    id: 'AWS Long-Term Access Key First Seen from Source IP',
    severity: 'medium',
    source: `${folder}/credential_access_iam_long_term_access_key_first_seen_from_source_ip.toml`,
    start: newTerm({
      matches: (event) => event.success && isFromAddress(event) && event.accessKeyId.startsWith('AKIA'),
      term: ({ accessKeyId, source }) => `${accessKeyId} ${source}`,
      history: days(10),
    }),
  },
  {
    vendor: 'Elastic',
    id: 'AWS Lambda Execution Role Credentials Used Outside Function',
    severity: 'high',
    source: `${folder}/defense_evasion_lambda_execution_role_credentials_used_outside_lambda.toml`,
    differs:
      'Calls that another service makes on behalf of the function (KMS through Secrets Manager) are left out, as its guide advises; only the calls from outside count as its evidence.',
    start: insideAndOutsideLambda,
  },
  {
    vendor: 'Elastic',
    id: 'AWS CLI with Kali Linux Fingerprint Identified',
    severity: 'medium',
    source: `${folder}/initial_access_kali_user_agent_detected_with_aws_cli.toml`,
    start: each(
      ({ userAgent, success }) =>
        success && /aws-cli\/|boto3\//i.test(userAgent) && userAgent.includes('distrib#kali'),
    ),
  },
  trailCall(
    'AWS CloudTrail Log Deleted',
    'defense_evasion_cloudtrail_logging_deleted.toml',
    'DeleteTrail',
    'medium',
  ),
  trailCall(
    'AWS CloudTrail Log Suspended',
    'defense_evasion_cloudtrail_logging_suspended.toml',
    'StopLogging',
    'medium',
  ),
  trailCall('AWS CloudTrail Log Updated', 'impact_cloudtrail_logging_updated.toml', 'UpdateTrail', 'low'),
  {
    vendor: 'Elastic',
    id: 'AWS CloudTrail Management Events Disabled via Event Selectors',
    severity: 'medium',
    source: `${folder}/defense_evasion_cloudtrail_management_events_disabled_via_eventselectors.toml`,
    start: each(
      (event) =>
        isFrom(event, cloudTrail, 'PutEventSelectors') &&
        event.success &&
        /includeManagementEvents.*false/.test(requestText(event)),
    ),
  },
  {
    vendor: 'Elastic',
    id: 'AWS EventBridge Rule Disabled or Deleted',
    severity: 'medium',
    source: `${folder}/aws_eventbridge_rule_disabled_or_deleted.toml`,
    differs: 'Theirs names the source eventbridge.amazonaws.com; CloudTrail writes events.amazonaws.com.',
    start: each(
      (event) => isFrom(event, 'events.amazonaws.com', 'DeleteRule', 'DisableRule') && event.success,
    ),
  },
];

/** By temporary key and hour of the clock: used in the runtime and out of it. */
function insideAndOutsideLambda(): Watching {
  const keys = new Map<string, { hour: number; isInside: boolean; outside: PeerEvent[] }>();
  return (event) => {
    if (event.identityType !== 'AssumedRole' || event.accessKeyId === '') return [];
    const isInside =
      event.userAgent.includes('exec-env/AWS_Lambda') || event.invokedBy === 'lambda.amazonaws.com';
    if (!isInside && event.invokedBy !== '') return [];
    const hour = Math.floor(event.time / minutes(60));
    const key = `${event.accessKeyId} ${event.arn} ${event.account}`;
    const known = keys.get(key);
    const seen = known?.hour === hour ? known : { hour, isInside: false, outside: [] };
    keys.set(key, seen);
    if (isInside) seen.isInside = true;
    else seen.outside.push(event);
    return seen.isInside ? seen.outside.splice(0) : [];
  };
}
