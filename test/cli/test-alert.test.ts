import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { testAlertCommand } from '../../cli/test-alert.ts';
import type { TestAlertCloud, TestAlertHost } from '../../cli/test-alert-host.ts';
import type { TopicState, TopicSubscription } from '../../functions/core/announcing/test-routes.ts';
import { announcementSchema } from '../../functions/core/model/announcement.ts';
import type { Publication } from '../../functions/core/ports.ts';
import { createFolder, type Folder } from './command-line.ts';

const suiteTopic = 'arn:aws:sns:eu-west-1:111122223333:SecretsAudit-SuiteFindings1A2B';
const otherTopic = 'arn:aws:sns:eu-west-1:444455556666:alerts';
const settingsText = `version: 1
teams: {payments: {email: payments@example.com}}
notify:
  email: [security@example.com, oncall@example.com]
  slack: {botSecret: app/slack, channel: "#security"}
  targets:
    siem: {webhook: {secret: app/siem}}
    elsewhere: {topic: ${otherTopic}}
`;

let folder: Folder;
let settings: string;
beforeAll(() => {
  folder = createFolder();
  settings = folder.add('audit.yaml', settingsText);
});
afterAll(() => folder[Symbol.dispose]());

const email = (endpoint: string, changes: Partial<TopicSubscription> = {}): TopicSubscription => ({
  protocol: 'email',
  endpoint,
  isConfirmed: true,
  targets: ['email'],
  ...changes,
});
const queue = (...targets: string[]): TopicSubscription => ({
  protocol: 'sqs',
  endpoint: 'arn:aws:sqs:eu-west-1:111122223333:SecretsAudit-SuiteNotifyQueue',
  isConfirmed: true,
  targets,
});
const allowing = (principal: unknown) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Principal: principal }] });

let topics: Record<string, Partial<TopicState>>;
let cloud: Partial<TestAlertCloud>;
let published: [arn: string, Publication][];
let states: Record<string, string>;
beforeEach(() => {
  published = [];
  cloud = {};
  states = { 'slack:slack': 'sent', 'webhook:siem': 'sent' };
  topics = {
    [suiteTopic]: {
      subscriptions: [
        email('security@example.com'),
        email('oncall@example.com'),
        email('payments@example.com', { targets: ['team-payments'] }),
        queue('slack', 'siem'),
      ],
    },
    [otherTopic]: { policy: allowing({ AWS: 'arn:aws:iam::111122223333:root' }) },
  };
});

async function run(...args: string[]) {
  let stdout = '';
  let stderr = '';
  let code: number | undefined;
  let time = Date.parse('2026-03-02T10:00:00Z');
  const host: TestAlertHost = {
    terminal: {
      columns: 80,
      emphasise: (_, text) => text,
      print: (text) => {
        stdout += text;
      },
      say: (text) => {
        stderr += text;
      },
    },
    connect: () => ({
      tablesNamed: async () => ['SecretsAudit-Table'],
      topicsNamed: async (name) => Object.keys(topics).filter((arn) => name.test(arn)),
      readTopic: async (arn) => ({
        arn,
        policy: undefined,
        encryptionKey: undefined,
        subscriptions: [],
        ...topics[arn],
      }),
      publish: async (arn, publication) => {
        published.push([arn, publication]);
      },
      publishTo: async ({ arn }, publication) => {
        published.push([arn, publication]);
      },
      readDelivery: async (_, channel) => states[channel] as 'sent' | undefined,
      ...cloud,
    }),
    clock: { now: () => time },
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
    newId: () => 'test-1',
    userName: () => 'mara',
    tableName: undefined,
    exit: (value) => {
      code = value;
    },
  };
  const program = new Command().exitOverride();
  program.addCommand(testAlertCommand(program, async () => host));
  await program.parseAsync(['test-alert', '--settings', settings, ...args], { from: 'user' });
  return { code, stdout, stderr, waited: time - Date.parse('2026-03-02T10:00:00Z') };
}

describe('test-alert', () => {
  it('sends one marked message for all targets of the suite, and says of each what arrived', async () => {
    const { code, stdout } = await run();
    expect(stdout).toMatchInlineSnapshot(`
"Test test-1

sent     email, security@example.com: whether it arrived is to be seen in the
         inbox.
sent     email, oncall@example.com: whether it arrived is to be seen in the
         inbox.
arrived  slack, Slack #security: the receiver took it.
sent     team-payments, payments@example.com: whether it arrived is to be seen
         in the inbox.
arrived  siem, the webhook in app/siem: the receiver took it.
sent     elsewhere, arn:aws:sns:eu-west-1:444455556666:alerts: published with
         your credentials; whether it arrived is to be seen at its subscribers.

Every way is open, as far as it can be seen from here.
"
`);
    expect(code).toBe(0);
    expect(published.map(([arn]) => arn)).toEqual([suiteTopic, otherTopic]);
    const [[, { announcement, subject }] = [undefined, {} as Publication]] = published;
    expect(subject).toMatch(/^\[TEST\]/);
    expect(announcementSchema.parse(announcement)).toEqual({
      schemaVersion: '1.0',
      kind: 'test',
      id: 'test-1',
      revision: 1,
      targets: ['email', 'slack', 'team-payments', 'siem', 'elsewhere'],
      at: '2026-03-02T10:00:00.000Z',
      by: 'mara',
    });
  });

  it('sends to the targets that are named', async () => {
    const { code, stdout } = await run('--to', 'slack', 'siem');
    expect(code).toBe(0);
    expect(stdout.match(/^arrived/gm)).toHaveLength(2);
    expect(published.map(([, { announcement }]) => announcement.targets)).toEqual([['slack', 'siem']]);
  });

  const suite =
    (...subscriptions: TopicSubscription[]) =>
    () => {
      topics[suiteTopic] = { subscriptions };
    };
  it.each<[string, string, () => void, string]>([
    [
      'an address that is not confirmed',
      'email',
      suite(
        email('security@example.com', { isConfirmed: false, targets: undefined }),
        email('oncall@example.com'),
      ),
      'email, security@example.com: the subscription is not confirmed, so nothing arrives.',
    ],
    [
      'an address that is not subscribed',
      'email',
      suite(email('security@example.com')),
      'email, oncall@example.com: the address is not subscribed to the topic.',
    ],
    [
      'an address whose filter knows nothing of the target',
      'team-payments',
      suite(email('payments@example.com', { targets: ['email'] })),
      'its subscription lets nothing of this target through.',
    ],
    ['no queue', 'slack', suite(), 'no queue is subscribed to the topic.'],
    ['a queue for others', 'slack', suite(queue('siem')), 'lets nothing of this target through.'],
    [
      'what notify never took up',
      'slack',
      () => {
        states = {};
      },
      'published, but notify has not taken it up.',
    ],
    [
      'what the receiver refused',
      'siem',
      () => {
        states = { 'webhook:siem': 'released' };
      },
      'notify tried, and the receiver did not take it.',
    ],
    [
      'a topic without a statement for the suite',
      'elsewhere',
      () => {
        topics[otherTopic] = { policy: allowing({ AWS: 'arn:aws:iam::444455556666:root' }) };
      },
      'does not let account 111122223333 publish',
    ],
    [
      'a topic with a key that others cannot use',
      'elsewhere',
      () => {
        topics[otherTopic] = { ...topics[otherTopic], encryptionKey: 'alias/aws/sns' };
      },
      'encrypted with alias/aws/sns, which other accounts cannot use',
    ],
    [
      'a topic that refuses',
      'email',
      () => {
        cloud.publish = async () => {
          throw Object.assign(new Error('no'), { name: 'AuthorizationErrorException', $fault: 'client' });
        };
      },
      'the topic does not take it from you (AuthorizationErrorException).',
    ],
    [
      'a key that refuses',
      'elsewhere',
      () => {
        cloud.publishTo = async () => {
          throw Object.assign(new Error('no'), { name: 'KMSAccessDeniedException', $fault: 'client' });
        };
      },
      'Your credentials need kms:GenerateDataKey and kms:Decrypt',
    ],
  ])('%s: the exit code is 1, and it says what to do', async (_, target, prepare, message) => {
    prepare();
    const { code, stdout } = await run('--to', target);
    expect(code).toBe(1);
    const text = stdout.replace(/\s+/g, ' ');
    expect(text).toContain('FAILED');
    expect(text).toContain(message);
    expect(text).toMatch(/ 1\. [A-Z]/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('waits for notify, a minute at most', async () => {
    let asked = 0;
    cloud.readDelivery = async () => {
      asked += 1;
      return asked > 3 ? 'sent' : 'sending';
    };
    expect(await run('--to', 'slack')).toMatchObject({ code: 0, waited: 6_000 });
    cloud.readDelivery = async () => 'released';
    expect(await run('--to', 'slack')).toMatchObject({ code: 1, waited: 60_000 });
  });

  it('names subscribers of another topic that are not confirmed', async () => {
    topics[otherTopic] = {
      ...topics[otherTopic],
      subscriptions: [email('duty@example.com', { isConfirmed: false })],
    };
    const { code, stdout } = await run('--to', 'elsewhere');
    expect(code).toBe(0);
    expect(stdout).toContain('duty@example.com');
  });

  it('as JSON', async () => {
    const { test, results } = JSON.parse((await run('--to', 'slack', '--format', 'json')).stdout);
    expect(announcementSchema.parse(test)).toEqual(test);
    expect(results).toEqual([
      { target: 'slack', to: 'Slack #security', outcome: 'arrived', says: 'the receiver took it', steps: [] },
    ]);
  });

  it.each<[string[], () => void, string]>([
    [['--to', 'slak'], () => {}, 'has no target slak; the nearest is slack'],
    [
      [],
      () => {
        cloud.tablesNamed = async () => [];
      },
      'name it by --table',
    ],
    [
      [],
      () => {
        topics = {};
      },
      'no topic of the suite is here: name it by --topic',
    ],
    [
      [],
      () => {
        topics[`${suiteTopic}2`] = {};
      },
      'several topics',
    ],
  ])('%j that cannot be: exit code 2, and nothing is sent', async (args, prepare, message) => {
    prepare();
    expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    expect(published).toEqual([]);
  });
});
