import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { defineDetector } from '../../../functions/core/detector.ts';
import massRetrieval from '../../../functions/core/detectors/mass-retrieval.ts';
import { isOwnRead } from '../../../functions/core/engine/own-read.ts';
import { findingSchema } from '../../../functions/core/model/finding.ts';
import { defaultSettings, parseSettings } from '../../../functions/core/model/settings.ts';
import { cloudTrailRecordsIn } from '../../../functions/core/normalise/cloudtrail-documents.ts';
import type { FindingStore, StoredFinding } from '../../../functions/core/ports.ts';
import { createEngine, findingsOf } from '../../support/judging.ts';
import {
  account,
  at,
  type CloudTrailRecord,
  denied,
  envelope,
  event,
  eventsOf,
  lookupAnswer,
  readsOf,
  record,
  role,
  root,
  rotationEvent,
  secretArn,
  start,
  trailEvent,
  user,
} from '../../support/records.ts';

const settings = (yaml: string) => parseSettings(`version: 1\n${yaml}`, 'audit.yaml');

const eventsIn = (document: unknown) =>
  eventsOf(
    [...cloudTrailRecordsIn(document)].flatMap((item) =>
      'record' in item ? [item.record as CloudTrailRecord] : [],
    ),
  );

describe('an event counts once', () => {
  it('by EventBridge, LookupEvents and a trail file, one after the other', async () => {
    const records = readsOf(20, 1);
    const engine = createEngine();
    await engine.deliver(records.flatMap((raw) => eventsIn(envelope(raw))));
    const once = engine.findings();
    expect(once).toHaveLength(1);
    expect(once[0]).toMatchObject({ detector: 'mass-retrieval', count: 20, revision: 1 });

    expect(await engine.deliver(eventsIn(lookupAnswer(...records)))).toEqual([]);
    expect(await engine.deliver(eventsIn({ Records: records }))).toEqual([]);
    expect(engine.findings()).toEqual(once);
  });

  it('three deliveries of 19 reads are 19 reads', async () => {
    const records = readsOf(19, 1);
    const engine = createEngine();
    await engine.deliver(eventsIn(records.map(envelope)));
    await engine.deliver(eventsIn(lookupAnswer(...records)));
    await engine.deliver(eventsIn({ Records: records }));
    expect(engine.findings()).toEqual([]);
  });
});

it('the order and the batches of delivery do not matter', async () => {
  const story = eventsOf([
    ...readsOf(28, 15),
    ...readsOf(5, 1, { userIdentity: role('worker', 'w') }),
    ...[0, 30, 60].map((seconds, index) =>
      record({ ...denied('GetSecretValue', `x/${index}`), eventTime: at(seconds) }),
    ),
    ...Array.from({ length: 6 }, (_, index) =>
      record({
        eventName: 'BatchGetSecretValue',
        eventTime: at(index * 10_000),
        userIdentity: user('bo'),
        requestParameters: { filters: [{ key: 'tag-key', values: ['t'] }] },
      }),
    ),
    trailEvent('StopLogging', { name: 'main' }),
    rotationEvent('RotationFailed', 'app/db'),
    rotationEvent('RotationFailed', 'app/db', { eventTime: at(600) }),
  ]);
  const withoutRevision = (findings: Awaited<ReturnType<typeof findingsOf>>) =>
    findings.map(({ revision, ...finding }) => ({ ...finding, seen: revision > 0 }));
  const expected = withoutRevision(await findingsOf(story));
  expect(expected.map(({ detector }) => detector).sort()).toEqual([
    'batch-retrieval',
    'denied-probing',
    'evidence-tampering',
    'mass-retrieval',
    'rotation-failed',
  ]);

  const delivery = fc
    .shuffledSubarray([...story, ...story], { minLength: story.length * 2 })
    .chain((events) =>
      fc
        .array(fc.integer({ min: 1, max: 15 }), { minLength: 5, maxLength: 20 })
        .map((sizes) => ({ events, sizes })),
    );
  await fc.assert(
    fc.asyncProperty(delivery, async ({ events, sizes }) => {
      const engine = createEngine();
      let from = 0;
      for (const size of sizes) {
        await engine.deliver(events.slice(from, from + size));
        from += size;
      }
      await engine.deliver(events.slice(from));
      expect(withoutRevision(engine.findings())).toEqual(expected);
    }),
    { seed: 7, numRuns: 60 },
  );
});

describe('a finding', () => {
  it('keeps the public contract, with evidence in order of time', async () => {
    const [finding] = await findingsOf(eventsOf(readsOf(20, 1).reverse()));
    expect(findingSchema.parse(finding)).toEqual(finding);
    expect(finding).toMatchObject({
      firstSeen: '2026-03-02T09:00:00.000Z',
      lastSeen: '2026-03-02T09:00:19.000Z',
      count: 20,
      actor: { principal: `arn:aws:iam::${account}:user/anika`, kind: 'user', account },
      origins: [{ ip: '192.0.2.10', count: 20 }],
      agents: [{ family: 'aws-cli', count: 20 }],
      attack: [
        { id: 'T1555.006', name: 'Credentials from Password Stores: Cloud Secrets Management Stores' },
      ],
      links: { console: null, docs: 'docs/detectors/mass-retrieval.md' },
      owner: null,
    });
    expect(new Set(finding?.evidence).size).toBe(20);
  });

  it('names its one secret with the full ARN, once one event holds it, and links to it', async () => {
    const remove = (secretId: string) =>
      record({ eventName: 'DeleteSecret', requestParameters: { secretId } });
    const [finding] = await findingsOf(
      eventsOf([remove('app/db'), remove(secretArn('app/db')), remove('app/db')]),
    );
    expect(finding).toMatchObject({ secret: { name: 'app/db', arn: secretArn('app/db') }, count: 3 });
    expect(finding?.links.console).toBe(
      'https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=app%2Fdb&region=eu-west-1',
    );
  });

  it('has no link into a console that it does not know', async () => {
    for (const awsRegion of ['eu-westwest-1r', 'cn-north-1', 'us-gov-west-1']) {
      const [finding] = await findingsOf(eventsOf([record({ eventName: 'DeleteSecret', awsRegion })]));
      expect(finding?.links.console).toBeNull();
    }
  });

  it('grows by revisions, and only when something is new', async () => {
    const [first, ...rest] = eventsOf(readsOf(22, 1)).reverse();
    const engine = createEngine();
    await engine.deliver(rest);
    expect(engine.findings()).toMatchObject([{ revision: 1, count: 21 }]);
    await engine.deliver(rest);
    expect(engine.findings()).toMatchObject([{ revision: 1 }]);
    await engine.deliver(first ? [first] : []);
    expect(engine.findings()).toMatchObject([{ revision: 2, count: 22 }]);
  });

  it('is not new because a store gives its fields back in another order, as DynamoDB may', async () => {
    const stored = new Map<string, StoredFinding>();
    const reversed = <Value>(value: Value): Value =>
      JSON.parse(JSON.stringify(value), (_, part: unknown) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).reverse())
          : part,
      );
    const findings: FindingStore = {
      async upsert(id, merge) {
        const next = merge(stored.get(id));
        if (next) stored.set(id, reversed(next));
        return next;
      },
    };
    const engine = createEngine({ store: findings });
    const reads = eventsOf(readsOf(20, 1));
    expect(await engine.deliver(reads)).toHaveLength(1);
    expect(await engine.deliver(reads)).toEqual([]);
  });

  it('is one a UTC day', async () => {
    const day = 86_400;
    const reads = [
      ...readsOf(20, 1),
      ...readsOf(20, 1).map((raw, index) => ({ ...raw, eventTime: at(day + index) })),
    ];
    expect(await findingsOf(eventsOf(reads))).toMatchObject([{ count: 20 }, { count: 20 }]);
  });

  it('over midnight belongs to the day on which the number was reached', async () => {
    const midnight = Date.parse('2026-03-03T00:00:00Z');
    const reads = readsOf(20, 0).map((raw, index) => ({
      ...raw,
      eventTime: new Date(midnight + (index - 10) * 1000).toISOString(),
    }));
    expect(await findingsOf(eventsOf(reads))).toMatchObject([
      { count: 20, firstSeen: '2026-03-02T23:59:50.000Z' },
    ]);
  });

  it('lists the first 100 events and counts all', async () => {
    const [finding] = await findingsOf(eventsOf(readsOf(250, 1)));
    expect(finding?.evidence).toHaveLength(100);
    expect(finding).toMatchObject({ count: 250, title: '250 secrets read in 4 minutes by user/anika' });

    const engine = createEngine();
    await engine.deliver(eventsOf(readsOf(250, 1)));
    const stored = engine.stored();
    expect(JSON.stringify(stored).length).toBeLessThan(200_000);
  });

  it('with huge events keeps fewer of them', async () => {
    const secretIdList = Array.from({ length: 20 }, (_, index) => `${'n'.repeat(500)}${index}`);
    const batches = Array.from({ length: 30 }, () =>
      record({ eventName: 'BatchGetSecretValue', requestParameters: { secretIdList } }),
    );
    const [finding] = await findingsOf(eventsOf(batches));
    expect(finding?.count).toBe(30);
    expect(finding?.evidence.length).toBeLessThan(20);
  });
});

describe('settings', () => {
  it('change thresholds', async () => {
    const strict = settings('detectors: {mass-retrieval: {distinctSecrets: 3, windowMinutes: 1}}');
    expect(await findingsOf(eventsOf(readsOf(3, 30)), { settings: strict })).toHaveLength(1);
    expect(await findingsOf(eventsOf(readsOf(3, 31)), { settings: strict })).toEqual([]);
  });

  it('switch a detector off', async () => {
    const off = settings('detectors: {mass-retrieval: {enabled: false}}');
    expect(await findingsOf(eventsOf(readsOf(20, 1)), { settings: off })).toEqual([]);
  });

  it('observe stores without announcing, for the suite or one detector', async () => {
    const announced = async (yaml: string) => {
      const engine = createEngine({ settings: settings(yaml) });
      await engine.deliver(eventsOf(readsOf(20, 1)));
      return engine.stored().map(({ announce }) => announce);
    };
    expect(await announced('mode: announce')).toEqual([true]);
    expect(await announced('mode: observe')).toEqual([false]);
    expect(await announced('mode: observe\ndetectors: {mass-retrieval: {mode: announce}}')).toEqual([true]);
    expect(await announced('detectors: {mass-retrieval: {mode: observe}}')).toEqual([false]);
  });
});

describe("the suite's own reads", () => {
  const own = `arn:aws:iam::${account}:role/notify`;
  const low = settings('detectors: {mass-retrieval: {distinctSecrets: 2}}');
  const reads = (...names: string[]) =>
    eventsOf(
      names.map((secretId) => record({ userIdentity: role('notify', 's'), requestParameters: { secretId } })),
    );

  it('are known by role and secret, and only these', async () => {
    const options = { settings: low, ownReads: [{ role: own, secret: 'slack' }] };
    expect(await findingsOf(reads('slack', 'other'), options)).toEqual([]);
    expect(await findingsOf(reads('other', 'another'), options)).toHaveLength(1);
    expect(await findingsOf(reads('slack', 'other'), { ...options, ownReads: [] })).toHaveLength(1);
    const byArn = { settings: low, ownReads: [{ role: own, secret: secretArn('slack') }] };
    expect(await findingsOf(reads('slack', 'other'), byArn)).toEqual([]);
  });

  it('are those of several roles on several secrets, each call only where it is named', () => {
    const ownReads = [
      { role: [own, 'arn:of:another'], secret: ['slack', 'sms'], actions: ['read', 'put-value'] },
      { role: own, secret: '*', actions: ['describe'] },
    ];
    const call = (eventName: string, secretId: string, overrides: CloudTrailRecord = {}) =>
      isOwnRead(
        event({
          eventName,
          userIdentity: role('notify', 's'),
          requestParameters: { secretId },
          ...overrides,
        }),
        ownReads,
      );
    expect(call('GetSecretValue', 'sms')).toBe(true);
    expect(call('PutSecretValue', 'slack')).toBe(true);
    expect(call('GetSecretValue', 'other')).toBe(false);
    expect(call('DeleteSecret', 'sms')).toBe(false);
    expect(call('GetResourcePolicy', 'other')).toBe(true);
    expect(call('GetResourcePolicy', 'other', { userIdentity: role('else', 's') })).toBe(false);
    expect(call('GetSecretValue', 'sms', { errorCode: 'AccessDenied' })).toBe(false);
  });
});

describe('a detector that throws', () => {
  const broken = (fault: 'matches' | 'describe') =>
    defineDetector({
      ...massRetrieval,
      id: 'broken',
      params: z.strictObject({}),
      count: () => ({ by: ['actor'] }),
      matches: () => {
        if (fault === 'matches') throw new TypeError('no such field');
        return true;
      },
      describe: () => {
        throw 'out of words';
      },
    });

  it.each([
    ['matches', 'TypeError: no such field'],
    ['describe', 'out of words'],
  ] as const)('in %s is a finding of its own, and the others go on', async (fault, reason) => {
    const findings = await findingsOf(eventsOf(readsOf(20, 1)), {
      detectors: [broken(fault), massRetrieval],
    });
    expect(findings.map(({ detector }) => detector).sort()).toEqual(['detector-error', 'mass-retrieval']);
    expect(findings.find(({ detector }) => detector === 'detector-error')).toMatchObject({
      severity: 'medium',
      title: 'Detector broken failed on 20 events',
      explanation: expect.stringContaining(reason),
    });
  });

  it('at an event of an earlier delivery is a finding of its own, and the others go on', async () => {
    let isBroken = false;
    const turning = defineDetector({
      ...massRetrieval,
      id: 'turning',
      params: z.strictObject({}),
      count: () => ({ by: ['actor'], atLeast: 2, withinMinutes: 60 }),
      matches: ({ secret }) => {
        if (isBroken && secret?.name === 'app/0') throw new TypeError('no such field');
        return true;
      },
      describe: () => ({ title: 'turned', explanation: 'turned' }),
    });
    const engine = createEngine({ detectors: [turning, massRetrieval] });
    const reads = eventsOf(readsOf(20, 1));
    await engine.deliver(reads.slice(0, 1));
    isBroken = true;
    await engine.deliver(reads.slice(1));
    expect(
      engine
        .findings()
        .map(({ detector, count }) => `${detector} ${count}`)
        .sort(),
    ).toEqual(['detector-error 1', 'mass-retrieval 20', 'turning 19']);
  });
});

it('no value of a secret reaches a finding, wherever a record holds it', async () => {
  const value = 'VALUE-0123456789';
  /** Any JSON in which the value stands under names that services and exporters give to values. */
  const carrier = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.record({ secretString: fc.constant(value) }),
      fc.record({ SecretBinary: fc.constant(value), password: fc.constant(value) }),
      fc.dictionary(fc.constantFrom('secretValues', 'values', 'response', 'plaintext', 'tags'), tie('node')),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  })).node;
  const names = [
    'GetSecretValue',
    'BatchGetSecretValue',
    'DeleteSecret',
    'PutSecretValue',
    'RotationFailed',
    'StopLogging',
  ];
  const hostileRecord = fc.record({
    eventName: fc.constantFrom(...names),
    extra: carrier,
    response: carrier,
    additional: carrier,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(hostileRecord, { minLength: 1, maxLength: 10 }), async (hostile) => {
      const engine = createEngine({
        settings: settings('detectors: {mass-retrieval: {distinctSecrets: 2}}'),
      });
      await engine.deliver(
        eventsOf(
          hostile.map(({ eventName, extra, response, additional }, index) =>
            record({
              eventName,
              userIdentity: root(),
              ...(eventName === 'StopLogging' && { eventSource: 'cloudtrail.amazonaws.com' }),
              requestParameters: { secretId: `app/${index}`, secretString: value, extra },
              responseElements: { SecretString: value, response },
              additionalEventData: { secretBinary: value, additional },
              [`secretString${index}`]: value,
            }),
          ),
        ),
      );
      expect(engine.stored().length).toBeGreaterThan(0);
      expect(JSON.stringify(engine.stored())).not.toContain(value);
    }),
    { seed: 11, numRuns: 200 },
  );
});

it('an experimental detector is off until the settings name it', async () => {
  const experimental = defineDetector({ ...massRetrieval, id: 'trial', status: 'experimental' });
  expect(await findingsOf(eventsOf(readsOf(20, 1)), { detectors: [experimental] })).toEqual([]);
  const named = {
    ...defaultSettings,
    detectors: { ...defaultSettings.detectors, trial: { enabled: true } },
  };
  expect(
    await findingsOf(eventsOf(readsOf(20, 1)), { detectors: [experimental], settings: named }),
  ).toHaveLength(1);
});

it('judges untimed events by what needs no time', async () => {
  const findings = await findingsOf(
    eventsOf([
      record({ eventName: 'DeleteSecret', eventTime: undefined }),
      ...readsOf(25, 1, { eventTime: undefined }),
    ]),
  );
  expect(findings).toMatchObject([{ detector: 'destructive-change', firstSeen: null, lastSeen: null }]);
  expect(start).toBeGreaterThan(0);
});
