import type { SecretRef } from './access-event.ts';

/** A version of a secret, without its value. Times in milliseconds. */
export interface SecretVersion {
  readonly id: string;
  /** AWSCURRENT, AWSPREVIOUS, AWSPENDING and labels of one's own; none: Secrets Manager may delete it. */
  readonly stages: readonly string[];
  readonly created: number;
}

/** What DescribeSecret and ListSecrets say of a secret; never its value. Times in milliseconds. */
export interface SecretDescription extends SecretRef {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly created: number | null;
  /** Of any edit, not only of the value. */
  readonly lastChanged: number | null;
  /** A date without a time. */
  readonly lastAccessed: number | null;
  /** Set while it waits for its deletion. */
  readonly deleted: number | null;
  /** `null`: the AWS managed key `aws/secretsmanager`. */
  readonly kmsKeyId: string | null;
  /** The AWS service that manages it, which rotates it by itself. */
  readonly owningService: string | null;
  readonly rotation: {
    readonly enabled: boolean;
    readonly functionArn: string | null;
    /** `rate(90 days)`, `cron(…)`, or `null` where it is by days. */
    readonly schedule: string | null;
    /** AutomaticallyAfterDays, which counts from any new value. */
    readonly afterDays: number | null;
    readonly last: number | null;
    readonly next: number | null;
  };
  /** Version id → its labels. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

/** A value of a secret. Never logged, never part of an error. */
export type SecretValue =
  | { readonly kind: 'text'; readonly text: string; readonly versionId: string }
  | { readonly kind: 'binary'; readonly versionId: string };
