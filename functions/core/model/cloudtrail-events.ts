/**
 * Every CloudTrail event that the suite understands, and what it means.
 *
 * One table, because three places must agree: the normaliser (what an event is), the EventBridge rule and the
 * LookupEvents sweep (what to ask for). `test/contract` checks that the detectors ask for nothing outside it.
 *
 * Source of the names: the service models, and for service events the page "Log Secrets Manager events with CloudTrail"
 * of the Secrets Manager user guide. `change-auditor` is whatever can silence an auditor; whose resource it is, its
 * detector decides.
 */
export const cloudTrailActions = {
  'secretsmanager.amazonaws.com': {
    GetSecretValue: 'read',
    BatchGetSecretValue: 'batch-read',
    ListSecrets: 'list',
    DescribeSecret: 'describe',
    ListSecretVersionIds: 'describe',
    GetResourcePolicy: 'describe',
    ValidateResourcePolicy: 'validate-policy',
    GetRandomPassword: 'random-password',
    CreateSecret: 'create',
    UpdateSecret: 'update',
    PutSecretValue: 'put-value',
    DeleteSecret: 'delete',
    RestoreSecret: 'restore',
    PutResourcePolicy: 'put-policy',
    DeleteResourcePolicy: 'delete-policy',
    RotateSecret: 'rotate',
    CancelRotateSecret: 'cancel-rotation',
    UpdateSecretVersionStage: 'move-stage',
    ReplicateSecretToRegions: 'replicate',
    RemoveRegionsFromReplication: 'unreplicate',
    StopReplicationToReplica: 'unreplicate',
    AssociateCrossAccountReplica: 'replicate',
    DisassociateCrossAccountReplica: 'unreplicate',
    TagResource: 'tag',
    UntagResource: 'untag',
    RotationStarted: 'rotation-started',
    RotationSucceeded: 'rotation-succeeded',
    RotationFailed: 'rotation-failed',
    RotationAbandoned: 'rotation-abandoned',
    TestRotationStarted: 'rotation-test-started',
    TestRotationSucceeded: 'rotation-test-succeeded',
    TestRotationFailed: 'rotation-test-failed',
    StartSecretVersionDelete: 'deletion-started',
    CancelSecretVersionDelete: 'deletion-cancelled',
    EndSecretVersionDelete: 'deletion-ended',
    ReplicationStarted: 'replication-started',
    ReplicationSucceeded: 'replication-succeeded',
    ReplicationFailed: 'replication-failed',
  },
  'kms.amazonaws.com': {
    Decrypt: 'decrypt',
    GenerateDataKey: 'encrypt',
    DisableKey: 'change-auditor',
    ScheduleKeyDeletion: 'change-auditor',
    PutKeyPolicy: 'change-auditor',
  },
  'cloudtrail.amazonaws.com': {
    StopLogging: 'stop-trail',
    DeleteTrail: 'delete-trail',
    UpdateTrail: 'update-trail',
    PutEventSelectors: 'put-event-selectors',
  },
  // Global events, recorded in us-east-1.
  'iam.amazonaws.com': {
    CreateUser: 'create-identity',
    CreateRole: 'create-identity',
  },
  'ssm.amazonaws.com': {
    GetParameter: 'read-parameter',
    GetParameters: 'read-parameter',
    GetParametersByPath: 'read-parameter',
  },
  'events.amazonaws.com': {
    DisableRule: 'change-auditor',
    DeleteRule: 'change-auditor',
    RemoveTargets: 'change-auditor',
    PutRule: 'change-auditor',
  },
  'sns.amazonaws.com': {
    DeleteTopic: 'change-auditor',
    Unsubscribe: 'change-auditor',
    SetTopicAttributes: 'change-auditor',
    RemovePermission: 'change-auditor',
  },
  'sqs.amazonaws.com': {
    DeleteQueue: 'change-auditor',
    PurgeQueue: 'change-auditor',
    SetQueueAttributes: 'change-auditor',
  },
  'dynamodb.amazonaws.com': {
    DeleteTable: 'change-auditor',
    UpdateTimeToLive: 'change-auditor',
    UpdateContinuousBackups: 'change-auditor',
  },
  // Lambda's event names carry the version of its API.
  'lambda.amazonaws.com': {
    DeleteFunction20150331: 'change-auditor',
    PutFunctionConcurrency20171031: 'change-auditor',
    UpdateEventSourceMapping20150331: 'change-auditor',
    DeleteEventSourceMapping20150331: 'change-auditor',
    UpdateFunctionConfiguration20150331v2: 'change-auditor',
    UpdateFunctionCode20150331v2: 'change-auditor',
  },
  'logs.amazonaws.com': {
    DeleteLogGroup: 'change-auditor',
  },
  's3.amazonaws.com': {
    PutBucketLifecycle: 'change-auditor',
    PutBucketLifecycleConfiguration: 'change-auditor',
    PutBucketPolicy: 'change-auditor',
    DeleteBucketPolicy: 'change-auditor',
    DeleteBucket: 'change-auditor',
    PutBucketVersioning: 'change-auditor',
  },
} as const;

type Table = typeof cloudTrailActions;

export type EventSource = keyof Table;

/** What was done, in the suite's words; one action may stand for several API calls. */
export type Action = { [Source in EventSource]: Table[Source][keyof Table[Source]] }[EventSource];

/**
 * The event sources that `watch` and the sweep ask AWS for; the others are understood where log files hold them. Calls
 * of KMS and Systems Manager outnumber all others in a busy account, and LookupEvents answers two requests a second.
 */
export const watchedSources = ['secretsmanager.amazonaws.com', 'cloudtrail.amazonaws.com'] as const;

/** What a log file may hold of use: all of the table. */
export const understoodSources = Object.keys(cloudTrailActions) as readonly EventSource[];

/** Event names of one source, for an EventBridge pattern. */
export const eventNamesOf = (source: EventSource): string[] => Object.keys(cloudTrailActions[source]);

/** All actions of one source, each once. */
export const actionsOf = (source: EventSource): Action[] => [
  ...new Set(Object.values(cloudTrailActions[source])),
];

/** The action of an event, or `undefined` where the suite has no use for it. */
export function actionOf(eventSource: string, eventName: string): Action | undefined {
  if (!Object.hasOwn(cloudTrailActions, eventSource)) return undefined;
  const names: Readonly<Record<string, Action>> = cloudTrailActions[eventSource as EventSource];
  return Object.hasOwn(names, eventName) ? names[eventName] : undefined;
}
