import type { Action } from './cloudtrail-events.ts';

/** `denied`: IAM or an endpoint policy refused. `failed`: allowed, but the call did not succeed. */
export type Outcome = 'allowed' | 'denied' | 'failed';

/** One secret, as far as a record tells. Two refs with the same `secretKey` are the same secret. */
export interface SecretRef {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** The full ARN with its six random characters, where a record held it. */
  readonly arn: string | null;
}

/**
 * root | IAM user | role of a machine | person (Identity Center or federation) | AWS service | another account whose
 * principal CloudTrail does not name | unknown.
 */
export type ActorKind = 'root' | 'user' | 'role' | 'person' | 'service' | 'account' | 'unknown';

export interface Actor {
  readonly kind: ActorKind;
  readonly account: string;
  /**
   * The identity that stays the same from session to session: a user's ARN, a role's ARN, a service's host name. For
   * a person it is the session ARN, role and session name together, because many people share one permission set.
   */
  readonly principal: string;
  readonly accessKeyId?: string;
}

/** Where a call came from. A service calls on somebody's behalf and has no address. */
export type Origin =
  | { readonly ip: string }
  | { readonly service: string }
  | { readonly vpcEndpoint: string };

export interface Agent {
  /** The tool, without version and platform: `aws-cli`, `boto3`, `terraform`, `console`, … */
  readonly family: string;
  /** As logged, at most 256 characters. Hostile text: the caller chose it. */
  readonly raw: string;
}

/** What is recorded of management events after a change of a trail's selectors. */
export type ManagementEventCoverage = 'all' | 'partial' | 'none' | 'unknown';

/** The few request parameters that judgements need. Never a value of a secret. */
export interface EventDetail {
  /** DeleteSecret: without recovery window. */
  readonly forced?: boolean;
  readonly recoveryWindowDays?: number;
  /** ReplicateSecretToRegions: where to. */
  readonly regions?: readonly string[];
  /** UpdateSecretVersionStage: the label that moved. */
  readonly versionStage?: string;
  /** CloudTrail changes: the trail's name or ARN. */
  readonly trail?: string;
  readonly managementEvents?: ManagementEventCoverage;
  /** UpdateTrail: what was weakened. */
  readonly weakened?: readonly string[];
  /** Service events: AWS's own explanation. */
  readonly message?: string;
}

/** What a BatchGetSecretValue call asked for. */
export interface BatchRequest {
  /** The secrets of its id list; empty for a call by filters. */
  readonly secrets: readonly SecretRef[];
  /** Its filters as `key=value,value`, sorted. */
  readonly filters: readonly string[];
  /** Every filter value is negated (`!…`): the call matches whatever exists. */
  readonly catchAll: boolean;
  /** How many GetSecretValue events of this call are known; see `linkBatchReads`. */
  readonly childReads: number;
}

/** One call or service event, from whatever source, in one shape. */
export interface AccessEvent {
  /** CloudTrail's eventID; `sha256:…` over the record where it has none. */
  readonly id: string;
  /** The same for every delivery of one event, and for both accounts' copies of a cross-account call. */
  readonly key: string;
  /** Milliseconds since the epoch, UTC; `null` where neither record nor envelope holds a time. */
  readonly time: number | null;
  readonly eventSource: string;
  readonly eventName: string;
  readonly requestId?: string;
  readonly action: Action;
  readonly outcome: Outcome;
  readonly errorCode?: string;
  /** The account and Region whose trail holds the event. */
  readonly account: string;
  readonly region: string;
  readonly secret: SecretRef | null;
  readonly batch?: BatchRequest;
  readonly actor: Actor;
  readonly origin: Origin | null;
  readonly agent: Agent;
  readonly detail: EventDetail;
}

/** Identity of a secret: its name in an account and Region. */
export const secretKey = (secret: SecretRef): string => `${secret.account}:${secret.region}:${secret.name}`;

/** All secrets whose values the event concerns: its own, or those of a batch's id list. */
export const secretsOf = (event: AccessEvent): readonly SecretRef[] =>
  event.secret ? [event.secret] : (event.batch?.secrets ?? []);
