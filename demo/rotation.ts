import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { ClockworkStandIn } from '../test/support/clockwork-stand-in/clockwork-stand-in.ts';
import { loadClockworkNpmClient } from '../test/support/clockwork-stand-in/npm-client.ts';
import { runCommand } from '../test/support/command-line.ts';
import { type DeployedSuite, securityTeam } from '../test/support/deployed-suite.ts';
import { eventually } from '../test/support/local-cloud/eventually.ts';
import { assumeRole, createRole, from } from '../test/support/local-cloud/identities.ts';
import { invokeFunction } from '../test/support/local-cloud/signed-call.ts';
import type { ExpectedMessage } from './story.ts';

const secret = 'sms/reminders';
const service = 'appointment-reminders';
const oldName = 'reminders-2026-08';
const newName = 'reminders-2026-11';
const dayS = 86_400;
const patienceSeconds = 90;

/** What the suite must say of the rotation; all of it is one incident. */
export const expectedOfRotation: readonly ExpectedMessage[] = [
  { severity: 'MEDIUM', title: /Rotation of sms\/reminders is 4 days overdue and needs a key/ },
  { severity: 'LOW', title: /Rotation of sms\/reminders begins, as .* asked/ },
  { severity: 'LOW', title: /sms\/reminders was rotated: \d of 2 consumers ha(s|ve) the new key/ },
  { severity: 'LOW', title: /The old key of sms\/reminders can be deactivated now/ },
  { severity: 'INFO', title: /Rotation of sms\/reminders is complete/ },
];

/** Settings for the suite: the issuer, who may use the key, and how it is rotated. */
export const rotationSetup = (clockwork: ClockworkStandIn) => ({
  values: {
    [secret]: JSON.stringify({ api_key: clockwork.createKey(oldName).key, api_key_name: oldName }),
  },
  settings: `clockwork: {url: "${clockwork.baseUrl}"}`,
  entries: `  - match: {name: ${secret}}
    owner: ${securityTeam}
    allow:
      - {id: reminders, role: ${service}, actions: [read], from: any,
         consumer: {other: ${service}, delivery: runtime}}
      - {id: billing, role: billing-execution, actions: [read], from: any,
         consumer: {ecs: prod/billing, delivery: injected}}
      - {id: operator, user: local-cloud-admin, actions: any, from: any}
    rotation: {provider: clockwork, every: 90d, warn: 14d, grace: 5d}
`,
});

/** The rotation of an SMS key, from due to proven, of two consumers of which one lags. */
export async function playRotation(
  suite: DeployedSuite,
  clockwork: ClockworkStandIn,
  say: (text: string) => void,
): Promise<void> {
  const { cloud } = suite;
  const admin = new SecretsManagerClient(cloud.sdkConfig());
  const table = await suite.resource('AWS::DynamoDB::Table', /./);
  const lookAgain = async () =>
    invokeFunction(cloud, await suite.resource('AWS::Lambda::Function', /Enforce/i), { secret });
  const told = ({ title }: ExpectedMessage) =>
    eventually(
      `the email ${title.source}`,
      async () => (await suite.subjects(securityTeam)).some((subject) => title.test(subject)),
      patienceSeconds,
    );
  const [due, begins, switched, retire, complete] = expectedOfRotation;
  if (!due || !begins || !switched || !retire || !complete) {
    throw new Error('the rotation is told in five messages');
  }
  const command = async (parameters: readonly string[], input?: string): Promise<void> => {
    say(styleText('bold', `$ secrets-audit rotation ${parameters.join(' ')}`));
    const { exitCode, output } = await runCommand(
      ['rotation', ...parameters, '--settings', suite.settingsFile, '--table', table],
      { env: cloud.env, ...(input !== undefined && { input }) },
    );
    console.log(
      output
        .trimEnd()
        .split('\n')
        .map((line) => `         ${styleText('dim', '|')} ${line}`)
        .join('\n'),
    );
    if (exitCode === 2) throw new Error(`secrets-audit rotation ${parameters[0]} ended with exit code 2`);
  };

  say(
    styleText('bold', `\nthe SMS key in ${secret}: ${service} reads it, ECS gave it to 2 tasks of billing`),
  );
  const role = await createRole(cloud, service, [
    {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: `arn:aws:secretsmanager:${cloud.region}:${cloud.accountId}:secret:${secret}-*`,
    },
  ]);
  const credentials = await assumeRole(cloud, role, 'task-1');
  const reader = from({ ip: '203.0.113.7' }, new SecretsManagerClient(cloud.sdkConfig({ credentials })));
  const sms = loadClockworkNpmClient(clockwork.baseUrl);
  const remind = async (): Promise<void> => {
    const { SecretString = '{}' } = await reader.send(new GetSecretValueCommand({ SecretId: secret }));
    const { api_key: key } = JSON.parse(SecretString) as { api_key: string };
    const { success } = await sms.sendSms(key, '12025550123', 'Your appointment is tomorrow at 10.');
    if (!success) throw new Error(`${service} could not send an SMS`);
    say(`${service} reads its key and sends an SMS: accepted`);
  };
  await remind();
  const startedDaysAgo = (days: number) => ({ startedAt: Math.floor(Date.now() / 1000) - days * dayS });
  await cloud.setEcsTasks('prod', 'billing', [startedDaysAgo(20), startedDaysAgo(20)]);

  const { VersionIdsToStages = {} } = await admin.send(new DescribeSecretCommand({ SecretId: secret }));
  const [current = ''] =
    Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT')) ?? [];
  const createdDate = Math.floor(Date.now() / 1000) - 94 * dayS;
  await cloud.ageSecret(secret, { createdDate, versionCreated: { [current]: createdDate } });
  say('94 days go by; the policy says 90');
  await lookAgain();
  await told(due);

  const { key } = clockwork.createKey(newName);
  say(
    `somebody makes the key "${newName}" in the dashboard, and stages it (the key comes by standard input)`,
  );
  await command(['stage', secret, '--key-name', newName, '--yes'], `${key}\n`);
  await command(['start', secret, '--yes']);
  await told(switched);
  // CloudTrail has whole seconds: a read within that of the switch shows nothing.
  await sleep(2_000);
  await remind();
  await command(['prove', secret]);
  say('billing is deployed anew: its tasks start with the new key');
  await cloud.setEcsTasks('prod', 'billing', [startedDaysAgo(-1 / dayS), startedDaysAgo(-1 / dayS)]);
  // Until the read of the new version has come by CloudTrail.
  await eventually(
    'both consumers have moved',
    async () => {
      await lookAgain();
      return (await suite.subjects(securityTeam)).some((subject) => retire.title.test(subject));
    },
    patienceSeconds,
  );
  await told(retire);
  say(`somebody deactivates "${oldName}" in the dashboard`);
  clockwork.deactivate(oldName);
  await command(['prove', secret]);
  await told(complete);
  await remind();
}
