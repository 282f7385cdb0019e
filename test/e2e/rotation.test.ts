import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type ClockworkStandIn,
  startClockworkStandIn,
} from '../support/clockwork-stand-in/clockwork-stand-in.ts';
import { loadClockworkNpmClient } from '../support/clockwork-stand-in/npm-client.ts';
import { runCommand } from '../support/command-line.ts';
import {
  type DeployedSuite,
  deploySuite,
  scanTable,
  securityTeam,
  webhookSecret,
} from '../support/deployed-suite.ts';
import { eventually } from '../support/local-cloud/eventually.ts';
import { assumeFunctionRole, assumeRole, createRole, from } from '../support/local-cloud/identities.ts';
import type { Credentials, Mail } from '../support/local-cloud/local-cloud.ts';
import { call, invokeFunction } from '../support/local-cloud/signed-call.ts';

jest.setTimeout(240_000);

const arrivalSeconds = 60;
const dayS = 86_400;
/** The owner's own address: it hears of its secrets by its team's route. */
const messagingTeam = 'messaging@example.com';

const rotated = {
  staged: 'sms/clockwork',
  minted: 'sms/minted',
  dead: 'sms/dead-key',
  away: 'sms/away',
  rollback: 'sms/rollback',
  alive: 'sms/alive',
} as const;

let suite: DeployedSuite;
let clockwork: ClockworkStandIn;
let secrets: SecretsManagerClient;
/** Every key that was ever made: none may show up anywhere. */
const keys: string[] = [];
const commandOutputs: string[] = [];

const newKey = (name: string): string => {
  const { key } = clockwork.createKey(name);
  keys.push(key);
  return key;
};

beforeAll(async () => {
  clockwork = await startClockworkStandIn();
  const [account] = clockwork.accounts();
  const values = Object.fromEntries(
    Object.values(rotated).map((name) => [
      name,
      JSON.stringify({ api_key: newKey(`${name}-first`), api_key_name: `${name}-first`, sender: 'ACME' }),
    ]),
  );
  const rotation = (more = '') =>
    `rotation: {provider: clockwork, every: 90d, warn: 14d, grace: 1m, remind: 30d${more}}`;
  suite = await deploySuite([], {
    values: {
      ...values,
      'sms/account': JSON.stringify({ username: account?.username, password: account?.password }),
    },
    settings: `clockwork: {url: "${clockwork.baseUrl}"}
teams: {messaging: {email: ${messagingTeam}}}`,
    entries: `  - match: {name: ${rotated.staged}}
    owner: messaging
    impact: Sends SMS in our name.
    allow:
      - {id: reminders, role: reminders, actions: [read], from: any, consumer: {other: reminders, delivery: runtime}}
      - {id: sender, role: sender-execution, actions: [read], from: any,
         consumer: {ecs: prod/sms-sender, delivery: injected}}
      - {id: operator, user: local-cloud-admin, actions: any, from: any}
    ${rotation()}
  - match: {name: ${rotated.minted}}
    ${rotation(', mode: minted, accountSecret: sms/account')}
${[rotated.dead, rotated.away, rotated.rollback, rotated.alive]
  .map((name) => `  - match: {name: ${name}}\n    ${rotation()}`)
  .join('\n')}`,
  });
  secrets = new SecretsManagerClient(suite.cloud.sdkConfig());
  // A new schedule has Secrets Manager test the function first, with a pending version that it then removes.
  for (const name of Object.values(rotated)) {
    await eventually(`the test of ${name}`, async () => (await labels(name))['AWSPENDING'] === undefined, 60);
  }
}, 240_000);

afterAll(async () => {
  await suite?.stop();
  await clockwork?.stop();
});

async function command(parameters: readonly string[], input?: string) {
  const table = await suite.resource('AWS::DynamoDB::Table', /./);
  const outcome = await runCommand(
    ['rotation', ...parameters, '--settings', suite.settingsFile, '--table', table],
    { env: suite.cloud.env, ...(input !== undefined && { input }) },
  );
  commandOutputs.push(outcome.output);
  return outcome;
}

const stage = (name: string, key: string, keyName: string) =>
  command(['stage', name, '--key-name', keyName, '--yes'], `${key}\n`);

const enforce = async (secret: string) =>
  invokeFunction(suite.cloud, await suite.resource('AWS::Lambda::Function', /Enforce/i), { secret });

const mails = async (to: string, subject: RegExp): Promise<Mail[]> =>
  (await suite.cloud.mailbox()).filter((mail) => mail.to === to && subject.test(mail.subject));

const mail = async (subject: RegExp, to = securityTeam): Promise<Mail> => {
  try {
    return await eventually(
      `the email ${subject}`,
      async () => (await mails(to, subject))[0],
      arrivalSeconds,
    );
  } catch (error) {
    const enforced = (await logLines(/enforce/i)).filter((line) => line.includes('"Rotation"')).slice(-2);
    throw new Error(
      `${(error as Error).message}; there are:\n${[...(await suite.subjects(to)), ...enforced].join('\n')}`,
    );
  }
};

const incidentIn = ({ body }: Mail): string => /Incident\s+(rotation-[0-9a-f]+)/.exec(body)?.[1] ?? 'none';

async function labels(name: string): Promise<Record<string, string>> {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
  return Object.fromEntries(
    Object.entries(VersionIdsToStages).flatMap(([id, stages]) => stages.map((label) => [label, id])),
  );
}

/** By the version's id: whoever asks for AWSCURRENT is taken for a consumer, and the tester is none. */
async function currentKey(name: string): Promise<string> {
  const { SecretString = '{}' } = await secrets.send(
    new GetSecretValueCommand({ SecretId: name, VersionId: (await labels(name))['AWSCURRENT'] }),
  );
  return (JSON.parse(SecretString) as { api_key: string }).api_key;
}

/** Until a rotation that was started has switched. */
const switched = (name: string, from: string) =>
  eventually(`the switch of ${name}`, async () => (await labels(name))['AWSCURRENT'] !== from, 60);

const age = async (name: string, days: number) => {
  const created = Math.floor(Date.now() / 1000) - days * dayS;
  const current = (await labels(name))['AWSCURRENT'] ?? '';
  await suite.cloud.ageSecret(name, { createdDate: created, versionCreated: { [current]: created } });
};

describe('a staged rotation, from due to proven, of two consumers of which one lags', () => {
  const name = rotated.staged;
  let reminders: Credentials;
  let incident: string;
  let reader: SecretsManagerClient;
  const sent: boolean[] = [];
  const sms = () => loadClockworkNpmClient(clockwork.baseUrl);

  /** As a service does that reads its key anew: with the official client, and the key that the secret holds now. */
  const sendAsReminders = async () => {
    const { SecretString = '{}' } = await reader.send(new GetSecretValueCommand({ SecretId: name }));
    const { api_key: key } = JSON.parse(SecretString) as { api_key: string };
    const { success } = await sms().sendSms(key, '12025550123', 'Your appointment is tomorrow.');
    sent.push(success);
    const { balance } = await sms().balance(key);
    expect(Number(balance)).toBeGreaterThan(0);
  };

  it('is announced when it is due: it needs a key, and says what would stop working', async () => {
    const role = await createRole(suite.cloud, 'reminders', [
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' },
    ]);
    reminders = await assumeRole(suite.cloud, role, 'task');
    reader = from(
      { ip: '198.51.100.20' },
      new SecretsManagerClient(suite.cloud.sdkConfig({ credentials: reminders })),
    );
    await sendAsReminders();
    await suite.cloud.setEcsTasks('prod', 'sms-sender', [
      { startedAt: Math.floor(Date.now() / 1000) - 20 * dayS },
      { startedAt: Math.floor(Date.now() / 1000) - 20 * dayS },
    ]);
    // Until watch has recorded the read.
    await eventually(
      'the read of reminders',
      async () => JSON.stringify(await tableItems()).includes('role/reminders'),
      arrivalSeconds,
    );
    await age(name, 96);
    await enforce(name);
    const due = await mail(
      /^\[(MEDIUM|HIGH)\] (\d{12}: )?Rotation of sms\/clockwork is 6 days overdue and needs a key/,
    );
    incident = incidentIn(due);
    expect(incident).toMatch(/^rotation-/);
    const text = due.body.replace(/\s+/g, ' ');
    expect(text).toContain('secrets-audit rotation stage sms/clockwork');
    expect(text).toContain('ecs prod/sms-sender');
    expect(text).toContain('reminders');
    // The owner's team hears of it too, and of no other secret.
    await mail(/needs a key/, messagingTeam);
  });

  it('a schedule without a staged key fails clearly, leaves nothing pending, and extends the same incident', async () => {
    await suite.cloud.rotateOnSchedule(name);
    const log = await eventually(
      'the refusal',
      async () => (await logLines(/rotate/i)).find((line) => line.includes('NO_STAGED_KEY')),
      60,
    );
    expect(log).toContain('No key is staged under CLOCKWORK_NEXT');
    await eventually('nothing pending', async () => (await labels(name))['AWSPENDING'] === undefined, 30);
    await sleep(6_000);
    expect(await mails(securityTeam, /needs a key/)).toHaveLength(1);
    expect(
      await suite.cloud
        .mailbox()
        .then((all) =>
          all.filter(({ subject }) => /did not go on|stuck/.test(subject) && subject.includes(name)),
        ),
    ).toEqual([]);
  });

  it('a staged key is tested, rotated, and told to everybody who uses it', async () => {
    const before = (await labels(name))['AWSCURRENT'] ?? '';
    const key = newKey('sms-prod-2026-11');
    const staged = await stage(name, key, 'sms-prod-2026-11');
    expect(staged).toMatchObject({ exitCode: 0 });
    const started = await command(['start', name, '--yes']);
    expect(started).toMatchObject({ exitCode: 0 });
    await switched(name, before);
    expect(await currentKey(name)).toBe(key);
    expect((await labels(name))['AWSPREVIOUS']).toBe(before);
    const moved = await mail(/sms\/clockwork was rotated: 0 of 2 consumers have the new key/);
    expect(incidentIn(moved)).toBe(incident);
    // During the rotation both keys work.
    const old = JSON.parse(
      (await secrets.send(new GetSecretValueCommand({ SecretId: name, VersionStage: 'AWSPREVIOUS' })))
        .SecretString ?? '{}',
    ).api_key as string;
    for (const each of [old, key]) {
      expect(await sms().sendSms(each, '12025550123', 'both work')).toMatchObject({ success: true });
      expect(Number((await sms().balance(each)).balance)).toBeGreaterThan(0);
    }
    // CloudTrail has whole seconds: a read within that of the switch shows nothing.
    await sleep(2_000);
    await sendAsReminders();
  });

  it('the consumer that holds the old key is named when the grace is over', async () => {
    await sleep(61_000);
    await enforce(name);
    const late = await mail(/Rotation of sms\/clockwork is not complete after .*: sms-sender lags/);
    expect(incidentIn(late)).toBe(incident);
    const text = late.body.replace(/\s+/g, ' ');
    expect(text).toContain('2 of 2 tasks started before the switch');
    expect(text).toContain('read the new version');
    expect(text).toMatch(
      /aws ecs update-service --cluster prod --service sms-sender \\ --force-new-deployment/,
    );
    expect(await command(['prove', name])).toMatchObject({ exitCode: 1 });
  });

  it('when it has moved, the old key is to be deactivated; when that is done, the rotation closes', async () => {
    await suite.cloud.setEcsTasks('prod', 'sms-sender', [
      { startedAt: Math.floor(Date.now() / 1000) + 2 },
      { startedAt: Math.floor(Date.now() / 1000) + 2 },
    ]);
    await enforce(name);
    const alive = await mail(/The old key of sms\/clockwork is still alive/);
    expect(incidentIn(alive)).toBe(incident);
    expect(alive.body.replace(/\s+/g, ' ')).toContain('2 of 2 tasks started after the switch');
    expect(alive.body).toContain('"sms/clockwork-first"');
    clockwork.deactivate('sms/clockwork-first');
    const proof = await command(['prove', name]);
    expect(proof).toMatchObject({ exitCode: 0 });
    const complete = await mail(/Rotation of sms\/clockwork is complete/);
    expect(incidentIn(complete)).toBe(incident);
    await sendAsReminders();
    expect(sent).toEqual([true, true, true]);
  });

  it('each message came once, by email and by Slack', async () => {
    await sleep(6_000);
    const subjects = (await suite.subjects(securityTeam)).filter((subject) => subject.includes(name));
    expect(subjects).toEqual([...new Set(subjects)]);
    const texts = suite.slack.messages().map(({ text }) => text);
    const titleOf = (subject: string): string => /\] (?:\d{12}: )?(.{1,40})/.exec(subject)?.[1] ?? '';
    const isPosted = (subject: string) => texts.some((text) => text.includes(titleOf(subject)));
    const byIncident = Map.groupBy(subjects, (subject) => /\(([A-Z]+-[0-9A-F]{6})\)/.exec(subject)?.[1]);
    // Of an incident an older message does not come after a newer one: where the queue turns two round, it is left out.
    const lost = [...byIncident.values()]
      .flatMap((told) => told.slice(-1))
      .filter((subject) => !isPosted(subject));
    expect({ lost, texts: lost.length > 0 ? texts : [] }).toEqual({ lost: [], texts: [] });
    expect(subjects.filter(isPosted).length).toBeGreaterThanOrEqual(subjects.length - 1);
  });
});

describe('a minted rotation', () => {
  it('asks the issuer for a key, tests it, and switches', async () => {
    const before = await labels(rotated.minted);
    await secrets.send(new RotateSecretCommand({ SecretId: rotated.minted }));
    await switched(rotated.minted, before['AWSCURRENT'] ?? '');
    const key = await currentKey(rotated.minted);
    keys.push(key);
    expect(clockwork.keys().filter(({ name }) => name.startsWith('sms-minted-'))).toHaveLength(1);
    await mail(/sms\/minted/);
  });
});

describe('a dead key', () => {
  it('is refused when it is staged by the command', async () => {
    const key = newKey('dead-one');
    clockwork.deactivate('dead-one');
    const refused = await stage(rotated.dead, key, 'dead-one');
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain('58');
    expect((await labels(rotated.dead))['CLOCKWORK_NEXT']).toBeUndefined();
  });

  it('is refused by the rotation where somebody staged it by hand, and the incident says so', async () => {
    const key = newKey('dead-two');
    clockwork.deactivate('dead-two');
    const before = (await labels(rotated.dead))['AWSCURRENT'];
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: rotated.dead,
        SecretString: JSON.stringify({ api_key: key }),
        VersionStages: ['CLOCKWORK_NEXT'],
      }),
    );
    await secrets.send(new RotateSecretCommand({ SecretId: rotated.dead }));
    const told = await mail(/Rotation of sms\/dead-key did not go on: the issuer does not know the new key/);
    expect(told.body).toContain('It was not made');
    const after = await labels(rotated.dead);
    expect(after['AWSCURRENT']).toBe(before);
    await eventually(
      'nothing pending',
      async () => (await labels(rotated.dead))['AWSPENDING'] === undefined,
      30,
    );
  });
});

describe('Clockwork down', () => {
  it('is tried again, and nothing becomes current; when it is back, it does', async () => {
    const name = rotated.away;
    const before = (await labels(name))['AWSCURRENT'] ?? '';
    expect(await stage(name, newKey('away-second'), 'away-second')).toMatchObject({ exitCode: 0 });
    clockwork.outage({ status: 503 });
    await secrets.send(new RotateSecretCommand({ SecretId: name }));
    await mail(/Rotation of sms\/away did not go on: the issuer does not answer/);
    expect((await labels(name))['AWSCURRENT']).toBe(before);
    clockwork.recover();
    // What Secrets Manager does when it tries the rotation again: the same version goes on.
    await eventually(
      'another attempt',
      async () => {
        if ((await labels(name))['AWSCURRENT'] !== before) return true;
        await suite.cloud.rotateOnSchedule(name).catch(() => undefined);
        return false;
      },
      90,
    );
    await mail(/The old key of sms\/away can be deactivated now/);
  });
});

describe('a rollback', () => {
  it('makes the old version current again after testing its key, and follows the other one', async () => {
    const name = rotated.rollback;
    const before = (await labels(name))['AWSCURRENT'] ?? '';
    await stage(name, newKey('rollback-second'), 'rollback-second');
    await secrets.send(new RotateSecretCommand({ SecretId: name }));
    await switched(name, before);
    const back = await command(['rollback', name, '--reason', 'the new key is throttled', '--yes']);
    expect(back).toMatchObject({ exitCode: 0 });
    expect((await labels(name))['AWSCURRENT']).toBe(before);
    await enforce(name);
    await mail(/sms\/rollback (was rolled back|.*can be deactivated)|old key of sms\/rollback/i);
  });
});

describe('an old key that is left alive', () => {
  it('is a finding after the grace, and closes when it is deactivated', async () => {
    const name = rotated.alive;
    const before = (await labels(name))['AWSCURRENT'] ?? '';
    await stage(name, newKey('alive-second'), 'alive-second');
    await secrets.send(new RotateSecretCommand({ SecretId: name }));
    await switched(name, before);
    await mail(/The old key of sms\/alive can be deactivated now/);
    await sleep(61_000);
    await enforce(name);
    const alive = await mail(/The old key of sms\/alive is still alive/);
    clockwork.deactivate('sms/alive-first');
    await enforce(name);
    const complete = await mail(/Rotation of sms\/alive is complete/);
    expect(incidentIn(complete)).toBe(incidentIn(alive));
  });
});

describe('each rotation', () => {
  it.each(Object.values(rotated))('of %s is one incident with its messages', async (name) => {
    // That a person moved a label by hand, as a rollback does, is told besides, and by who did it.
    const about = (await mails(securityTeam, new RegExp(`\\b${name}\\b`))).filter(
      ({ subject }) => !/moved label/.test(subject),
    );
    expect(about.length).toBeGreaterThan(0);
    expect(new Set(about.map(incidentIn)).size).toBe(1);
    expect(about.map(incidentIn)[0]).toMatch(/^rotation-/);
  });
});

describe('usage', () => {
  it('asks for the balance, and keeps it', async () => {
    await invokeFunction(suite.cloud, await suite.resource('AWS::Lambda::Function', /Usage/i));
    expect(JSON.stringify(await tableItems())).toContain('USAGE#');
  });
});

describe('the roles', () => {
  it('of rotate, enforce and usage read the Clockwork secret, and every other role is refused', async () => {
    const roles = [...(await suite.resources('AWS::IAM::Role'))].filter(([id]) => /ServiceRole/i.test(id));
    const readers: string[] = [];
    for (const [id, roleName] of roles) {
      const client = new SecretsManagerClient(
        suite.cloud.sdkConfig({ credentials: await assumeFunctionRole(suite.cloud, roleName) }),
      );
      const reads = async (SecretId: string) =>
        client.send(new GetSecretValueCommand({ SecretId })).then(
          () => true,
          ({ name }: Error) => {
            expect(name).toBe('AccessDeniedException');
            return false;
          },
        );
      if (await reads(rotated.staged)) readers.push(id);
      expect(await reads(webhookSecret)).toBe(/Notify/i.test(id));
      expect(await reads('sms/account')).toBe(/Rotate/i.test(id));
    }
    expect(roles.length).toBeGreaterThanOrEqual(7);
    expect(readers.map((id) => /Rotate|Enforce|Usage/i.exec(id)?.[0]).sort()).toEqual([
      'Enforce',
      'Rotate',
      'Usage',
    ]);
  });
});

describe('the keys', () => {
  it('stand, whole or by their first 8 characters, in no log, message, metric, table, event, error or output', async () => {
    const { cloud } = suite;
    const places: Record<string, string> = {
      logs: (await logLines(/./)).join('\n'),
      table: JSON.stringify(await tableItems()),
      mailbox: JSON.stringify(await cloud.mailbox()),
      slack: JSON.stringify(suite.slack.messages()),
      metrics: await call(cloud, 'monitoring', 'ListMetrics', { Version: '2010-08-01' }),
      queues: await (await fetch(`${cloud.endpoint}/_ministack/sqs/messages`)).text(),
      events: await allEvents(),
      server: await readFile(cloud.logFile, 'utf8'),
      commands: commandOutputs.join('\n'),
    };
    expect(keys.length).toBeGreaterThan(10);
    for (const [place, text] of Object.entries(places)) {
      // Something is there to be searched.
      expect({ place, length: text.length > (place === 'queues' ? 1 : 100) }).toEqual({
        place,
        length: true,
      });
      const found = keys.filter((key) => text.includes(key.slice(0, 8)));
      expect({ place, found: found.length }).toEqual({ place, found: 0 });
    }
  });
});

async function logLines(group: RegExp): Promise<string[]> {
  const client = new CloudWatchLogsClient(suite.cloud.sdkConfig());
  const lines: string[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName = '' } of logGroups.filter((each) => group.test(each.logGroupName ?? ''))) {
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        lines.push(...events.map(({ message = '' }) => message));
      }
    }
  }
  return lines;
}

const tableItems = () => scanTable(suite);

async function allEvents(): Promise<string> {
  const client = new CloudTrailClient(suite.cloud.sdkConfig());
  const texts: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new LookupEventsCommand({ MaxResults: 50, ...(NextToken && { NextToken }) }),
    );
    texts.push(JSON.stringify(page.Events));
    NextToken = page.NextToken;
  } while (NextToken);
  return texts.join('\n');
}
