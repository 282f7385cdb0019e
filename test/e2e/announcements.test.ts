import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pMap from 'p-map';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createHeldMessages } from '../../functions/adapters/dynamodb-held-messages.ts';
import { connectTable, type Table } from '../../functions/adapters/dynamodb-table.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { type DeployedSuite, deploySuite, securityTeam } from '../support/deployed-suite.ts';
import { finding } from '../support/findings.ts';
import { eventually } from '../support/local-cloud/eventually.ts';
import { invokeFunction } from '../support/local-cloud/signed-call.ts';
import { account } from '../support/records.ts';

jest.setTimeout(900_000);

const incidents = 500;
/** Of these a graver revision follows at once. */
const graver = 100;
const auditors = 'auditors@example.com';
const limit = 10;
const clock = { now: () => Date.now() };

let suite: DeployedSuite;
let table: Table;
let slowPath: string;

beforeAll(async () => {
  suite = await deploySuite([], {
    messagesPerSecond: 20,
    values: { 'secrets-audit/slow': 'later' },
    notify: `  targets:
    slow: {slack: {webhookSecret: secrets-audit/slow}, hourlyLimit: ${limit}}
    auditors: {email: [${auditors}], hourlyLimit: ${limit}}
  routes:
    - {match: {detector: mass-retrieval}, to: [email, slack]}
    - {match: {detector: slow-retrieval}, to: [slow, auditors]}`,
  });
  slowPath = new URL(suite.slack.webhookUrl).pathname.replace('B00000000', 'B11111111');
  const SecretString = suite.slack.webhookUrl.replace('B00000000', 'B11111111');
  await new SecretsManagerClient(suite.cloud.sdkConfig()).send(
    new PutSecretValueCommand({ SecretId: 'secrets-audit/slow', SecretString }),
  );
  const name = await suite.resource('AWS::DynamoDB::Table', /./);
  table = connectTable(name, new DynamoDBClient(suite.cloud.sdkConfig()));
});

afterAll(async () => {
  await suite?.stop();
});

const subjectName = (number: number): string => `u-${String(number).padStart(3, '0')}`;

/** Findings about as many identities, as the judgement stores them. */
async function store(count: number, overrides: Partial<Finding>): Promise<void> {
  const findings = createFindingStore({ table, findingDays: 1, clock, sleep, random: Math.random });
  const seen = new Date().toISOString();
  const numbers = Array.from({ length: count }, (_, number) => number);
  await pMap(
    numbers,
    async (number) => {
      const name = subjectName(number);
      const id = `${overrides.detector}-${name}`;
      const of = finding({
        id,
        title: `25 secrets read by user/${name}`,
        secret: null,
        actor: {
          principal: `arn:aws:iam::${account}:user/${overrides.detector}-${name}`,
          kind: 'user',
          account,
        },
        firstSeen: seen,
        lastSeen: seen,
        ...overrides,
      });
      await findings.upsert(id, () => ({
        finding: of,
        group: id,
        announce: true,
        mode: 'announce',
        events: [],
        distinct: 1,
      }));
    },
    { concurrency: 10 },
  );
}

/** `u-001 MEDIUM`, of each message in the order in which it arrived. */
const heard = (texts: readonly string[]): string[] =>
  texts.map((text) => `${/u-\d{3}/.exec(text)?.[0]} ${/MEDIUM(?!,? was)|CRITICAL|HIGH/.exec(text)?.[0]}`);
const inSlack = () =>
  suite.slack
    .messages()
    .filter(({ path }) => path !== slowPath)
    .map(({ text }) => text);
const inSlowSlack = () => suite.slack.messages().filter(({ path }) => path === slowPath);
const subjects = (to: string) => suite.subjects(to);
const numbersIn = (texts: readonly string[]): Set<string> =>
  new Set(texts.flatMap((text) => text.match(/u-\d{3}/g) ?? []));

/** Until nothing has arrived for some time. */
async function quiet(count: () => Promise<number>, seconds: number): Promise<void> {
  let last = -1;
  let since = Date.now();
  await eventually(
    'silence',
    async () => {
      const now = await count();
      if (now !== last) {
        last = now;
        since = Date.now();
      }
      return now > 0 && Date.now() - since > seconds * 1000;
    },
    600,
  );
}

describe(`${incidents} incidents at once`, () => {
  it('reach each receiver once, and none hears an older revision after a newer one', async () => {
    suite.slack.allow(20);
    const medium = { detector: 'mass-retrieval', severity: 'medium' } as const;
    await store(incidents, medium);
    await store(graver, { ...medium, severity: 'critical', revision: 2 });
    await quiet(async () => (await subjects(securityTeam)).length + inSlack().length, 30);
    for (const messages of [heard(inSlack()), heard(await subjects(securityTeam))]) {
      expect(numbersIn(messages).size).toBe(incidents);
      expect(new Set(messages).size).toBe(messages.length);
      for (let number = 0; number < incidents; number += 1) {
        const name = subjectName(number);
        const own = messages
          .filter((each) => each.startsWith(name))
          .map((each) => each.slice(name.length + 1));
        expect(own.at(-1)).toBe(number < graver ? 'CRITICAL' : 'MEDIUM');
      }
    }
  });

  it('beyond the hourly limit come as digests, in which nothing is missing', async () => {
    suite.slack.allow(1);
    await store(incidents, { detector: 'slow-retrieval', severity: 'medium' });
    const held = createHeldMessages({ table, findingDays: 1, clock });
    const heldBack = async () =>
      (await Promise.all(['slow', 'auditors'].map((target) => held.of(target)))).flat();
    const all = 2 * (incidents - limit);
    await eventually('what is held', async () => (await heldBack()).length === all, 300);
    const digest = await suite.resource('AWS::Lambda::Function', /Digest/i);
    await invokeFunction(suite.cloud, digest);
    // The hour is not over.
    expect(await heldBack()).toHaveLength(all);

    // An hour goes by.
    await pMap(
      await heldBack(),
      ({ target, incident, at }) =>
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: { pk: `HELD#${target}`, sk: incident },
            UpdateExpression: 'SET #at = :at',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: { ':at': at - 3_600_000 },
          }),
        ),
      { concurrency: 10 },
    );
    for (let time = 0; time < 2; time += 1) await invokeFunction(suite.cloud, digest);
    expect(await heldBack()).toEqual([]);
    await quiet(async () => (await subjects(auditors)).length + inSlowSlack().length, 20);

    const mails = (await suite.cloud.mailbox()).filter(({ to }) => to === auditors);
    const texts = mails.map(({ subject, body }) => `${subject}\n${body}`);
    expect(numbersIn(texts).size).toBe(incidents);
    const byOne = mails.filter(({ subject }) => !subject.startsWith('[DIGEST]'));
    expect(byOne).toHaveLength(limit);
    const digests = texts.filter((text) => text.startsWith('[DIGEST]'));
    const told = digests.flatMap((text) => text.match(/u-\d{3}/g) ?? []);
    expect(told).toHaveLength(incidents - limit);
    const named = numbersIn(byOne.map(({ subject }) => subject));
    expect(told.filter((name) => named.has(name))).toEqual([]);

    const chat = inSlowSlack().map(({ text }) => text);
    const counts = chat.flatMap((text) => Number(/(\d+) held back/.exec(text)?.[1] ?? 0));
    expect(chat.filter((text) => /u-\d{3}/.test(text))).toHaveLength(limit);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(incidents - limit);
  });
});
