import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { peers } from '../../evaluation/peers/index.ts';
import { peerEvent } from '../../evaluation/peers/peer-event.ts';
import { createPeerJudging } from '../../evaluation/peers/peer-judging.ts';
import { evaluate, type PeerAlert } from '../../evaluation/peers/peer-rule.ts';
import {
  at,
  type CloudTrailRecord,
  denied,
  readsOf,
  record,
  role,
  root,
  trailEvent,
  user,
} from '../support/records.ts';

const hour = 3600;
const day = 24 * hour;

function alerts(id: string, records: readonly CloudTrailRecord[]): PeerAlert[] {
  const rule = peers.flatMap(({ rules }) => rules).find((each) => each.id === id);
  if (!rule) throw new Error(`no rule ${id}`);
  return evaluate(
    rule,
    records.flatMap((each) => peerEvent(each) ?? []),
  );
}

const eventCount = (found: readonly PeerAlert[]): number => found.flatMap(({ events }) => events).length;
const times = (count: number, build: (index: number) => CloudTrailRecord): CloudTrailRecord[] =>
  Array.from({ length: count }, (_, index) => build(index));
const browser = { userAgent: 'Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36' };

describe('Elastic: rapid retrieval', () => {
  const rule = 'AWS Secrets Manager Rapid Secrets Retrieval';

  it('needs 20 different secrets', () => {
    expect(alerts(rule, readsOf(19, 1))).toEqual([]);
    expect(eventCount(alerts(rule, readsOf(20, 1)))).toBe(20);
    expect(alerts(rule, [...readsOf(19, 1), ...readsOf(19, 1)])).toEqual([]);
  });

  it('needs them within 6 minutes', () => {
    expect(alerts(rule, readsOf(20, 18))).toHaveLength(1);
    expect(alerts(rule, readsOf(20, 19))).toEqual([]);
  });

  it('counts what one user id read with success', () => {
    const halves = [...readsOf(10, 1), ...readsOf(20, 1, { userIdentity: role('app', 'b') }).slice(10)];
    expect(alerts(rule, halves)).toEqual([]);
    expect(alerts(rule, readsOf(20, 1, { errorCode: 'AccessDenied' }))).toEqual([]);
  });

  it('leaves out browsers and two services', () => {
    expect(alerts(rule, readsOf(20, 1, browser))).toEqual([]);
    expect(alerts(rule, readsOf(20, 1, { sourceIPAddress: 'kafka.amazonaws.com' }))).toEqual([]);
  });

  it('tells each event once', () => {
    const found = alerts(rule, readsOf(25, 1));
    expect(found).toHaveLength(6);
    expect(eventCount(found)).toBe(25);
  });
});

describe('Elastic: first time seen', () => {
  const rule = 'First Time Seen AWS Secret Value Accessed in Secrets Manager';
  const reading = (seconds: number, overrides: CloudTrailRecord = {}) =>
    record({ eventTime: at(seconds), ...overrides });

  it('is about the user name or role in 10 days, whatever the secret and the session', () => {
    expect(alerts(rule, [reading(0), reading(9 * day)])).toHaveLength(1);
    expect(alerts(rule, [reading(0), reading(10 * day)])).toHaveLength(1);
    expect(alerts(rule, [reading(0), reading(10 * day + 1)])).toHaveLength(2);
    const sessions = ['a', 'b'].map((session, index) =>
      reading(index, { userIdentity: role('app', session), requestParameters: { secretId: session } }),
    );
    expect(alerts(rule, sessions)).toHaveLength(1);
  });

  it('takes batches, and leaves out browsers and refusals', () => {
    expect(alerts(rule, [record({ eventName: 'BatchGetSecretValue' })])).toHaveLength(1);
    expect(alerts(rule, [record(browser), record(denied('GetSecretValue', 'app/db'))])).toEqual([]);
  });
});

describe('Elastic: Lambda credentials outside', () => {
  const rule = 'AWS Lambda Execution Role Credentials Used Outside Function';
  const call = (seconds: number, userAgent: string, overrides: CloudTrailRecord = {}) =>
    record({ eventTime: at(seconds), userAgent, userIdentity: role('fn', 'fn'), ...overrides });
  const inside = 'Boto3/1.34 exec-env/AWS_Lambda_python3.12';

  it('needs both sides within an hour of the clock, in whichever order', () => {
    expect(eventCount(alerts(rule, [call(0, inside), call(60, 'aws-cli/2')]))).toBe(1);
    expect(eventCount(alerts(rule, [call(0, 'aws-cli/2'), call(60, inside)]))).toBe(1);
    expect(alerts(rule, [call(0, inside), call(hour, 'aws-cli/2')])).toEqual([]);
    expect(alerts(rule, [call(0, 'aws-cli/2'), call(1, 'aws-cli/2')])).toEqual([]);
  });

  it('leaves out what a service does for the function', () => {
    const through = { ...role('fn', 'fn'), invokedBy: 'secretsmanager.amazonaws.com' };
    const decrypt = call(1, 'secretsmanager.amazonaws.com', { userIdentity: through });
    expect(alerts(rule, [call(0, inside), decrypt])).toEqual([]);
  });
});

describe('Elastic: the others', () => {
  it('long-term key from a new address, not a temporary one', () => {
    const rule = 'AWS Long-Term Access Key First Seen from Source IP';
    const moved = record({ eventTime: at(1), sourceIPAddress: '198.51.100.7' });
    expect(alerts(rule, [record(), moved])).toHaveLength(2);
    expect(alerts(rule, [record({ userIdentity: role('app', 'a') })])).toEqual([]);
  });

  it('SecureString with decryption, new within 5 days', () => {
    const rule = 'AWS Systems Manager SecureString Parameter Request with Decryption Flag';
    const get = (seconds: number, withDecryption: boolean) =>
      record({
        eventTime: at(seconds),
        eventSource: 'ssm.amazonaws.com',
        eventName: 'GetParameter',
        requestParameters: { name: '/app/db', withDecryption },
      });
    expect(alerts(rule, [get(0, true), get(4 * day, true), get(10 * day, true)])).toHaveLength(2);
    expect(alerts(rule, [get(0, false)])).toEqual([]);
  });

  it('trail deleted, suspended, updated, selectors without management events', () => {
    const done = (eventName: string, parameters: unknown = { name: 'main' }) =>
      trailEvent(eventName, parameters);
    expect(alerts('AWS CloudTrail Log Deleted', [done('DeleteTrail')])[0]?.severity).toBe('medium');
    expect(alerts('AWS CloudTrail Log Suspended', [done('StopLogging')])).toHaveLength(1);
    expect(alerts('AWS CloudTrail Log Updated', [done('UpdateTrail')])[0]?.severity).toBe('low');
    const refused = trailEvent('StopLogging', { name: 'main' }, { errorCode: 'AccessDenied' });
    expect(alerts('AWS CloudTrail Log Suspended', [refused])).toEqual([]);
    const selectors = 'AWS CloudTrail Management Events Disabled via Event Selectors';
    const selector = (includeManagementEvents: boolean) =>
      done('PutEventSelectors', { trailName: 'main', eventSelectors: [{ includeManagementEvents }] });
    expect(alerts(selectors, [selector(false)])).toHaveLength(1);
    expect(alerts(selectors, [selector(true)])).toEqual([]);
  });
});

describe('Panther', () => {
  const batch = (index: number, overrides: CloudTrailRecord = {}) =>
    record({
      eventTime: at(index * 60),
      eventName: 'BatchGetSecretValue',
      requestParameters: { filters: [{ key: 'tag-key', values: ['team'] }] },
      ...overrides,
    });

  it('batch retrieval: 5 within the day that the first one opens', () => {
    const rule = 'AWS.SecretsManager.BatchRetrieveSecrets';
    expect(alerts(rule, times(4, batch))).toEqual([]);
    expect(eventCount(alerts(rule, times(5, batch)))).toBe(5);
    const spread = times(5, (index) => batch(0, { eventTime: at((index * day) / 4) }));
    expect(alerts(rule, spread)).toEqual([]);
    expect(alerts(rule, times(5, batch))[0]?.severity).toBe('info');
  });

  it('denied reads: 20 within the day', () => {
    const rule = 'AWS.SecretsManager.RetrieveSecrets';
    const refused = (index: number) =>
      record({ ...denied('GetSecretValue', 'app/db'), eventTime: at(index) });
    expect(alerts(rule, times(19, refused))).toEqual([]);
    expect(eventCount(alerts(rule, times(21, refused)))).toBe(21);
    expect(alerts(rule, readsOf(30, 1))).toEqual([]);
  });

  it('many Regions: 5 within 10 minutes', () => {
    const rule = 'AWS.SecretsManager.RetrieveSecretsMultiRegion';
    const regions = (count: number, apart: number) =>
      times(count, (index) => batch(0, { eventTime: at(index * apart), awsRegion: `eu-west-${index}` }));
    expect(alerts(rule, regions(4, 60))).toEqual([]);
    expect(alerts(rule, regions(5, 150))).toHaveLength(1);
    expect(alerts(rule, regions(5, 151))).toEqual([]);
  });

  it('catch-all: every filter negated, and, as there, a list of ids too', () => {
    const rule = 'AWS.SecretsManager.BatchRetrieveSecretsCatchAll';
    const asking = (requestParameters: unknown) => alerts(rule, [batch(0, { requestParameters })]).length;
    expect(asking({ filters: [{ key: 'tag-key', values: ['!x'] }] })).toBe(1);
    expect(
      asking({
        filters: [
          { key: 'tag-key', values: ['!x'] },
          { key: 'tag-key', values: ['y'] },
        ],
      }),
    ).toBe(0);
    expect(asking({ filters: [{ key: 'name', values: ['!x'] }] })).toBe(0);
    expect(asking({ secretIdList: ['a', 'b'] })).toBe(1);
  });

  it('a policy open to the internet, unless a condition narrows it', () => {
    const rule = 'AWS.CloudTrail.ResourceMadePublic';
    const putting = (statement: object) =>
      alerts(rule, [
        record({
          eventName: 'PutResourcePolicy',
          readOnly: false,
          requestParameters: {
            secretId: 'app/db',
            resourcePolicy: JSON.stringify({ Statement: [statement] }),
          },
        }),
      ]).length;
    expect(putting({ Effect: 'Allow', Principal: '*', Action: '*' })).toBe(1);
    expect(putting({ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: '*' })).toBe(1);
    expect(putting({ Effect: 'Deny', Principal: '*', Action: '*' })).toBe(0);
    expect(putting({ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: '*' })).toBe(0);
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-example' } };
    expect(putting({ Effect: 'Allow', Principal: '*', Action: '*', Condition })).toBe(0);
  });

  it('root, where it changes something', () => {
    const rule = 'AWS.Root.Activity';
    expect(alerts(rule, [record({ userIdentity: root(), readOnly: false })])[0]?.severity).toBe('high');
    expect(alerts(rule, [record({ userIdentity: root() })])).toEqual([]);
  });

  it('instance credentials from a public address, once an hour and call', () => {
    const rule = 'AWS.CloudTrail.IMDSCredentialExfiltration';
    const calling = (sourceIPAddress: string, session = 'i-0abc12') =>
      alerts(rule, [record({ sourceIPAddress, userIdentity: role('web', session) })]).length;
    // Documentation addresses count as public there: Python's is_private is about RFC 1918 and the like.
    expect(calling('203.0.113.8')).toBe(1);
    expect(calling('10.0.1.50')).toBe(0);
    expect(calling('cloudformation.amazonaws.com')).toBe(0);
    expect(calling('203.0.113.8', 'worker')).toBe(0);
  });

  it('SecureStrings: more than 10 within the hour, and then 10 such calls', () => {
    const rule = 'AWS.SSM.DecryptSSMParams';
    const get = (index: number) =>
      record({
        eventTime: at(index),
        eventSource: 'ssm.amazonaws.com',
        eventName: 'GetParameter',
        requestParameters: { name: `/app/${index}`, withDecryption: true },
      });
    expect(alerts(rule, times(19, get))).toEqual([]);
    expect(alerts(rule, times(20, get))).toHaveLength(1);
  });
});

describe('Datadog', () => {
  it('CloudShell', () => {
    const rule = 'Cloudtrail SecretsManager secret retrieved from AWS CloudShell environment';
    const userAgent = 'aws-cli/2.17 exec-env/CloudShell';
    expect(alerts(rule, [record({ userAgent })])).toHaveLength(1);
    expect(alerts(rule, [record({ userAgent, eventName: 'DescribeSecret' }), record()])).toEqual([]);
  });

  it('an IAM user unknown after 7 days of learning', () => {
    const rule = 'Unfamiliar IAM user retrieved secret from AWS Secrets Manager';
    const read = (days: number, userIdentity: CloudTrailRecord) =>
      record({ eventTime: at(days * day), userIdentity });
    const known = [read(0, user('anika')), read(8, user('anika'))];
    expect(alerts(rule, known)).toEqual([]);
    expect(alerts(rule, [...known, read(8.1, user('bo'))])).toHaveLength(1);
    expect(alerts(rule, [...known, read(8.1, role('app', 'a'))])).toEqual([]);
  });

  it('an anomalous count in an hour, after a week', () => {
    const rule = 'Anomalous number of secrets retrieved from AWS Secrets Manager';
    const usual = (days: number) => times(24 * days, (index) => record({ eventTime: at(index * hour) }));
    const burst = (atDay: number, count: number) =>
      times(count, (index) => record({ eventTime: at(atDay * day + index) }));
    // One read an hour: the limit is 1 + 5.
    expect(alerts(rule, [...usual(8), ...burst(8, 6)])).toEqual([]);
    expect(eventCount(alerts(rule, [...usual(8), ...burst(8, 7)]))).toBe(7);
    expect(alerts(rule, [...usual(6), ...burst(6, 50)])).toEqual([]);
  });

  it('AccessDenied on more than 5 different calls', () => {
    const rule = 'A user received multiple AccessDenied errors';
    const refused = (index: number) =>
      record({ ...denied(`Describe${index}`, undefined), eventTime: at(index) });
    expect(alerts(rule, times(5, refused))).toEqual([]);
    expect(alerts(rule, times(6, refused))).toHaveLength(1);
  });

  it('lists in two Regions and a read', () => {
    const rule = 'AWS Cloudtrail possible secret enumeration in multiple regions and secret retrieval';
    const list = (seconds: number, awsRegion: string) =>
      record({ eventName: 'ListSecrets', eventTime: at(seconds), awsRegion, requestParameters: null });
    const read = record({ eventTime: at(60) });
    expect(alerts(rule, [list(0, 'eu-west-1'), list(1, 'us-east-1'), read])).toHaveLength(1);
    expect(alerts(rule, [list(0, 'eu-west-1'), list(1, 'eu-west-1'), read])).toEqual([]);
  });

  it('root, also when it only reads', () => {
    expect(alerts('AWS root account activity', [record({ userIdentity: root() })])).toHaveLength(1);
  });
});

describe('all ports', () => {
  const rules = peers.flatMap((peer) => peer.rules.map((rule) => ({ ...rule, vendorOfSet: peer.vendor })));

  it('have their own name and say where they come from', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { source, vendor, vendorOfSet } of rules) {
      expect(source).toMatch(/rules/);
      expect(vendor).toBe(vendorOfSet);
    }
  });

  it('are silent about a day of ordinary reads', () => {
    const records = readsOf(10, hour, { userIdentity: role('app', 'task'), sourceIPAddress: '10.0.0.7' });
    for (const peer of peers) {
      const judging = createPeerJudging(peer);
      for (const each of records) {
        const seen = peerEvent(each);
        if (seen) judging.see(seen);
      }
      // A reader that was never seen is the one thing that Elastic tells.
      expect(judging.finish()).toHaveLength(peer.vendor === 'Elastic' ? 1 : 0);
    }
  });

  it('become incidents with the growth of their evidence', () => {
    const panther = peers.find(({ vendor }) => vendor === 'Panther');
    if (!panther) throw new Error('no Panther');
    const judging = createPeerJudging(panther);
    const records = times(2, (index) =>
      trailEvent('StopLogging', { name: `trail-${index}` }, { eventTime: at(index * 60) }),
    );
    for (const each of records) {
      const seen = peerEvent(each);
      if (seen) judging.see(seen);
    }
    const [incident, ...others] = judging.finish();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({
      severity: 'medium',
      eventIds: records.map(({ eventID }) => eventID),
      firstSeen: Date.parse(at(0)),
    });
    expect(incident?.steps.map(({ at: time, eventIds }) => [time, eventIds.length])).toEqual([
      [Date.parse(at(0)), 1],
      [Date.parse(at(60)), 1],
    ]);
  });
});

const vendorCases = join(
  import.meta.dirname,
  '../../../shared/data/cloudtrail/panther-secretsmanager-rule-tests.jsonl',
);

describe("Panther's own test cases", () => {
  const run = existsSync(vendorCases) ? it : it.skip;
  run('agree on what a rule looks at', () => {
    const cases = readFileSync(vendorCases, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { rule: string; expected: boolean; event: CloudTrailRecord });
    expect(cases.length).toBeGreaterThan(5);
    for (const { rule, expected, event } of cases) {
      // Their cases are about one event; a rule that counts gets as many as it asks for, in as many Regions.
      const records = times(20, (index) => ({
        ...event,
        eventID: `case-${index}`,
        eventTime: at(index),
        awsRegion: rule.endsWith('MultiRegion') ? `eu-west-${index}` : 'eu-west-1',
        userIdentity: event['userIdentity'] ?? user('anika'),
      }));
      expect([rule, alerts(rule, records).length > 0]).toEqual([rule, expected]);
    }
  });
});
