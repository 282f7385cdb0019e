import { type Calendar, hour, minute, startOf } from '../calendar.ts';
import { type Stream, streamOf } from '../random.ts';
import type { Accounts } from './accounts.ts';
import { applicationsOf, teams } from './teams.ts';

export interface Secret {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The team. */
  readonly owner: string;
  readonly application: string;
  readonly isDecoy: boolean;
  readonly createdOnDay: number;
  /** Who reads it in peace: services (and their people), people alone, or nobody. */
  readonly use: 'services' | 'people' | 'idle' | 'decoy';
  /** ARN of a KMS key of the customer's; absent where the key is `aws/secretsmanager`. */
  readonly keyArn?: string;
  readonly rotation?: Rotation;
  /** The version of the first day, then one for each rotation. */
  readonly versions: readonly string[];
}

export interface Rotation {
  /** Name of the rotation function and of its role. */
  readonly functionName: string;
  /** When the scheduled rotations of the period begin, those that succeed. */
  readonly startsAt: readonly number[];
}

const kinds = [
  'db',
  'db-readonly',
  'redis',
  'kafka',
  'api-key',
  'oauth-client',
  'webhook-signing',
  'smtp',
  'stripe',
  'twilio',
  'sendgrid',
  'github-app',
  'slack-bot',
  'snowflake',
  'session-signing',
  'tls',
] as const;

const rotatedKinds = new Set(['db', 'db-readonly', 'redis', 'snowflake']);

/** Small organisations have at least this rotation. */
const alwaysRotated = 'prod/app/db';

const decoyNames = [
  'prod/root-credentials',
  'backup/admin-password',
  'payments/legacy-master-key',
  'aws/break-glass-keys',
  'vault/unseal-keys',
];

/** What every organisation has under just these names. */
const wellKnown: readonly Pick<Draft, 'name' | 'environment' | 'owner' | 'application' | 'kind'>[] = [
  { name: 'dev/app/db', environment: 'staging', owner: 'mobile', application: 'app', kind: 'db' },
  { name: 'prod/app/db', environment: 'prod', owner: 'mobile', application: 'app', kind: 'db' },
  { name: 'sms/clockwork', environment: 'prod', owner: 'messaging', application: 'sms', kind: 'api-key' },
  { name: 'tls/edge', environment: 'prod', owner: 'platform', application: 'gateway', kind: 'tls' },
  {
    name: 'observability/ingest-key',
    environment: 'prod',
    owner: 'platform',
    application: 'gateway',
    kind: 'api-key',
  },
  // Ends in a hyphen and six characters, as an ARN does: what comes after the name is ambiguous.
  { name: 'payments-legacy', environment: 'prod', owner: 'payments', application: 'ledger', kind: 'api-key' },
];

interface Draft {
  readonly name: string;
  readonly environment: 'prod' | 'staging' | 'tools';
  readonly owner: string;
  readonly application: string;
  readonly kind: string;
  readonly use: Secret['use'];
  readonly createdOnDay: number;
}

export function secretsOf(
  seed: number,
  count: number,
  calendar: Calendar,
  accounts: Accounts,
  regions: readonly string[],
): Secret[] {
  const stream = streamOf(seed, 'secrets');
  const nameOf = stream.pick([
    (environment: string, application: string, kind: string) => `${environment}/${application}/${kind}`,
    (environment: string, application: string, kind: string) => `${application}/${environment}/${kind}`,
    (environment: string, application: string, kind: string) => `${application}-${environment}-${kind}`,
  ]);
  const decoys = stream.sample(decoyNames, Math.max(2, Math.min(4, Math.round(count / 60))));
  const keys = new Map<string, string>();
  const secrets: Secret[] = [];
  const names = new Set<string>();
  const add = (draft: Draft): void => {
    if (names.has(draft.name)) return;
    names.add(draft.name);
    secrets.push(secretOf(seed, stream, draft, calendar, accounts, regions, keys));
  };
  for (const name of decoys)
    add({
      name,
      environment: 'prod',
      owner: 'platform',
      application: 'decoy',
      kind: 'decoy',
      use: 'decoy',
      createdOnDay: 0,
    });
  for (const known of wellKnown) add({ ...known, use: 'services', createdOnDay: 0 });
  for (let attempt = 0; secrets.length < count && attempt < count * 50; attempt += 1) {
    const environment = stream.weighted([
      ['prod', 55],
      ['staging', 33],
      ['tools', 12],
    ] as const);
    const owner = stream.pick(teams);
    const application = stream.pick(applicationsOf[owner] ?? []);
    const kind = stream.pick(kinds);
    const use = stream.weighted([
      ['services', 72],
      ['people', 15],
      ['idle', 13],
    ] as const);
    // About one new secret in two weeks; what uses it comes with it.
    const isNew = secrets.length > count * 0.5 && stream.chance((calendar.days / 14 / count) * 2);
    add({
      name: nameOf(environment, application, kind),
      environment,
      owner,
      application,
      kind,
      use,
      createdOnDay: isNew ? stream.int(5, Math.max(6, calendar.days - 5)) : 0,
    });
  }
  return secrets;
}

function secretOf(
  seed: number,
  stream: Stream,
  draft: Draft,
  calendar: Calendar,
  accounts: Accounts,
  regions: readonly string[],
  keys: Map<string, string>,
): Secret {
  const account = accounts[draft.environment];
  const region =
    draft.use === 'decoy' || stream.chance(0.78) ? (regions[0] as string) : stream.pick(regions.slice(1));
  const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${draft.name}-${stream.alphanumeric(6)}`;
  const hasKey = draft.use === 'decoy' || stream.chance(0.13);
  const place = `${account}:${region}`;
  if (hasKey && !keys.has(place))
    keys.set(place, `arn:aws:kms:${region}:${account}:key/${streamOf(seed, 'kms', place).uuid()}`);
  const tags: Record<string, string> = {};
  if (draft.use === 'decoy') tags['team'] = 'platform';
  else if (!stream.chance(0.06)) {
    tags['team'] = draft.owner;
    tags['env'] = draft.environment;
    tags['app'] = draft.application;
    if (stream.chance(0.6)) tags['managed-by'] = 'terraform';
  }
  const isRotated =
    draft.use === 'services' &&
    rotatedKinds.has(draft.kind) &&
    (stream.chance(0.75) || draft.name === alwaysRotated);
  const rotation = isRotated ? rotationOf(stream, draft, calendar) : undefined;
  return {
    name: draft.name,
    account,
    region,
    arn,
    tags,
    owner: draft.owner,
    application: draft.application,
    isDecoy: draft.use === 'decoy',
    createdOnDay: draft.createdOnDay,
    use: draft.use,
    versions: Array.from({ length: 1 + (rotation?.startsAt.length ?? 0) }, () => stream.uuid()),
    ...(hasKey ? { keyArn: keys.get(place) ?? '' } : {}),
    ...(rotation === undefined ? {} : { rotation }),
  };
}

function rotationOf(stream: Stream, draft: Draft, calendar: Calendar): Rotation {
  const period = draft.name === alwaysRotated ? 14 : stream.pick([30, 30, 30, 14, 60]);
  const at = stream.int(0, 23) * hour + stream.int(0, 59) * minute;
  const startsAt: number[] = [];
  for (
    let day = Math.max(draft.createdOnDay + 1, stream.int(0, period - 1));
    day < calendar.days;
    day += period
  )
    startsAt.push(startOf(calendar, day) + at + stream.int(0, 50));
  const engine = draft.kind.startsWith('db') ? 'Postgres' : draft.kind === 'redis' ? 'Redis' : 'Snowflake';
  return { functionName: `SecretsManager${engine}Rotation`, startsAt };
}
