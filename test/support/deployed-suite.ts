import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { bootstrap, deploy } from './local-cloud/deploy.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud/local-cloud.ts';
import { call } from './local-cloud/signed-call.ts';
import { type SlackStandIn, startSlackStandIn } from './local-cloud/slack-stand-in.ts';

export const webhookSecret = 'secrets-audit/slack';
/** Of a Slack app with buttons; a suite has it where it is asked for. */
export const slackApp = {
  secret: 'secrets-audit/slack-app',
  signingSecret: 'signing-secret-of-the-stand-in',
  user: 'U012AB3CD',
} as const;
/** A secret with a contract: only a role named `sender` may read it, from the office. */
export const contractedSecret = 'payments/gateway';
export const securityTeam = 'security@example.com';
export const operationsTeam = 'operations@example.com';

/** What a suite is deployed with besides what every test needs. */
export interface DeployedSuiteOptions {
  /** Gets one line for each step that takes time. */
  readonly log?: (line: string) => void;
  /** Secrets with values of their own. */
  readonly values?: Readonly<Record<string, string>>;
  /** Top-level settings, as YAML. */
  readonly settings?: string;
  /** Further entries of `secrets`, as YAML at the list's own indentation. */
  readonly entries?: string;
  /** Slack is reached by the app, with buttons, besides the webhook, which is the target `hook` then. */
  readonly withSlackApp?: boolean;
  /** Further settings of `notify`, as YAML at their own indentation. */
  readonly notify?: string;
  /** How fast a webhook is written to. */
  readonly messagesPerSecond?: number;
}

/** The suite on a local cloud, with IAM in force. */
export interface DeployedSuite {
  readonly cloud: LocalCloud;
  readonly slack: SlackStandIn;
  /** Outputs of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The file that it was deployed with. */
  readonly settingsFile: string;
  /** Physical ids of the stack's resources of a type, by logical id. */
  resources(type: string): Promise<Map<string, string>>;
  /** The physical id of the one resource of a type whose logical id matches. */
  resource(type: string, logicalId: RegExp): Promise<string>;
  /** Subjects of the emails to somebody, oldest first. */
  subjects(to: string): Promise<string[]>;
  stop(): Promise<void>;
}

/**
 * Starts a local cloud and a Slack stand-in, makes secrets and deploys the repository's own stack.
 *
 * @param secrets names of secrets whose values do not matter
 */
export async function deploySuite(
  secrets: readonly string[],
  {
    log = () => {},
    values = {},
    settings: furtherSettings = '',
    entries = '',
    withSlackApp = false,
    notify = '',
    messagesPerSecond = 1,
  }: DeployedSuiteOptions = {},
): Promise<DeployedSuite> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-audit-suite-'));
  const slack = await startSlackStandIn();
  const cloud = await startLocalCloud({ log });
  const stop = async (): Promise<void> => {
    await cloud.stop();
    await slack.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const client = new SecretsManagerClient(cloud.sdkConfig());
    await client.send(new CreateSecretCommand({ Name: webhookSecret, SecretString: slack.webhookUrl }));
    if (withSlackApp) {
      const { signingSecret } = slackApp;
      const app = { token: slack.bot.token, signingSecret, api: slack.apiUrl };
      await client.send(
        new CreateSecretCommand({ Name: slackApp.secret, SecretString: JSON.stringify(app) }),
      );
    }
    for (const Name of [contractedSecret, ...secrets])
      await client.send(new CreateSecretCommand({ Name, SecretString: `value of ${Name}` }));
    for (const [Name, SecretString] of Object.entries(values))
      await client.send(new CreateSecretCommand({ Name, SecretString }));
    const settings = join(folder, 'audit.yaml');
    await writeFile(
      settings,
      `version: 1
networks: {office: {cidrs: [198.51.100.0/24]}}
secrets:
  - match: {name: ${contractedSecret}}
    owner: ${securityTeam}
    impact: Moves money.
    allow:
      - {id: sender, role: sender, actions: [read], from: [office]}
      # Who makes the secret, a moment before the suite is there.
      - {id: operator, user: local-cloud-admin, actions: [write], from: any}
${entries}
${furtherSettings}
# Secrets of a test are set up as they are: nobody wants an email about each.
detectors: {secret-posture: {mode: observe}}
notify:
  minimumSeverity: low
  email: [${securityTeam}]
  # What a test does in minutes is more than an hour should bring.
  hourlyLimit: 1000
${withSlackApp ? appSettings : `  slack: {webhookSecret: ${webhookSecret}, messagesPerSecond: ${messagesPerSecond}}`}
${notify}
operations:
  email: [${operationsTeam}]
`,
    );
    log('deploying the stack with cdk deploy, the same that goes to AWS');
    await bootstrap(cloud);
    const outputs = await deploy(cloud, { context: { settings } });
    await cloud.enforceIam();
    const [stackName = 'SecretsAudit'] = Object.keys(outputs);
    const resources = (type: string) => resourcesOf(cloud, stackName, type);
    return {
      cloud,
      slack,
      outputs: outputs[stackName] ?? {},
      settingsFile: settings,
      resources,
      async resource(type, logicalId) {
        const found = [...(await resources(type))].filter(([id]) => logicalId.test(id));
        const [first] = found;
        if (!first || found.length > 1) {
          throw new Error(
            `${found.length} resources ${type} match ${logicalId}: ${found.map(([id]) => id).join(', ')}`,
          );
        }
        return first[1];
      },
      subjects: async (to) =>
        (await cloud.mailbox()).filter((mail) => mail.to === to).map(({ subject }) => subject),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const appSettings = `  slack:
    botSecret: ${slackApp.secret}
    channel: "#security"
    buttons: true
    users: [${slackApp.user}]
  targets:
    hook: {slack: {webhookSecret: ${webhookSecret}}}
  routes:
    - {to: [email, slack, hook]}`;

async function resourcesOf(cloud: LocalCloud, stackName: string, type: string): Promise<Map<string, string>> {
  const xml = await call(cloud, 'cloudformation', 'DescribeStackResources', { StackName: stackName });
  const found = new Map<string, string>();
  for (const [, member = ''] of xml.matchAll(/<member>(.*?)<\/member>/gs)) {
    const text = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(member)?.[1] ?? '';
    if (text('ResourceType') === type) found.set(text('LogicalResourceId'), text('PhysicalResourceId'));
  }
  return found;
}

/** Everything that the suite's table holds. */
export async function scanTable(suite: DeployedSuite): Promise<unknown[]> {
  const client = new DynamoDBClient(suite.cloud.sdkConfig());
  const items: unknown[] = [];
  const TableName = await suite.resource('AWS::DynamoDB::Table', /./);
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) items.push(...Items);
  return items;
}
