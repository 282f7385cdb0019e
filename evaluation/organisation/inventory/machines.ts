import { agents } from '../agents.ts';
import { type Role, roleOf } from '../identities.ts';
import { vendorAddress } from '../networks.ts';
import { type Stream, streamOf } from '../random.ts';
import type { Accounts } from './accounts.ts';
import type { Secret } from './secrets.ts';

/** Something that is neither a service nor a person: it syncs, deploys, takes stock. */
export interface Machine {
  readonly name: string;
  readonly role: Role;
  readonly account: string;
  readonly region: string;
  /** What it reads in peace. */
  readonly secrets: readonly Secret[];
  readonly agent: string;
}

/** A user of IAM with a key that lives for years. */
export interface IamUser {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
  readonly principalId: string;
  readonly accessKeyId: string;
  readonly secrets: readonly Secret[];
  readonly agent: string;
  /** Where it works from: a server in an office, a vendor's cloud or the runners. */
  readonly place: 'office' | 'vendor' | 'runners';
  readonly vendorAddress: string;
  readonly readsPerDay: number;
}

export interface Machines {
  /** External Secrets in the cluster of prod: every hour, all at once. */
  readonly externalSecrets: Machine;
  /** Another one in staging, every few hours. */
  readonly stagingSync: Machine & { readonly everyHours: number };
  /** Terraform in prod and in staging. */
  readonly terraform: readonly Machine[];
  /** CI with hosted runners: deploys to prod, tests in staging. */
  readonly ci: readonly (Machine & { readonly runsPerDay: number })[];
  /** CI on runners of one's own. */
  readonly ownRunner: Machine;
  /** Lists and describes everything daily; one for each account. */
  readonly inventory: readonly Machine[];
  readonly monthly: Machine;
  readonly quarterly: Machine;
  /** Tools that read one secret of prod from another account; not in every organisation. */
  readonly crossAccount?: Machine;
  readonly breakGlass: Machine;
  readonly users: readonly IamUser[];
}

export function machinesOf(
  seed: number,
  accounts: Accounts,
  regions: readonly string[],
  secrets: readonly Secret[],
): Machines {
  const stream = streamOf(seed, 'machines');
  const home = regions[0] as string;
  const of = (account: string, use: readonly Secret['use'][] = ['services']): Secret[] =>
    secrets.filter(
      (secret) =>
        secret.account === account &&
        secret.region === home &&
        secret.createdOnDay === 0 &&
        use.includes(secret.use),
    );
  const machine = (
    name: string,
    account: string,
    read: readonly Secret[],
    agent: (stream: Stream) => string,
  ): Machine => ({
    name,
    role: roleOf(seed, account, name),
    account,
    region: home,
    secrets: read,
    agent: agent(stream),
  });
  const prod = of(accounts.prod);
  const staging = of(accounts.staging);
  const everything = of(accounts.prod, ['services', 'people', 'idle']);
  const hasCrossAccount = stream.chance(0.5);
  return {
    externalSecrets: machine(
      'external-secrets-operator',
      accounts.prod,
      stream.sample(prod, stream.int(12, 17)),
      agents.externalSecrets,
    ),
    stagingSync: {
      ...machine('secrets-sync', accounts.staging, stream.sample(staging, stream.int(8, 14)), agents.go),
      everyHours: stream.pick([3, 4, 6]),
    },
    terraform: [
      machine(
        'TerraformApply',
        accounts.prod,
        stream.sample(everything, stream.int(28, 60)),
        agents.terraform,
      ),
      machine(
        'TerraformApply',
        accounts.staging,
        stream.sample(staging, stream.int(20, 30)),
        agents.terraform,
      ),
    ],
    ci: [
      {
        ...machine('github-actions-deploy', accounts.prod, stream.sample(prod, 4), agents.node),
        runsPerDay: stream.int(3, 7),
      },
      {
        ...machine('github-actions-test', accounts.staging, stream.sample(staging, 4), agents.boto3),
        runsPerDay: stream.int(8, 16),
      },
    ],
    ownRunner: machine(
      'runner-build',
      accounts.tools,
      of(accounts.tools, ['services', 'people']).slice(0, 3),
      agents.go,
    ),
    inventory: [accounts.prod, accounts.staging, accounts.tools].map((account) =>
      machine('secrets-inventory', account, [], agents.boto3Lambda),
    ),
    monthly: machine('billing-export', accounts.prod, stream.sample(prod, 2), agents.boto3),
    quarterly: machine('quarterly-audit', accounts.prod, stream.sample(everything, 6), agents.boto3),
    ...(hasCrossAccount
      ? { crossAccount: machine('release-notes-bot', accounts.tools, stream.sample(prod, 1), agents.node) }
      : {}),
    breakGlass: machine('BreakGlass', accounts.prod, stream.sample(prod, 2), agents.go),
    users: usersOf(seed, stream, accounts, home, prod, staging),
  };
}

function usersOf(
  seed: number,
  stream: Stream,
  accounts: Accounts,
  region: string,
  prod: readonly Secret[],
  staging: readonly Secret[],
): IamUser[] {
  const user = (
    name: string,
    account: string,
    secrets: readonly Secret[],
    place: IamUser['place'],
    readsPerDay: number,
  ): IamUser => {
    const own = streamOf(seed, 'user', account, name);
    return {
      name,
      account,
      region,
      arn: `arn:aws:iam::${account}:user/${name}`,
      principalId: `AIDA${own.base32(17)}`,
      accessKeyId: `AKIA${own.base32(16)}`,
      secrets,
      agent: stream.pick([agents.boto3, agents.java])(own),
      place,
      vendorAddress: vendorAddress(own),
      readsPerDay,
    };
  };
  return [
    user('svc-legacy-report', accounts.prod, stream.sample(prod, 2), 'office', 2),
    user('vendor-backup', accounts.prod, stream.sample(prod, 1), 'vendor', 3),
    user('jenkins', accounts.staging, stream.sample(staging, 3), 'runners', 6),
    user('svc-erp-bridge', accounts.prod, stream.sample(prod, 2), 'office', 4),
    user('monitoring-probe', accounts.staging, stream.sample(staging, 1), 'vendor', 4),
    user('deploy-bot', accounts.prod, stream.sample(prod, 3), 'runners', 3),
    user('svc-archive', accounts.prod, stream.sample(prod, 1), 'office', 1),
    user('partner-feed', accounts.staging, stream.sample(staging, 1), 'vendor', 2),
    user('svc-payroll', accounts.prod, stream.sample(prod, 1), 'office', 1),
    user('metrics-export', accounts.prod, stream.sample(prod, 2), 'vendor', 3),
    user('legacy-cron', accounts.prod, stream.sample(prod, 2), 'office', 2),
    user('translation-vendor', accounts.prod, stream.sample(prod, 1), 'vendor', 1),
  ];
}
