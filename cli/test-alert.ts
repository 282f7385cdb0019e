import { Command, Option } from 'commander';
import { ledgerChannel } from '../functions/core/announcing/ledger-channel.ts';
import { type Target, targetsOf, type Way } from '../functions/core/announcing/targets.ts';
import {
  type DeliveryState,
  deliveredRoute,
  emailRoutes,
  nameOf,
  problemOnTheWayToNotify,
  type RouteResult,
  topicRoute,
} from '../functions/core/announcing/test-routes.ts';
import { instead } from '../functions/core/contracts/nearest-name.ts';
import { formatEmail } from '../functions/core/format/email.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { routeResultsText } from '../functions/core/format/route-results.ts';
import type { TestAnnouncement } from '../functions/core/model/announcement.ts';
import type { Settings } from '../functions/core/model/settings.ts';
import type { Publication } from '../functions/core/ports.ts';
import { exitCodes } from './exit-codes.ts';
import { failureOf, UsageError } from './failures.ts';
import { readSettings } from './read-settings.ts';
import { suiteTable } from './suite-table.ts';
import { jsonText } from './terminal.ts';
import type { TestAlertCloud, TestAlertHost } from './test-alert-host.ts';

interface TestAlertFlags {
  readonly to?: readonly string[];
  readonly settings: string;
  readonly topic?: string;
  readonly table?: string;
  readonly region?: string;
  readonly format: 'text' | 'json';
}

/** How long a delivery by `notify` is waited for. */
const patienceMs = 60_000;
const lookEveryMs = 2_000;
/** As CloudFormation calls the topic of the construct. */
const suiteTopicName = /SecretsAudit.*Findings/;

/** AWS's clients take a while to load, which no other command should wait for. */
const onThisMachine = async (): Promise<TestAlertHost> =>
  (await import('./test-alert-ports.ts')).createTestAlertHost();

/**
 * `secrets-audit test-alert`
 *
 * @param hosted what the command runs on; tests have it in memory
 */
export const testAlertCommand = (parent: Command, hosted = onThisMachine): Command =>
  new Command('test-alert')
    .copyInheritedSettings(parent)
    .description(
      'Send a message that says it is a test to the receivers of a deployed suite, and say of each what arrived and what to do where it did not. Needs AWS credentials that may publish to the topic.',
    )
    .option('--to <target...>', 'names of targets of the settings (default: all)')
    .option('--settings <file>', 'settings with which the suite was deployed', 'audit.yaml')
    .option('--topic <arn>', 'topic of the suite (default: of the settings, or the one that is there)')
    .option('--table <name>', "the suite's table (default: SECRETS_AUDIT_TABLE, or the one that is there)")
    .option('--region <region>', 'Region of the suite (default: of the AWS configuration)')
    .addOption(
      new Option('--format <format>', 'text for people, or JSON for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Exit codes:
  0  every way is open, as far as it can be seen from here
  1  at least one is not
  2  usage error, or something could not be read

Examples:
  $ npx secrets-audit test-alert
  $ npx secrets-audit test-alert --to slack team-messaging`,
    )
    .action(async (flags: TestAlertFlags) => {
      const host = await hosted();
      try {
        host.exit(await testAlert(host, flags));
      } catch (error) {
        const failure = failureOf(error);
        if (!failure) throw error;
        host.terminal.say(`${plainText(failure.message)}\n`);
        host.exit(failure.code);
      }
    });

async function testAlert(host: TestAlertHost, flags: TestAlertFlags): Promise<number> {
  const settings = await readSettings(flags.settings);
  if (!settings) throw new UsageError(`${flags.settings} cannot be used; see above`);
  const targets = chosen(targetsOf(settings), flags);
  const cloud = host.connect(flags.region ?? (flags.topic ?? settings.topic)?.split(':')[3]);
  const topicArn = await suiteTopic(cloud, settings, flags);
  const test: TestAnnouncement = {
    schemaVersion: '1.0',
    kind: 'test',
    id: host.newId(),
    revision: 1,
    targets: targets.map(({ name }) => name),
    at: new Date(host.clock.now()).toISOString(),
    by: host.userName(),
  };
  const results = await send({ host, cloud, test, topicArn, flags }, targets);
  host.terminal.print(
    flags.format === 'json' ? jsonText({ test, results }) : routeResultsText(test, results, host.terminal),
  );
  return results.some(({ outcome }) => outcome === 'failed') ? exitCodes.findings : exitCodes.clean;
}

function chosen(all: ReadonlyMap<string, Target>, { to, settings }: TestAlertFlags): Target[] {
  if (all.size === 0) throw new UsageError(`${settings} names no receiver: see notify`);
  const names = to ?? [...all.keys()];
  return [...new Set(names)].map((name) => {
    const target = all.get(name);
    if (target) return target;
    throw new UsageError(`${settings} has no target ${name}${instead(name, [...all.keys()])}`);
  });
}

async function suiteTopic(
  { topicsNamed }: TestAlertCloud,
  settings: Settings,
  { topic = settings.topic }: TestAlertFlags,
): Promise<string> {
  if (topic !== undefined) return topic;
  const [only, ...others] = await topicsNamed(suiteTopicName);
  if (only === undefined) throw new UsageError('no topic of the suite is here: name it by --topic');
  if (others.length === 0) return only;
  throw new UsageError(
    `several topics may be the suite's: ${[only, ...others].join(', ')}. Name one by --topic`,
  );
}

interface Sending {
  readonly host: TestAlertHost;
  readonly cloud: TestAlertCloud;
  readonly test: TestAnnouncement;
  readonly topicArn: string;
  readonly flags: TestAlertFlags;
}

type TargetBy<Kind extends Way['kind']> = Target & { readonly way: Extract<Way, { readonly kind: Kind }> };
const isBy =
  <Kind extends Way['kind']>(...kinds: Kind[]) =>
  (target: Target): target is TargetBy<Kind> =>
    (kinds as string[]).includes(target.way.kind);

async function send(sending: Sending, targets: readonly Target[]): Promise<RouteResult[]> {
  const { cloud, test, topicArn } = sending;
  const topics = targets.filter(isBy('topic'));
  const emails = targets.filter(isBy('email'));
  const notified = targets.filter(isBy('slack-webhook', 'slack-bot', 'webhook'));
  const results: RouteResult[] = [];
  if (emails.length + notified.length > 0) {
    const topic = await cloud.readTopic(topicArn);
    const table = notified.length > 0 ? await tableOf(sending) : '';
    const problem = await problemOf(cloud.publish(topicArn, publicationOf(test)));
    if (problem !== undefined) {
      for (const { name, way } of [...emails, ...notified])
        results.push(unpublished(name, nameOf(way), problem));
    } else {
      const blocked = notified.flatMap((target) => problemOnTheWayToNotify(target, topic) ?? []);
      const open = notified.filter(({ name }) => !blocked.some(({ target }) => target === name));
      const delivered = await waitFor(open, table, sending);
      results.push(...emails.flatMap((target) => emailRoutes(target, topic)), ...blocked, ...delivered);
    }
  }
  for (const target of topics) {
    const problem = await problemOf(cloud.publishTo(target.way, publicationOf(test)));
    if (problem !== undefined) {
      results.push(unpublished(target.name, target.way.arn, problem));
      continue;
    }
    // Another account's topic may be published to and not looked at.
    const state = await cloud.readTopic(target.way.arn).catch(() => undefined);
    results.push(topicRoute(target, topicArn, state));
  }
  const order = test.targets;
  return results.sort((a, b) => order.indexOf(a.target) - order.indexOf(b.target));
}

const publicationOf = (test: TestAnnouncement): Publication => ({ announcement: test, ...formatEmail(test) });

/** @returns AWS's name for what is wrong, where it cannot be published */
async function problemOf(publishing: Promise<void>): Promise<string | undefined> {
  try {
    await publishing;
    return undefined;
  } catch (error) {
    if (!failureOf(error)) throw error;
    return error instanceof Error ? error.name : String(error);
  }
}

const unpublished = (target: string, to: string, problem: string): RouteResult => ({
  target,
  to,
  outcome: 'failed',
  says: `the topic does not take it from you (${problem})`,
  steps: [
    /^KMS/.test(problem)
      ? 'Your credentials need kms:GenerateDataKey and kms:Decrypt for the key of the topic, or the key is disabled'
      : 'Your credentials need sns:Publish, and the policy of the topic must not forbid it',
  ],
});

/** Asked for before anything is sent. */
async function tableOf({ host, cloud, flags }: Sending): Promise<string> {
  const table = await suiteTable(flags.table, host, cloud);
  if (table !== undefined) return table;
  throw new UsageError('without the table of the suite nobody knows what arrives: name it by --table');
}

async function waitFor(
  targets: readonly Target[],
  table: string,
  { host, cloud, test }: Sending,
): Promise<RouteResult[]> {
  const until = host.clock.now() + patienceMs;
  const states = new Map<string, DeliveryState | undefined>();
  for (;;) {
    const waiting = targets.filter(({ name }) => states.get(name) !== 'sent');
    for (const target of waiting) {
      states.set(target.name, await cloud.readDelivery(table, ledgerChannel(target), test.id));
    }
    if (targets.every(({ name }) => states.get(name) === 'sent') || host.clock.now() >= until) break;
    await host.sleep(lookEveryMs);
  }
  return targets.map((target) => deliveredRoute(target, states.get(target.name)));
}
