import { anomalousCount, days, distinctWithin, each, minutes, newTerm } from './counting.ts';
import { isFrom, type PeerEvent, request, requestText, stableActor } from './peer-event.ts';
import type { PeerRule, Watching } from './peer-rule.ts';

/**
 * Ports of Datadog's out-of-the-box rules for CloudTrail (docs.datadoghq.com/security/default_rules) that concern what
 * the organisations show. Datadog publishes what each rule looks at, but neither its query nor its severity: severity is
 * taken as medium, and a number that is not published is named in `differs`. Rules that need the place of an address
 * (impossible travel), lists of bad addresses (Tor) or other products of theirs are left out.
 */
const pages = 'docs.datadoghq.com/security/default_rules';
const secretsManager = 'secretsmanager.amazonaws.com';
const isRead = (event: PeerEvent): boolean =>
  isFrom(event, secretsManager, 'GetSecretValue') && event.success;
const isDecryption = (event: PeerEvent): boolean =>
  isFrom(event, 'ssm.amazonaws.com', 'GetParameter', 'GetParameters') &&
  event.success &&
  request(event)?.['withDecryption'] === true;

/**
 * The options of an anomaly rule are those of SecurityMonitoringRuleAnomalyDetectionOptions in their API reference:
 * buckets of an hour, a learning duration of a week, a tolerance of 5.
 */
const anomalyOptions = { bucket: minutes(60), learning: days(7), tolerance: 5 } as const;
const anomalyDiffers =
  'Their model of a baseline is not published: here the mean and 5 standard deviations of hourly counts, after a week. By role instead of session, which favours the rule: a session is too short for a baseline.';

/** For sessions the role, for people the session. */
const byIdentity = (event: PeerEvent): string => stableActor(event).principal;

const rule = (definition: Omit<PeerRule, 'vendor' | 'severity'>): PeerRule => ({
  vendor: 'Datadog',
  severity: 'medium',
  ...definition,
});

export const datadogRules: readonly PeerRule[] = [
  rule({
    id: 'Anomalous number of secrets retrieved from AWS Secrets Manager',
    source: `${pages}/def-000-mfm`,
    differs: anomalyDiffers,
    start: anomalousCount({ matches: isRead, by: byIdentity, ...anomalyOptions }),
  }),
  rule({
    id: 'Unfamiliar IAM user retrieved secret from AWS Secrets Manager',
    source: `${pages}/cloudtrail-aws-secrets-manager-secrets-revealed-new-value`,
    differs:
      'IAM users only, as title and text say; a value is forgotten after 28 days, their usual setting.',
    start: newTerm({
      matches: (event) => isRead(event) && event.identityType === 'IAMUser',
      term: ({ arn }) => arn,
      history: days(28),
      silentFor: days(7),
    }),
  }),
  rule({
    id: 'Cloudtrail SecretsManager secret retrieved from AWS CloudShell environment',
    source: `${pages}/def-000-rcr`,
    start: each((event) => isRead(event) && event.userAgent.includes('exec-env/CloudShell')),
  }),
  rule({
    id: 'AWS Cloudtrail possible secret enumeration in multiple regions and secret retrieval',
    source: `${pages}/def-000-9fr`,
    differs: 'Number and time are not published: here lists in 2 Regions, then a read within the hour.',
    start: listsThenReads,
  }),
  rule({
    id: 'User enumerated AWS Secrets Manager - Anomaly',
    source: pages,
    differs: `${anomalyDiffers} Which calls count is not published: here ListSecrets and DescribeSecret.`,
    start: anomalousCount({
      matches: (event) => isFrom(event, secretsManager, 'ListSecrets', 'DescribeSecret') && event.success,
      by: byIdentity,
      ...anomalyOptions,
    }),
  }),
  rule({
    id: 'Unfamiliar IAM user retrieved a decrypted AWS Systems Manager parameter',
    source: `${pages}/cloudtrail-aws-systems-manager-decrypted-parameters-retrieved-new-value`,
    start: newTerm({
      matches: (event) => isDecryption(event) && event.identityType === 'IAMUser',
      term: ({ arn }) => arn,
      history: days(28),
      silentFor: days(7),
    }),
  }),
  rule({
    id: 'User enumerated AWS Systems Manager parameters - Anomaly',
    source: pages,
    differs: anomalyDiffers,
    start: anomalousCount({
      matches: (event) => isFrom(event, 'ssm.amazonaws.com', 'DescribeParameters') || isDecryption(event),
      by: byIdentity,
      ...anomalyOptions,
    }),
  }),
  rule({
    id: 'A user received multiple AccessDenied errors',
    source: `${pages}/aws-cloudtrail-access-denied-multiple-events`,
    differs: 'More than 5 different API calls; the time is not published: here 15 minutes.',
    start: distinctWithin({
      matches: ({ errorCode }) => errorCode.startsWith('AccessDenied'),
      by: ({ arn }) => arn,
      value: ({ eventSource, eventName }) => `${eventSource} ${eventName}`,
      atLeast: 6,
      within: minutes(15),
    }),
  }),
  rule({
    id: 'Anomalous amount of access denied events for AWS EC2 Instance',
    source: pages,
    differs: anomalyDiffers,
    start: anomalousCount({
      matches: ({ errorCode, arn }) =>
        errorCode.startsWith('AccessDenied') && /:assumed-role\/.+\/i-[0-9a-f]+$/.test(arn),
      by: byIdentity,
      ...anomalyOptions,
    }),
  }),
  rule({
    id: 'Enumeration from multiple regions using a long-term access key failed',
    source: `${pages}/def-000-48e`,
    differs: 'Number and time are not published: here 3 Regions in an hour.',
    start: distinctWithin({
      matches: ({ accessKeyId, errorCode, eventName }) =>
        accessKeyId.startsWith('AKIA') &&
        errorCode.startsWith('AccessDenied') &&
        /^(List|Get)/.test(eventName),
      by: ({ arn }) => arn,
      value: ({ region }) => region,
      atLeast: 3,
      within: minutes(60),
    }),
  }),
  rule({
    id: 'AWS root account activity',
    source: `${pages}/aws-cloudtrail-root-account-activity`,
    start: each(({ identityType, invokedBy }) => identityType === 'Root' && invokedBy === ''),
  }),
  rule({
    id: 'AWS CloudTrail configuration modified',
    source: `${pages}/aws-cloudtrail-configuration-modified`,
    differs: 'The page names UpdateTrail; StopLogging and DeleteTrail are added, which favours the rule.',
    start: each(
      (event) =>
        isFrom(event, 'cloudtrail.amazonaws.com', 'UpdateTrail', 'StopLogging', 'DeleteTrail') &&
        event.success,
    ),
  }),
  rule({
    id: 'AWS Disable Cloudtrail with event selectors',
    source: pages,
    differs: 'What counts as disabled is not published: here selectors without management events.',
    start: each(
      (event) =>
        isFrom(event, 'cloudtrail.amazonaws.com', 'PutEventSelectors') &&
        event.success &&
        /includeManagementEvents.*false/.test(requestText(event)),
    ),
  }),
  rule({
    id: 'AWS EventBridge rule disabled or deleted',
    source: `${pages}/aws-eventbridge-rule-disabled-or-deleted`,
    start: each(
      (event) => isFrom(event, 'events.amazonaws.com', 'DeleteRule', 'DisableRule') && event.success,
    ),
  }),
  rule({
    id: 'TruffleHog user agent observed in AWS',
    source: `${pages}/def-000-f2a`,
    start: each(
      ({ eventName, userAgent }) => eventName === 'GetCallerIdentity' && /trufflehog/i.test(userAgent),
    ),
  }),
];

function listsThenReads(): Watching {
  const lists = new Map<string, PeerEvent[]>();
  return (event) => {
    if (event.eventSource !== secretsManager || !event.success) return [];
    if (event.eventName !== 'ListSecrets' && event.eventName !== 'GetSecretValue') return [];
    const recent = (lists.get(event.arn) ?? []).filter(({ time }) => time >= event.time - minutes(60));
    if (event.eventName === 'ListSecrets') {
      recent.push(event);
      lists.set(event.arn, recent);
      return [];
    }
    return new Set(recent.map(({ region }) => region)).size >= 2 ? [...recent, event] : [];
  };
}
