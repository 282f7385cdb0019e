import { streamOf } from '../random.ts';

/** Invented accounts; most of the work is in `prod`. */
export interface Accounts {
  readonly prod: string;
  readonly staging: string;
  readonly tools: string;
}

const invented = [
  '111122223333',
  '444455556666',
  '777788889999',
  '123456789012',
  '210987654321',
  '555566667777',
];

export function accountsOf(seed: number): Accounts {
  const [prod = '', staging = '', tools = ''] = streamOf(seed, 'accounts').sample(invented, 3);
  return { prod, staging, tools };
}

/** Two or three Regions in use, the first one most. */
export function regionsOf(seed: number): string[] {
  const stream = streamOf(seed, 'regions');
  return stream.sample(
    ['eu-west-1', 'eu-central-1', 'us-east-1', 'eu-north-1', 'us-west-2'],
    stream.int(2, 3),
  );
}

/** Regions of AWS that are open to every account. */
export const allRegions = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-central-1',
  'eu-north-1',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'sa-east-1',
] as const;
