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

/** What a record tells of the temporary credentials. They change from call to call and identify nobody. */
export interface ActorSession {
  /** The session's name: an instance id, a function's name, whatever a pipeline chose. */
  readonly name?: string;
  /** Whether the session was opened with a second factor; absent where the record does not say. */
  readonly mfa?: boolean;
  /** How an instance got its credentials: `1.0` or `2.0` of its metadata service. */
  readonly ec2RoleDelivery?: string;
  /** Milliseconds since the epoch. */
  readonly issuedAt?: number;
  /** Credentials that AWS gave to a browser session of its console. Not forgeable, unlike a browser's user agent. */
  readonly fromConsole?: boolean;
}

export interface Actor {
  readonly kind: ActorKind;
  readonly account: string;
  /**
   * The identity that stays the same from session to session: a user's ARN, a role's ARN, a service's host name. For
   * a person it is the session ARN, role and session name together, because many people share one permission set.
   */
  readonly principal: string;
  readonly accessKeyId?: string;
  /** A person's role without the session, so that holders of one permission set can be compared. */
  readonly role?: string;
  readonly session?: ActorSession;
  /** What AWS issued the credentials to (`inScopeOf`): the ARN of an instance, a function, a task. Not forgeable. */
  readonly scope?: string;
  /** The AWS service that made the call on the actor's behalf (`invokedBy`). Not forgeable. */
  readonly viaService?: string;
}

/** Where a call came from. A service calls on somebody's behalf and has no address. */
export type Origin =
  | { readonly ip: string }
  | { readonly service: string }
  /** `ip`: the address within the VPC; it changes with each task and names no network. */
  | { readonly vpcEndpoint: string; readonly ip?: string };

/** A penetration tester's operating system, which SDKs send as part of the kernel's or distribution's name. */
export type SuspiciousPlatform = 'kali' | 'parrot';

export interface Agent {
  /** The tool, without version and platform: `aws-cli`, `boto3`, `terraform`, `console`, … */
  readonly family: string;
  /** As logged, at most 256 characters. Hostile text: the caller chose it. */
  readonly raw: string;
  /** Tool, language and operating system without the versions that updates change: `boto3 python3.11 linux`. */
  readonly platform?: string;
  readonly suspicious?: SuspiciousPlatform;
}

/** The kind of policy that a refusal names. */
export type RefusingPolicy =
  | 'identity-based policy'
  | 'resource-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'resource control policy'
  | 'VPC endpoint policy';

/** What is recorded of management events after a change of a trail's selectors. */
export type ManagementEventCoverage = 'all' | 'partial' | 'none' | 'unknown';

/** Whom a resource policy lets in besides the secret's own account; see normalise/resource-policy.ts. */
export interface PolicyReach {
  /** `accounts`: only those listed, and whom `narrowed` speaks of. */
  readonly openTo: 'everybody' | 'accounts' | 'none';
  /** Other accounts that it names, sorted. */
  readonly accounts: readonly string[];
  /** It admits everybody whom a condition on network, organization or the like lets through, and nobody beyond. */
  readonly narrowed: boolean;
}

/** The few request parameters that judgements need. Never a value of a secret. */
export interface EventDetail {
  /** CreateUser and CreateRole: the ARN of the new identity. */
  readonly createdIdentity?: string;
  /** DeleteSecret: without recovery window. */
  readonly forced?: boolean;
  readonly recoveryWindowDays?: number;
  /** ReplicateSecretToRegions: where to. */
  readonly regions?: readonly string[];
  /** UpdateSecretVersionStage: the label that moved, to which version and away from which. */
  readonly versionStage?: string;
  readonly moveToVersionId?: string;
  readonly removeFromVersionId?: string;
  /** The version that a write or a rotation made. */
  readonly versionId?: string;
  /** PutSecretValue: the labels that the new version got; absent means AWSCURRENT. */
  readonly versionStages?: readonly string[];
  /** PutResourcePolicy. */
  readonly policy?: PolicyReach;
  /** CloudTrail changes: the trail's name or ARN. */
  readonly trail?: string;
  readonly managementEvents?: ManagementEventCoverage;
  /** UpdateTrail: what was weakened. */
  readonly weakened?: readonly string[];
  /** UpdateTrail: the bucket that it names, new or as before. */
  readonly bucket?: string;
  /** A change of something that an auditor may be made of: its name or ARN. */
  readonly resource?: string;
  /** The same: the change leaves it there but out of work. */
  readonly switchedOff?: boolean;
  /** Systems Manager: the parameters that were read with decryption, at most 50; by path: `/path/*`. */
  readonly parameters?: readonly string[];
  /** How many parameters the call named, where that is more. */
  readonly parameterCount?: number;
  /** GetParametersByPath: with everything below the path. */
  readonly recursive?: boolean;
  /** A refused call: which kind of policy refused it, by saying so or by not allowing it. */
  readonly refusal?: { readonly by: RefusingPolicy; readonly explicit: boolean };
  /** Recorded at a VPC endpoint, not by the service itself. */
  readonly networkActivity?: boolean;
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
  /** A read's own choice of version. Absent means the version that was AWSCURRENT then; CloudTrail does not say which. */
  readonly version?: { readonly id?: string; readonly stage?: string };
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
