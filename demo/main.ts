/**
 * `npm run demo`: the whole suite on a local cloud, with a service, a deploy tool and an intruder.
 *
 * Exits 0 only if each message that the story names arrived once by email and once by Slack, and nothing else did.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
  type SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import {
  type ClockworkStandIn,
  startClockworkStandIn,
} from '../test/support/clockwork-stand-in/clockwork-stand-in.ts';
import { type DeployedSuite, deploySuite } from '../test/support/deployed-suite.ts';
import { assumeRole, createRole, createUser, from } from '../test/support/local-cloud/identities.ts';
import type { Credentials, LocalCloud } from '../test/support/local-cloud/local-cloud.ts';
import { type Arrivals, watchArrivals } from './arrivals.ts';
import { expectedOfRotation, playRotation, rotationSetup } from './rotation.ts';
import { type Actor, type ExpectedMessage, type Story, tellStory } from './story.ts';

const usage = `npm run demo -- [--seed N] [--keep]

  --seed N   other names, counts, addresses and times (default 1)
  --keep     leave it running afterwards, to try it by hand; Ctrl-C ends it
`;

/** The batching window of watch, a poll of each queue and of the stream, with room for a slow machine. */
const arrivalSeconds = 90;

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) return 2;
  const { seed, keep } = options;
  const { expected, ...rest } = tellStory(seed);
  const story: Story = { ...rest, expected: [...expected, ...expectedOfRotation] };
  const started = Date.now();
  const say = (text: string): void => {
    const seconds = Math.round((Date.now() - started) / 1000);
    const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
    console.log(`${styleText('dim', clock)}  ${text}`);
  };

  const folder = await mkdtemp(join(tmpdir(), 'secrets-audit-demo-'));
  let suite: DeployedSuite | undefined;
  let clockwork: ClockworkStandIn | undefined;
  let arrivals: Arrivals | undefined;
  try {
    say('starting a local cloud on 127.0.0.1 (the first time: about 10 s more, for Python packages)');
    clockwork = await startClockworkStandIn({ seed: String(seed) });
    suite = await deploySuite(story.secrets, { log: say, ...rotationSetup(clockwork) });
    const { cloud, slack } = suite;
    const cast = await makeCast(cloud, story);
    arrivals = watchArrivals(cloud, slack, say);

    await play(cloud, story, cast, say);
    await playRotation(suite, clockwork, say);
    say(`waiting for what arrives (reads are gathered for a moment before they are judged)`);
    await arrivals.until((all) => missing(all, story).length === 0, arrivalSeconds);
    // Long enough for a second copy to show itself.
    await sleep(5_000);

    say('the same events as log files, judged by the command line:\n');
    auditOnTheCommandLine(await exportEvents(cloud, folder));
    const faults = check(arrivals, story);
    for (const fault of faults) console.error(styleText('red', `demo failed: ${fault}`));
    if (faults.length === 0) {
      console.log(
        styleText(
          'green',
          `\nEach of ${story.expected.length} messages arrived once by email and once in Slack; nothing else did.`,
        ),
      );
    }
    if (keep) await keepRunning(suite, story);
    return faults.length === 0 ? 0 : 1;
  } finally {
    arrivals?.stop();
    await suite?.stop();
    await clockwork?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function readOptions(): { seed: number; keep: boolean } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(seed)) throw new Error(`--seed takes a whole number, not "${values.seed}"`);
    return { seed, keep: values.keep };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return undefined;
  }
}

/** Credentials of everybody in the story. */
interface Cast {
  readonly service: Credentials;
  readonly deployTool: Credentials;
  readonly intruder: Credentials;
}

async function makeCast(cloud: LocalCloud, story: Story): Promise<Cast> {
  const secret = (name: string): string =>
    `arn:aws:secretsmanager:${cloud.region}:${cloud.accountId}:secret:${name}-*`;
  const allow = (Action: string[], ...Resource: string[]) => ({ Effect: 'Allow' as const, Action, Resource });
  const value = 'secretsmanager:GetSecretValue';

  const service = await createRole(cloud, story.service.name, [allow([value], secret(story.service.secret))]);
  const deployTool = await createRole(cloud, story.deployTool.name, [
    allow([value, 'secretsmanager:DescribeSecret', 'secretsmanager:DeleteSecret'], secret('*')),
  ]);
  const intruder = await createUser(cloud, story.intruder.name, [
    allow(['secretsmanager:ListSecrets'], '*'),
    allow([value, 'secretsmanager:DescribeSecret'], ...story.intruder.reads.map(secret)),
  ]);
  return {
    service: await assumeRole(cloud, service, 'task-1'),
    deployTool: await assumeRole(cloud, deployTool, 'pipeline-1'),
    intruder,
  };
}

async function play(cloud: LocalCloud, story: Story, cast: Cast, say: (text: string) => void): Promise<void> {
  const clientOf = (actor: Actor, credentials: Credentials): SecretsManagerClient =>
    from(
      { ip: actor.ip, userAgent: actor.userAgent },
      new SecretsManagerClient(cloud.sdkConfig({ credentials })),
    );

  const { service, deployTool, intruder } = story;
  say(`${service.name} reads ${service.secret} ${service.reads} times, as every day`);
  const serviceClient = clientOf(service, cast.service);
  for (let read = 0; read < service.reads; read += 1) {
    await serviceClient.send(new GetSecretValueCommand({ SecretId: service.secret }));
    await sleep(service.pauseMs);
  }

  say(
    `${deployTool.name} deploys: looks at ${deployTool.reads.length} secrets and reads them, retires ${deployTool.removes}`,
  );
  const deployClient = clientOf(deployTool, cast.deployTool);
  for (const SecretId of deployTool.reads) {
    await deployClient.send(new DescribeSecretCommand({ SecretId }));
    await deployClient.send(new GetSecretValueCommand({ SecretId }));
  }
  await deployClient.send(new DeleteSecretCommand({ SecretId: deployTool.removes, RecoveryWindowInDays: 7 }));

  say(
    styleText(
      'bold',
      `somebody with ${intruder.name}'s access key, from ${intruder.ip}, lists the secrets, reads ${intruder.reads.length} and tries ${story.guarded.length} more`,
    ),
  );
  const intruderClient = clientOf(intruder, cast.intruder);
  await intruderClient.send(new ListSecretsCommand({}));
  for (const SecretId of intruder.reads) {
    await intruderClient.send(new GetSecretValueCommand({ SecretId }));
    await sleep(intruder.pauseMs);
  }
  for (const SecretId of story.guarded) {
    await intruderClient.send(new GetSecretValueCommand({ SecretId })).then(
      () => {
        throw new Error(`the local cloud let ${intruder.name} read ${SecretId}`);
      },
      (error: SecretsManagerServiceException) => {
        if (error.name !== 'AccessDeniedException') throw error;
      },
    );
  }
}

const tells = (text: string, { severity, title }: ExpectedMessage): boolean =>
  text.includes(severity) && title.test(text);

/** Expected messages that have not arrived by both ways, as sentences. */
function missing(arrivals: Arrivals, story: Story): string[] {
  return story.expected.flatMap((message) =>
    (['slack', 'email'] as const)
      .filter((way) => !arrivals[way]().some((text) => tells(text, message)))
      .map((way) => `not by ${way}: ${message.severity} ${message.title.source}`),
  );
}

function check(arrivals: Arrivals, story: Story): string[] {
  const faults = missing(arrivals, story);
  for (const way of ['slack', 'email'] as const) {
    for (const message of story.expected) {
      const copies = arrivals[way]().filter((text) => tells(text, message)).length;
      if (copies > 1) faults.push(`${copies} times by ${way}: ${message.severity} ${message.title.source}`);
    }
    for (const text of arrivals[way]()) {
      if (!story.expected.some((message) => tells(text, message)))
        faults.push(`not in the story, by ${way}: ${text}`);
    }
  }
  return faults;
}

/** The account's events as LookupEvents gives them, in a file. */
async function exportEvents(cloud: LocalCloud, folder: string): Promise<string> {
  const client = new CloudTrailClient(cloud.sdkConfig());
  const file = join(folder, 'lookup-events.jsonl');
  const answers: string[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'secretsmanager.amazonaws.com' }],
        MaxResults: 50,
        ...(NextToken && { NextToken }),
      }),
    );
    answers.push(JSON.stringify({ Events: answer.Events }));
    NextToken = answer.NextToken;
  } while (NextToken);
  await writeFile(file, `${answers.join('\n')}\n`);
  return file;
}

function auditOnTheCommandLine(file: string): void {
  const entry = join(import.meta.dirname, '..', 'cli', 'secrets-audit.js');
  const { status } = spawnSync(process.execPath, [entry, 'audit', file, '--fail-on', 'critical'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`secrets-audit audit ended with exit code ${status}`);
}

async function keepRunning({ cloud, slack }: DeployedSuite, story: Story): Promise<void> {
  const { accessKeyId, secretAccessKey } = cloud.admin;
  const [first, second] = story.intruder.reads;
  console.log(`
It is still running. With the AWS CLI, in another terminal:

  export AWS_ENDPOINT_URL=${cloud.endpoint} AWS_REGION=${cloud.region}
  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}
  aws secretsmanager get-secret-value --secret-id ${first}       # one read: nothing to tell
  aws secretsmanager delete-secret --secret-id ${second} --force-delete-without-recovery
                                                    # an email and a Slack message within seconds

The Slack stand-in is at ${slack.webhookUrl}, the mailbox and logs in ${cloud.dataDir}.
What arrives is printed here. Ctrl-C ends everything.`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`\ndemo failed: ${error instanceof Error ? error.message : error}`);
  return 1;
});
