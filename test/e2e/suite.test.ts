import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { reportSchema } from '../../functions/core/model/report.ts';
import {
  contractedSecret,
  type DeployedSuite,
  deploySuite,
  operationsTeam,
  scanTable,
  securityTeam,
  webhookSecret,
} from '../support/deployed-suite.ts';
import { eventually } from '../support/local-cloud/eventually.ts';
import {
  assumeFunctionRole,
  assumeRole,
  createRole,
  createUser,
  from,
} from '../support/local-cloud/identities.ts';
import type { Credentials } from '../support/local-cloud/local-cloud.ts';
import { call, invokeFunction } from '../support/local-cloud/signed-call.ts';

jest.setTimeout(240_000);

const secrets = Array.from({ length: 25 }, (_, index) => `app/${String(index).padStart(2, '0')}`);
/** The batching window of watch, polls of queues and stream, and room for a slow machine. */
const arrivalSeconds = 120;

let suite: DeployedSuite;

beforeAll(async () => {
  suite = await deploySuite(secrets);
});

afterAll(async () => {
  await suite?.stop();
});

const allowReads = [
  {
    Effect: 'Allow' as const,
    Action: ['secretsmanager:GetSecretValue', 'secretsmanager:ListSecrets'],
    Resource: '*',
  },
];

const readAll = async (credentials: Credentials): Promise<void> => {
  const client = from(
    { ip: '198.51.100.7' },
    new SecretsManagerClient(suite.cloud.sdkConfig({ credentials })),
  );
  for (const SecretId of secrets) await client.send(new GetSecretValueCommand({ SecretId }));
};

const slackAbout = (name: string) => suite.slack.messages().filter(({ text }) => text.includes(name));
const emailsAbout = async (name: string) =>
  (await suite.subjects(securityTeam)).filter((subject) => subject.includes(name));

/** Long enough for a second copy to arrive. */
const settle = () => sleep(8_000);

/** What CloudTrail recorded of the suite's own roles at Secrets Manager. */
async function ownCalls(): Promise<string[]> {
  const client = new CloudTrailClient(suite.cloud.sdkConfig());
  const records: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'secretsmanager.amazonaws.com' }],
        MaxResults: 50,
        ...(NextToken && { NextToken }),
      }),
    );
    records.push(...(page.Events ?? []).map(({ CloudTrailEvent }) => CloudTrailEvent ?? ''));
    NextToken = page.NextToken;
  } while (NextToken);
  return records.filter((record) => /assumed-role\/[^"]*(Watch|Audit|Announce|Notify|Enforce)/i.test(record));
}

const isList = (record: string): boolean => /"(ListSecrets|GetResourcePolicy)"/.test(record);
const ownReads = async (): Promise<string[]> => (await ownCalls()).filter((record) => !isList(record));
const ownLists = async (): Promise<string[]> => (await ownCalls()).filter(isList);

describe('an idle suite', () => {
  it('makes no events that make events, and sends nothing', async () => {
    const before = await ownReads();
    // A sweep is all that an idle suite does by itself; every 15 minutes is too seldom for a test.
    const audit = await suite.resource('AWS::Lambda::Function', /Audit/i);
    const enforce = await suite.resource('AWS::Lambda::Function', /Enforce/i);
    for (const each of [audit, enforce]) await invokeFunction(suite.cloud, each);
    // Lists once in six hours, lists and policies once a day.
    const lists = await ownLists();
    expect(lists.filter((record) => record.includes('"ListSecrets"'))).toHaveLength(2);
    expect(lists.length - 2).toBe(secrets.length + 2);
    await sleep(30_000);
    for (const each of [audit, enforce]) await invokeFunction(suite.cloud, each);
    expect(await ownReads()).toEqual(before);
    expect(before).toEqual([]);
    expect(await ownLists()).toHaveLength(lists.length);
    expect(suite.slack.requests()).toBe(0);
    expect(await suite.cloud.mailbox()).toEqual([]);
    // What each secret lacks is kept; by the mode that the settings give it nobody is told.
    const kept = (await scanTable(suite)).filter((item) =>
      /"FINDING".*"secret-posture"/.test(JSON.stringify(item)),
    );
    expect(kept).toHaveLength(secrets.length + 2);
  });

  it('listens on 127.0.0.1 only', () => {
    const listening = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(`:${suite.cloud.port} `) || line.includes(`:${suite.slack.port} `));
    expect(listening.length).toBeGreaterThanOrEqual(2);
    for (const line of listening) expect(line.split(/\s+/)[3]).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('a contract', () => {
  const readContracted = async (credentials: Credentials, ip: string): Promise<void> => {
    const client = from({ ip }, new SecretsManagerClient(suite.cloud.sdkConfig({ credentials })));
    await client.send(new GetSecretValueCommand({ SecretId: contractedSecret }));
  };
  const emailAbout = async (subject: string) =>
    (await suite.cloud.mailbox()).find((mail) => mail.to === securityTeam && mail.subject.includes(subject));

  it('is quiet about what it permits; a read that breaks it arrives and quotes the clause', async () => {
    const role = await createRole(suite.cloud, 'sender', allowReads);
    const sender = await assumeRole(suite.cloud, role, 'task');
    await readContracted(sender, '198.51.100.20');
    await settle();
    expect(suite.slack.messages()).toEqual([]);

    await readContracted(sender, '203.0.113.66');
    await readContracted(await createUser(suite.cloud, 'stranger', allowReads), '198.51.100.21');
    const broken = await eventually(
      'the email about the clause',
      () => emailAbout(`role/sender used ${contractedSecret} outside its contract`),
      arrivalSeconds,
    );
    const text = broken.body.replace(/\s+/g, ' ');
    expect(text).toContain('clause "sender" of payments/gateway permits role sender to read from office');
    expect(text).toContain('203.0.113.66');
    expect(text).toContain('Moves money.');
    const none = await eventually(
      'the email about a stranger',
      () => emailAbout(`user/stranger used ${contractedSecret} outside its contract`),
      arrivalSeconds,
    );
    expect(none.body.replace(/\s+/g, ' ')).toContain('No clause of payments/gateway permits user stranger');
    await eventually(
      'both in Slack',
      async () => slackAbout('outside its contract').length === 2,
      arrivalSeconds,
    );
    await settle();
    expect(await emailsAbout('outside its contract')).toHaveLength(2);
    expect(slackAbout('outside its contract')).toHaveLength(2);
  });
});

describe('a theft while Slack is down', () => {
  it('arrives by email at once, and in Slack once when it is back', async () => {
    await suite.slack.stop();
    await readAll(await createUser(suite.cloud, 'thief-one', allowReads));
    await eventually('the email', async () => (await emailsAbout('thief-one')).length > 0, arrivalSeconds);
    // notify has tried and failed by now at least once; it goes on trying.
    await sleep(5_000);
    await suite.slack.start();
    await eventually('the Slack message', async () => slackAbout('thief-one').length > 0, arrivalSeconds);
    await settle();
    expect(slackAbout('thief-one')).toHaveLength(1);
    expect(await emailsAbout('thief-one')).toEqual([
      expect.stringMatching(
        /^\[HIGH\] .*2[0-5] secrets read in \d+ seconds? by user\/thief-one \(INC-\w+\)$/,
      ),
    ]);
  });

  it('costs one read of the webhook address, which causes no finding', async () => {
    const reads = await ownReads();
    expect(reads.length).toBeGreaterThan(0);
    for (const record of reads) expect(record).toContain(webhookSecret);
    expect(await emailsAbout('Notify')).toEqual([]);
  });
});

describe('a theft while announce fails', () => {
  it('reaches each receiver once', async () => {
    const role = await suite.resource('AWS::IAM::Role', /Announce/i);
    const deny = [{ Effect: 'Deny', Action: 'sns:Publish', Resource: '*' }];
    await call(suite.cloud, 'iam', 'PutRolePolicy', {
      RoleName: role,
      PolicyName: 'outage',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: deny }),
    });
    await readAll(await createUser(suite.cloud, 'thief-two', allowReads));
    // Until announce has failed at least twice.
    await eventually(
      'two failures of announce',
      async () => (await failuresOfAnnounce()) >= 2,
      arrivalSeconds,
    );
    expect(await emailsAbout('thief-two')).toEqual([]);
    await call(suite.cloud, 'iam', 'DeleteRolePolicy', { RoleName: role, PolicyName: 'outage' });

    await eventually('the email', async () => (await emailsAbout('thief-two')).length > 0, arrivalSeconds);
    await eventually('the Slack message', async () => slackAbout('thief-two').length > 0, arrivalSeconds);
    await settle();
    expect(await emailsAbout('thief-two')).toHaveLength(1);
    expect(slackAbout('thief-two')).toHaveLength(1);
  });
});

/** Refused publications, as IAM's denial is recorded nowhere else: in the function's own log. */
async function failuresOfAnnounce(): Promise<number> {
  return (await logOf('announce')).filter((line) =>
    /not authorized to perform: SNS:Publish|AuthorizationError|AccessDenied/i.test(line),
  ).length;
}

async function logOf(name: string): Promise<string[]> {
  const logGroupName = await suite.resource('AWS::Logs::LogGroup', new RegExp(name, 'i'));
  const client = new CloudWatchLogsClient(suite.cloud.sdkConfig());
  const lines: string[] = [];
  for await (const { events } of paginateFilterLogEvents({ client }, { logGroupName })) {
    lines.push(...(events ?? []).map(({ message }) => message ?? ''));
  }
  return lines;
}

describe('the sweep', () => {
  it('finds what was found before, and nothing is sent twice', async () => {
    const before = {
      slack: suite.slack.messages().length,
      mails: (await suite.subjects(securityTeam)).length,
    };
    await invokeFunction(suite.cloud, await suite.resource('AWS::Lambda::Function', /Audit/i));
    await settle();
    expect(suite.slack.messages()).toHaveLength(before.slack);
    expect(await suite.subjects(securityTeam)).toHaveLength(before.mails);
  });

  it('finds what EventBridge missed', async () => {
    const rule = await suite.resource('AWS::Events::Rule', /WatchRule/);
    const events = new EventBridgeClient(suite.cloud.sdkConfig());
    const Name = rule.slice(rule.lastIndexOf('/') + 1);
    const { EventPattern, State } = await events.send(new DescribeRuleCommand({ Name }));
    await events.send(new DisableRuleCommand({ Name }));
    await readAll(await createUser(suite.cloud, 'thief-three', allowReads));
    await invokeFunction(suite.cloud, await suite.resource('AWS::Lambda::Function', /Audit/i));
    await eventually('the email', async () => (await emailsAbout('thief-three')).length > 0, arrivalSeconds);
    await events.send(new PutRuleCommand({ Name, EventPattern, State }));
    expect(await emailsAbout('thief-three')).toHaveLength(1);
  });
});

describe('the report', () => {
  it('is made of what the table holds, and kept in its bucket', async () => {
    const report = await suite.resource('AWS::Lambda::Function', /Report/i);
    const Bucket = await suite.resource('AWS::S3::Bucket', /ReportsBucket/);
    for (const _ of ['first', 'second']) await invokeFunction(suite.cloud, report);
    const s3 = new S3Client({ ...suite.cloud.sdkConfig(), forcePathStyle: true });
    const textOf = async (Key: string) =>
      (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() ?? '';
    const told = reportSchema.strict().parse(JSON.parse(await textOf('reports/latest.json')));
    expect(told.basis).toBe('suite');
    expect(told.secrets.map(({ secret }) => secret.name)).toEqual(expect.arrayContaining(secrets));
    expect(told.findings.map(({ title }) => title).join()).toContain('thief-three');
    expect(told.coverage.places).not.toEqual([]);
    expect(told.changes?.begun).toEqual([]);
    expect(await textOf('reports/latest.html')).toContain('<h1>Secrets audit</h1>');
  });
});

describe('a message that is no event', () => {
  it('lands in the dead-letter queue with its reason, and operations hear of it by email', async () => {
    const sqs = new SQSClient(suite.cloud.sdkConfig());
    const queues = await suite.resources('AWS::SQS::Queue');
    const urlOf = (pattern: RegExp) => {
      const [url] = [...queues].filter(([id]) => pattern.test(id)).map(([, physicalId]) => physicalId);
      if (!url) throw new Error(`no queue matches ${pattern} among ${[...queues.keys()].join(', ')}`);
      return url;
    };
    const deadLetters = urlOf(/Watch.*DeadLetter/i);
    const source = urlOf(/Watch(?!.*DeadLetter)/i);
    await sqs.send(new SendMessageCommand({ QueueUrl: source, MessageBody: '{ not JSON' }));
    await eventually(
      'the alarm by email',
      async () => (await suite.subjects(operationsTeam)).some((subject) => /ALARM.*watch/i.test(subject)),
      arrivalSeconds,
    );
    const letter = await eventually(
      'the dead letter',
      async () => {
        const { Messages } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: deadLetters, MessageAttributeNames: ['All'] }),
        );
        return Messages?.[0];
      },
      30,
    );
    expect(letter).toMatchObject({
      Body: '{ not JSON',
      MessageAttributes: {
        ErrorCode: { StringValue: 'UNREADABLE_INPUT' },
        ErrorMessage: { StringValue: 'not JSON' },
      },
    });
  });
});

describe('the roles', () => {
  it.each([
    ['Watch', [secrets[0], webhookSecret]],
    ['Audit', [secrets[0], webhookSecret]],
    ['Announce', [secrets[0], webhookSecret]],
    ['Notify', [secrets[0]]],
  ])('%s is refused %j', async (name, refused) => {
    const role = await suite.resource('AWS::IAM::Role', new RegExp(`${name}.*ServiceRole`, 'i'));
    const client = new SecretsManagerClient(
      suite.cloud.sdkConfig({ credentials: await assumeFunctionRole(suite.cloud, role) }),
    );
    for (const SecretId of refused) {
      await expect(client.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
    }
  });
});
