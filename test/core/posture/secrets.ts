import type { SecretDescription } from '../../../functions/core/model/secret-state.ts';
import type { PostureState } from '../../../functions/core/posture/posture-state.ts';
import { account, region, secretArn } from '../../support/records.ts';

export const day = 86_400_000;
export const now = Date.parse('2026-11-24T06:00:00Z');

interface Differences extends Omit<Partial<SecretDescription>, 'rotation'> {
  readonly rotation?: Partial<SecretDescription['rotation']>;
}

/** A secret that meets every control: rotated ten days ago, read yesterday. */
export const secretOf = (
  name: string,
  { rotation, ...differences }: Differences = {},
): SecretDescription => ({
  name,
  account,
  region,
  arn: secretArn(name),
  tags: { owner: 'messaging' },
  created: now - 400 * day,
  lastChanged: now - 10 * day,
  lastAccessed: Math.floor((now - day) / day) * day,
  deleted: null,
  kmsKeyId: `arn:aws:kms:${region}:${account}:key/1`,
  owningService: null,
  rotation: {
    enabled: true,
    functionArn: `arn:aws:lambda:${region}:${account}:function:rotate-sms`,
    schedule: 'rate(30 days)',
    afterDays: 30,
    last: now - 10 * day,
    next: now + 20 * day,
    ...rotation,
  },
  versions: {},
  ...differences,
});

export const stateOf = (
  differences: Differences = {},
  settings: Partial<Omit<PostureState, 'secret'>> = {},
): PostureState => ({
  secret: secretOf('app/sms', differences),
  policy: null,
  posture: undefined,
  rotation: undefined,
  isDecoy: false,
  ...settings,
});

export const openToEverybody = { openTo: 'everybody', accounts: [], narrowed: false } as const;
