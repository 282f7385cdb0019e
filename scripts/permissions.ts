/** Which Lambda may do what with which secret, from the roles of the synthesized stack: `docs/permissions.md`. */
import { App } from 'aws-cdk-lib';
import { Policy } from 'aws-cdk-lib/aws-iam';
import { receiverSecrets } from '../cdk/constructs/receivers.ts';
import { type FunctionName, SuiteFunction } from '../cdk/constructs/suite-function.ts';
import { AuditStack } from '../cdk/stacks/audit-stack.ts';
import type { Settings } from '../functions/core/model/settings.ts';

type Effect = 'may' | 'refused';

/** `other`: every secret but those that the Lambda may read. `key`: customer keys of the secrets. */
type Subject = 'rotated' | 'account' | 'receiver' | 'every' | 'other' | 'key';

/** What one Lambda may do with some secrets, or is refused whatever else its role gets. */
export interface SecretPermission {
  readonly function: FunctionName;
  readonly effect: Effect;
  readonly subject: Subject;
  /** Names of the secrets; empty where it is every one. */
  readonly secrets: readonly string[];
  readonly actions: readonly string[];
  readonly why: string;
}

const oneByOne = 'It reads each value by itself.';
const keyOfReader = 'Secrets Manager uses the key of a secret for who reads its value.';

/** Why each Lambda may do what it may, and is refused what it is. A permission without a reason is an error. */
export const reasons: Readonly<Record<string, string>> = {
  'watch refused every': 'It judges events, which hold no value.',
  'audit may every': 'Names and tags, which contracts match.',
  'audit refused every': 'It judges events, which hold no value.',
  'announce refused every': 'It publishes findings, which hold no value.',
  'digest refused every': 'It sends what announce held back, which holds no value.',
  'notify may receiver': 'The addresses and tokens with which Slack and webhooks are reached.',
  'notify may key': keyOfReader,
  'notify refused other': 'It sends announcements, which hold no value.',
  'notify refused every': oneByOne,
  'respond may receiver': 'With the signing secret it knows Slack, with the token it opens dialogs.',
  'respond may key': keyOfReader,
  'respond refused other': 'It keeps what people say of incidents, which hold no value.',
  'respond refused every': oneByOne,
  'security-hub refused every': 'It imports findings, which hold no value.',
  'rotate may rotated':
    'It asks the issuer about the key in use and the next one, stores the next one and moves the labels.',
  'rotate may account':
    'Only in mode `minted`: the issuer makes a key for who has the credentials of the account.',
  'rotate may key': 'Secrets Manager uses the key of a secret for who reads or writes its value.',
  'rotate refused other': 'It rotates no other secret.',
  'rotate refused every': oneByOne,
  'enforce may rotated':
    'It asks the issuer whether the new key works and the old one is dead, and looks which version has which label.',
  'enforce may every': 'Descriptions and policies, by which posture is judged.',
  'enforce may key': keyOfReader,
  'enforce refused other': 'Posture is judged without values.',
  'enforce refused every': oneByOne,
  'report may every': 'Dates, by which the age of values is told.',
  'report refused every': 'It reports findings and habits, which hold no value.',
  'usage may rotated': 'It asks the issuer for the balance, with the key.',
  'usage may key': keyOfReader,
  'usage refused other': 'It asks about no other key.',
  'usage refused every': oneByOne,
};

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const place = { account: '111122223333', region: 'eu-west-1' } as const;
const secretPrefix = `arn:aws:secretsmanager:${place.region}:${place.account}:secret:`;
const viaSecretsManager = `secretsmanager.${place.region}.amazonaws.com`;

/** What the Lambdas of a stack may do with secrets, and with the customer keys of secrets. */
export function secretPermissions(settings: Settings, featureFlags: object): SecretPermission[] {
  // Without bundles and copies of them: only the policies are looked at.
  const context = { 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true };
  const app = new App({ context: { ...featureFlags, ...context } });
  const stack = new AuditStack(app, 'Permissions', { settings, stack: { env: place } });
  const functions = stack.node.findAll().filter((each) => each instanceof SuiteFunction);
  return functions.flatMap(({ functionName, role }) => {
    const policies = role.node.findAll().filter((each) => each instanceof Policy);
    const statements = policies.flatMap(
      ({ document }) => (stack.resolve(document.toJSON()) as { Statement: Statement[] }).Statement,
    );
    const permissions = Map.groupBy(
      statements.flatMap((statement) => subjectsOf(statement, settings)),
      ({ effect, subject, secrets }) => JSON.stringify([effect, subject, secrets]),
    );
    return [...permissions.values()].flatMap((same) => {
      const [first] = same;
      if (!first) return [];
      const reason = `${functionName} ${first.effect} ${first.subject}`;
      const why = reasons[reason];
      if (why === undefined) throw new Error(`scripts/permissions.ts does not say why: ${reason}`);
      const actions = [...new Set(same.flatMap((each) => each.actions))].sort();
      return [{ ...first, function: functionName, actions, why }];
    });
  });
}

type Unexplained = Omit<SecretPermission, 'function' | 'why'>;

function subjectsOf(statement: Statement, settings: Settings): Unexplained[] {
  const effect = statement.Effect === 'Allow' ? 'may' : 'refused';
  const actions = [statement.Action].flat();
  if (statement.Condition?.['StringEquals']?.['kms:ViaService'] === viaSecretsManager) {
    const named = [statement.Condition['StringLike']?.['kms:EncryptionContext:SecretARN'] ?? []].flat();
    return [{ effect, actions, subject: 'key', secrets: named.map(nameOf).sort() }];
  }
  if (!actions.some((action) => action.startsWith('secretsmanager:'))) return [];
  if (statement.NotResource !== undefined) return [{ effect, actions, subject: 'other', secrets: [] }];
  const resources = [statement.Resource].flat();
  if (resources.includes('*')) return [{ effect, actions, subject: 'every', secrets: [] }];
  const receivers = new Set(receiverSecrets(settings).map(({ secret }) => secret));
  const accounts = settings.secrets.map(({ rotation }) => rotation?.accountSecret);
  const subjectOf = (name: string): Subject => {
    if (receivers.has(name)) return 'receiver';
    return accounts.includes(name) ? 'account' : 'rotated';
  };
  return [...Map.groupBy(resources.map(nameOf).sort(), subjectOf)].map(([subject, secrets]) => ({
    effect,
    actions,
    subject,
    secrets,
  }));
}

function nameOf(resource: unknown): string {
  const arn = String(resource);
  if (!arn.startsWith(secretPrefix)) throw new Error(`No secret of the example: ${JSON.stringify(resource)}`);
  return arn.slice(secretPrefix.length).replace(/-\?{6}$/, '');
}

/** The settings with all that makes a role do more: buttons in Slack, the account's credentials, and customer keys. */
export function withEverythingGranted(settings: Settings): Settings {
  const encryptionKey = `arn:aws:kms:${place.region}:${place.account}:key/11111111-1111-1111-1111-111111111111`;
  const slack = {
    botSecret: 'secrets-audit/slack-app',
    channel: '#security',
    buttons: true,
    messagesPerSecond: 1,
    users: ['U012AB3CD'],
    encryptionKey,
  };
  return {
    ...settings,
    notify: { ...settings.notify, slack, securityHub: true },
    secrets: settings.secrets.map((entry) =>
      entry.rotation?.provider === undefined
        ? entry
        : {
            ...entry,
            rotation: { ...entry.rotation, mode: 'minted', accountSecret: 'sms/account', encryptionKey },
          },
    ),
  };
}

/** `may read` and the like, as a row of a table. */
export function permissionRow({ effect, subject, secrets, actions, ...of }: SecretPermission): string {
  const names = secrets.map((name) => `\`${name}\``).join(', ');
  const which = {
    rotated: names,
    account: names,
    receiver: names,
    every: 'every secret',
    other: 'every other secret',
    key: names ? `customer key of ${names}` : 'customer key of its secret',
  }[subject];
  const calls = actions.map((action) => `\`${action.replace(/^secretsmanager:/, '')}\``).join(', ');
  return `| \`${of.function}\` | ${which} | ${effect === 'may' ? '' : '**refused** '}${calls} | ${of.why} |`;
}
