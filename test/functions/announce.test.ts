import { describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { createAnnouncementSender } from '../../functions/adapters/announcement-sender.ts';
import { createDeliveryLedger, leaseSeconds } from '../../functions/adapters/dynamodb-delivery-ledger.ts';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createHeldMessages } from '../../functions/adapters/dynamodb-held-messages.ts';
import { createIncidentBook } from '../../functions/adapters/dynamodb-incident-book.ts';
import { createIncidentStore } from '../../functions/adapters/dynamodb-incident-store.ts';
import { createMessageSlots } from '../../functions/adapters/dynamodb-message-slots.ts';
import { createRelatedFindings } from '../../functions/adapters/dynamodb-related-findings.ts';
import { createHandler } from '../../functions/announce/handler.ts';
import { targetsOf } from '../../functions/core/announcing/targets.ts';
import type { IncidentAnnouncement } from '../../functions/core/model/announcement.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import type { Mode } from '../../functions/core/model/mode.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { actorKey } from '../../functions/core/normalise/guardduty.ts';
import type { Publication } from '../../functions/core/ports.ts';
import { createTableStandIn, RefusedError } from '../adapters/table-stand-in.ts';
import { finding } from '../support/findings.ts';
import { account } from '../support/records.ts';
import { captureLog, captureMetrics, createClock } from './captures.ts';

const email = 'notify: {email: [security@example.com]}';
const bot = 'slack: {botSecret: chat, channel: "#security"}';

/** The function behind the stream of a table in which findings are stored. */
function createAnnounce(yaml = email) {
  const standIn = createTableStandIn();
  const clock = createClock();
  const settings = parseSettings(`version: 1\n${yaml}`, 'audit.yaml');
  const kept = { table: standIn.table, findingDays: 400, clock };
  const shared = { ...kept, sleep: clock.sleep, random: () => 0 };
  const findings = createFindingStore(shared);
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const sent: IncidentAnnouncement[] = [];
  const topics: string[] = [];
  const topic = {
    publish: async ({ announcement }: Publication) => {
      if (announcement.kind === 'incident') sent.push(announcement);
    },
  };
  const held = createHeldMessages(kept);
  const related = createRelatedFindings(standIn.table, clock);
  const incidents = { ...createIncidentStore(shared), ...createIncidentBook(shared) };
  const worker = () =>
    createHandler({
      settings,
      targets: targetsOf(settings),
      incidents,
      related,
      slots: createMessageSlots(standIn.table),
      held,
      send: createAnnouncementSender({
        ledger: createDeliveryLedger(kept),
        publisher: { publish: (publication) => topic.publish(publication) },
        topicPublisher: ({ arn }) => ({ publish: async () => void topics.push(arn) }),
        onSent: () => measure('Announcements', 1),
      }),
      clock,
      log,
      measure,
    });
  const store = (overrides: Partial<Finding>, mode: Mode = 'announce') => {
    const of = finding(overrides);
    const next = { finding: of, group: 'g', announce: mode === 'announce', mode, events: [], distinct: 1 };
    return findings.upsert(next.finding.id, () => next);
  };
  /** As the event source's filter lets them through. */
  const newRecords = () =>
    standIn.stream
      .splice(0)
      .filter(({ dynamodb }) => ['FINDING', 'INCIDENT'].includes(dynamodb?.NewImage?.['sk']?.S ?? ''));
  const handler = worker();
  return {
    standIn,
    clock,
    topic,
    topics,
    handler,
    worker,
    findings,
    store,
    newRecords,
    /** Until nothing comes back by the stream. */
    async settle() {
      for (let Records = newRecords(); Records.length > 0; Records = newRecords())
        expect(await handler({ Records })).toEqual(success);
    },
    /** Records of incidents, after those of findings are worked on. */
    async incidentRecords() {
      expect(await handler({ Records: newRecords() })).toEqual(success);
      return newRecords();
    },
    told: () =>
      sent.map(({ change, record, revision }) => `${change} ${record.incident.severity} r${revision}`),
    sent,
    held,
    related,
    incidents,
    lines,
    values,
  };
}

const failureAt = (record: DynamoDBRecord | undefined) => ({
  batchItemFailures: [{ itemIdentifier: record?.dynamodb?.SequenceNumber }],
});
const success = { batchItemFailures: [] };
const user = (name: string) => ({ principal: `arn:aws:iam::${account}:user/${name}`, kind: 'user', account });
const alone = (name: string) => ({ id: name, actor: user(name), secret: null });

describe('announce', () => {
  test('a new finding is published once, as an incident, however often its records are delivered', async () => {
    const { handler, worker, store, newRecords, incidentRecords, sent, values } = createAnnounce();
    await store({});
    const Records = await incidentRecords();
    for (const each of [handler, worker()]) expect(await each({ Records })).toEqual(success);
    expect(newRecords()).toEqual([]);
    expect(sent).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^inc-/),
        revision: 1,
        targets: ['email'],
        change: 'new',
        update: 1,
        was: null,
        findings: [finding()],
      }),
    ]);
    expect(values).toEqual({ Announcements: 1 });
  });

  test('findings of one identity are one incident, and more evidence disturbs nobody', async () => {
    const { store, settle, told } = createAnnounce();
    await store({ severity: 'medium' });
    await settle();
    await store({ severity: 'medium', revision: 2, count: 30 });
    await store({ id: 'other', severity: 'medium' });
    await settle();
    await store({ id: 'third', severity: 'critical' });
    await settle();
    expect(told()).toEqual(['new medium r1', 'graver critical r3']);
  });

  test('what was announced and no longer holds is corrected once; what was only observed is not', async () => {
    const { store, settle, told } = createAnnounce();
    for (const [revision, status] of [
      [1, 'open'],
      [2, 'withdrawn'],
      [3, 'withdrawn'],
      [4, 'open'],
    ] as const) {
      await store({ revision, status, count: 25 + revision });
      await store({ ...alone('observed'), revision, status }, 'observe');
      await settle();
    }
    expect(told()).toEqual(['new high r1', 'withdrawn high r2', 'new high r3']);
  });

  test('whoever brings messages up to date in place gets each revision, and nobody else does', async () => {
    const { store, settle, sent } = createAnnounce(`notify: {email: [a@example.com], ${bot}}`);
    await store({});
    await settle();
    await store({ revision: 2, evidence: ['e1', 'e2'] });
    await settle();
    expect(sent.map(({ change, targets }) => [change, targets])).toEqual([
      ['new', ['email', 'slack']],
      ['silent', ['slack']],
    ]);
  });

  test('a finding of a check is told when its check says so', async () => {
    const { findings, settle, told } = createAnnounce();
    const rotation = { detector: 'rotation-due', actor: null, incident: 'rotation-0011223344556677' };
    const tell = (revision: number, count: number, overrides: Partial<Finding> = {}, stage = 'due') =>
      findings.upsert('c', () => ({
        finding: finding({ id: 'c', revision, severity: 'low', ...rotation, ...overrides }),
        group: 'g',
        announce: true,
        events: [],
        distinct: 1,
        told: { count, at: count, stage },
      }));
    await tell(1, 1);
    await settle();
    await tell(2, 1, { lastSeen: '2026-03-02T10:00:00.000Z' });
    await settle();
    await tell(3, 2);
    await settle();
    await tell(4, 3, { status: 'resolved' }, 'resolved');
    await settle();
    expect(told()).toEqual(['new low r1', 'reminder low r3', 'resolved low r4']);
  });

  test('what others say of the same identity comes along', async () => {
    const { related, store, settle, sent } = createAnnounce();
    const other = { product: 'GuardDuty', id: 'g', type: 't', severity: 'high', title: 'x' } as const;
    const actor = actorKey(user('intruder'));
    await related.record({ actor, finding: { ...other, at: '2026-03-02T08:00:00.000Z' } });
    await related.record({ actor, finding: { ...other, id: 'old', at: '2026-02-02T08:00:00.000Z' } });
    await store({});
    await store({ ...alone('untimed'), firstSeen: null, lastSeen: null });
    await settle();
    expect(sent.map((each) => each.related.map(({ id }) => id)).sort()).toEqual([[], ['g']]);
  });

  test('another topic gets a message of its own, each revision once', async () => {
    const arn = 'arn:aws:sns:eu-west-1:111122223333:others';
    const { handler, store, incidentRecords, sent, topics } = createAnnounce(
      `notify: {email: [a@example.com], targets: {others: {topic: "${arn}"}}, routes: [{to: [email, others]}]}`,
    );
    await store({});
    const Records = await incidentRecords();
    for (let time = 0; time < 2; time += 1) expect(await handler({ Records })).toEqual(success);
    expect(sent).toHaveLength(1);
    expect(topics).toEqual([arn]);
  });

  test('beyond the hourly limit messages are held; critical ones have a limit of their own', async () => {
    const { store, settle, sent, held, clock } = createAnnounce(
      'notify: {email: [a@example.com], hourlyLimit: 2}',
    );
    for (const name of ['a', 'b', 'c']) await store(alone(name));
    await store({ ...alone('d'), severity: 'critical' });
    await settle();
    expect(sent).toHaveLength(3);
    expect(await held.of('email')).toEqual([expect.objectContaining({ because: 'limit', at: clock.now() })]);
    // What is graver an hour later is sent, and is then held no more.
    clock.time += 3_600_000;
    await store({ ...alone('a'), revision: 2, severity: 'critical' });
    await store({ ...alone('b'), revision: 2, severity: 'critical' });
    await store({ ...alone('c'), revision: 2, severity: 'critical' });
    await settle();
    expect(await held.of('email')).toHaveLength(1);
    expect(new Set(sent.map(({ id }) => id)).size + (await held.of('email')).length).toBeGreaterThanOrEqual(
      4,
    );
  });

  test('one that fails is tried again with those after it, and holds up none of them', async () => {
    const { topic, handler, store, incidentRecords, sent } = createAnnounce();
    for (const name of ['a', 'b', 'c']) await store(alone(name));
    const Records = await incidentRecords();
    const { publish } = topic;
    let failures = 2;
    topic.publish = async (publication) => {
      const { announcement } = publication;
      const isB = announcement.kind === 'incident' && announcement.findings[0]?.id === 'b';
      if (isB && failures-- > 0) throw new Error('topic away');
      await publish(publication);
    };
    expect(await handler({ Records })).toEqual(failureAt(Records[1]));
    expect(await handler({ Records: Records.slice(1) })).toEqual(failureAt(Records[1]));
    expect(await handler({ Records: Records.slice(1) })).toEqual(success);
    expect(sent.map(({ findings }) => findings[0]?.id)).toEqual(['a', 'c', 'b']);
  });

  test('after a failed revision no later one of the same incident is sent', async () => {
    const { topic, handler, store, incidentRecords, sent, told } = createAnnounce();
    await store({ severity: 'medium' });
    const first = await incidentRecords();
    await store({ severity: 'high', revision: 2 });
    const Records = [...first, ...(await incidentRecords())];
    const { publish } = topic;
    topic.publish = async () => {
      throw new Error('topic away');
    };
    expect(await handler({ Records })).toEqual(failureAt(Records[0]));
    topic.publish = publish;
    expect(await handler({ Records })).toEqual(success);
    expect(told()).toEqual(['new medium r1', 'graver high r2']);
    expect(sent[1]?.was).toBe('medium');
  });

  test('a worker that died while sending holds its incident back until the lease ends, no longer', async () => {
    const { topic, handler, worker, store, incidentRecords, sent, clock } = createAnnounce();
    await store({});
    const Records = await incidentRecords();
    const { publish } = topic;
    topic.publish = () => new Promise(() => undefined);
    void handler({ Records });
    await new Promise((resolve) => setTimeout(resolve, 50));
    topic.publish = publish;
    expect(await worker()({ Records })).toEqual(failureAt(Records[0]));
    clock.time += leaseSeconds * 1000;
    expect(await worker()({ Records })).toEqual(success);
    expect(sent).toHaveLength(1);
  });

  test('an older revision that is delivered after a newer one is not sent', async () => {
    const { handler, store, incidentRecords, told } = createAnnounce();
    await store({ severity: 'medium' });
    const older = await incidentRecords();
    await store({ severity: 'high', revision: 2 });
    const newer = await incidentRecords();
    await handler({ Records: newer });
    expect(await handler({ Records: older })).toEqual(success);
    expect(told()).toEqual(['graver high r2']);
  });

  test('a finding that cannot be stored fails, and those that came with it do not', async () => {
    const { standIn, handler, store, newRecords, incidents } = createAnnounce();
    for (const name of ['a', 'b', 'c']) await store(alone(name));
    const Records = newRecords();
    standIn.before = (operation, { TransactItems = [] }) => {
      const writesB = TransactItems.some(({ Put }) => Put.Item?.['sk']?.['S'] === 'b');
      if (operation === 'TransactWriteItems' && writesB) throw new RefusedError('ValidationException');
    };
    expect(await handler({ Records })).toEqual(failureAt(Records[1]));
    expect((await incidents.list()).map(({ record }) => record.incident.findings).sort()).toEqual([
      ['a'],
      ['c'],
    ]);
  });

  test('a record that holds nothing fails with its code, and is not passed over; the others are worked on', async () => {
    const { handler, store, newRecords, incidents, lines } = createAnnounce();
    await store({});
    const empty: DynamoDBRecord = { eventName: 'INSERT', dynamodb: { SequenceNumber: '7', NewImage: {} } };
    expect(await handler({ Records: [empty, ...newRecords()] })).toEqual(failureAt(empty));
    expect(lines.join()).toContain('UNREADABLE_INPUT');
    expect(await incidents.list()).toHaveLength(1);
    await expect(handler({ Records: [{}] })).rejects.toThrow('holds no finding');
  });
});
