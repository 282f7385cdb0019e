/** How well an attack hides. */
export type Grade = 'easy' | 'middle' | 'hard';

export const grades: readonly Grade[] = ['easy', 'middle', 'hard'];

export const attackKinds = [
  'mass-retrieval',
  'slow-theft',
  'instance-credentials',
  'permitted-role-new-network',
  'batch-by-filter',
  'catch-all-batch',
  'cross-region',
  'denied-probing',
  'insider-at-night',
  'stage-moving',
  'public-policy',
  'tampering',
  'exfiltration-after-rotation',
  'enumeration',
  'cloudshell-read',
  'offensive-tool',
  'new-principal',
  'securestring-theft',
  'destruction',
  'replication',
  'decoy-read',
  'vpc-endpoint-denied',
  'spike',
  'root-access',
] as const;

export type AttackKind = (typeof attackKinds)[number];

export interface Attack {
  /** `kind-grade-n`, unique in the organisation. */
  readonly id: string;
  readonly kind: AttackKind;
  readonly grade: Grade;
  /** One sentence: who did what from where. */
  readonly story: string;
  /** Stable ARN: of the role or user, or for people of Identity Center the session that carries their name. */
  readonly actor: string;
  /** `eventTime` of the first and the last record. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly eventIds: readonly string[];
  /**
   * True where the principal, network, action or hour is none that peaceful use of that secret ever shows, so that a
   * contract of the secret must find it. False also where no secret is touched (a trail, a parameter, a list).
   */
  readonly outsideContract: boolean;
  /** There where nobody could tell it from peaceful use by CloudTrail alone: the reason. */
  readonly unfindable?: string;
}
