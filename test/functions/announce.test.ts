import { describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { createDeliveryLedger, leaseSeconds } from '../../functions/adapters/dynamodb-delivery-ledger.ts';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createHandler } from '../../functions/announce/handler.ts';
import type { IncidentAnnouncement } from '../../functions/core/model/announcement.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import type { Publication } from '../../functions/core/ports.ts';
import { createTableStandIn } from '../adapters/table-stand-in.ts';
import { finding } from '../support/findings.ts';
import { captureLog, captureMetrics, createClock } from './captures.ts';

/** The function behind the stream of a table in which findings are stored. */
function createAnnounce() {
  const standIn = createTableStandIn();
  const clock = createClock();
  const { sleep } = clock;
  const findings = createFindingStore({
    table: standIn.table,
    findingDays: 400,
    clock,
    sleep,
    random: () => 0,
  });
  const ledgerTable = createTableStandIn().table;
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const sent: (Publication & { readonly finding: Finding })[] = [];
  const announce = {
    publish: async (publication: Publication) => {
      const [told] = (publication.announcement as IncidentAnnouncement).findings;
      if (!told) throw new Error('nothing is told');
      sent.push({ ...publication, finding: told });
    },
  };
  const worker = () =>
    createHandler({
      ledger: createDeliveryLedger({ table: ledgerTable, findingDays: 400, clock }),
      publisher: { publish: (publication) => announce.publish(publication) },
      log,
      measure,
    });
  const store = (overrides: Partial<Finding>, announced = true) => {
    const next = { finding: finding(overrides), group: 'g', announce: announced, events: [], distinct: 1 };
    return findings.upsert(next.finding.id, () => next);
  };
  const newRecords = () => standIn.stream.splice(0);
  const revisions = () => sent.map(({ finding: { revision } }) => revision);
  return {
    announce,
    findings,
    clock,
    handler: worker(),
    worker,
    store,
    newRecords,
    sent,
    revisions,
    lines,
    values,
  };
}

const failureAt = (record: DynamoDBRecord | undefined) => ({
  batchItemFailures: [{ itemIdentifier: record?.dynamodb?.SequenceNumber }],
});
const success = { batchItemFailures: [] };

describe('announce', () => {
  test('a new finding is published once, however often its record is delivered', async () => {
    const { handler, worker, store, newRecords, sent, values } = createAnnounce();
    await store({});
    const Records = newRecords();
    expect(await handler({ Records })).toEqual(success);
    expect(await worker()({ Records })).toEqual(success);
    expect(sent).toEqual([
      {
        finding: finding(),
        announcement: expect.objectContaining({ kind: 'incident', revision: 1, change: 'new', was: null }),
        subject: expect.stringMatching(/^\[HIGH\] /),
        text: expect.stringContaining('WHAT HAPPENED'),
      },
    ]);
    expect(values).toEqual({ Announcements: 1 });
  });

  test('what was announced and no longer holds is corrected once; what was only observed is not', async () => {
    const { handler, store, newRecords, sent } = createAnnounce();
    await store({});
    await store({ revision: 2, status: 'withdrawn' });
    await store({ revision: 3, status: 'withdrawn', count: 30 });
    await store({ revision: 4 });
    await store({ id: 'observed' }, false);
    await store({ id: 'observed', revision: 2, status: 'withdrawn' }, false);
    expect(await handler({ Records: newRecords() })).toEqual(success);
    expect(sent.map(({ finding: { revision, status } }) => [revision, status])).toEqual([
      [1, 'open'],
      [2, 'withdrawn'],
      [4, 'open'],
    ]);
    expect(sent[1]).toMatchObject({
      subject: expect.stringMatching(/^\[WITHDRAWN\] /),
      text: expect.stringContaining('Nothing. Whoever began to act on it may stop.'),
    });
  });

  test('more evidence alone is not announced; a rise in severity is', async () => {
    const { handler, store, newRecords, sent } = createAnnounce();
    await store({ severity: 'medium' });
    await store({ severity: 'medium', revision: 2, count: 30 });
    await store({ severity: 'low', revision: 3 });
    await store({ severity: 'critical', revision: 4 });
    expect(await handler({ Records: newRecords() })).toEqual(success);
    expect(sent.map(({ finding: { revision, severity } }) => [revision, severity])).toEqual([
      [1, 'medium'],
      [4, 'critical'],
    ]);
  });

  test('what is only observed is not announced, until it is', async () => {
    const { handler, store, newRecords, revisions } = createAnnounce();
    await store({}, false);
    await store({ severity: 'critical', revision: 2 }, false);
    await store({ severity: 'critical', revision: 3 }, true);
    await store({ severity: 'critical', revision: 4 }, true);
    await handler({ Records: newRecords() });
    expect(revisions()).toEqual([3]);
  });

  test('a finding about what is so is announced when its check tells it, and for nothing else', async () => {
    const { handler, findings, newRecords, sent } = createAnnounce();
    const tell = (revision: number, count: number, overrides: Partial<Finding> = {}, announce = true) =>
      findings.upsert(finding().id, () => ({
        finding: finding({ revision, ...overrides }),
        group: 'g',
        announce,
        events: [],
        distinct: 1,
        told: { count, at: 0, stage: 'a' },
      }));
    await tell(1, 1, { severity: 'low' });
    // More severe, but nobody is to be told.
    await tell(2, 1, { severity: 'critical' });
    await tell(3, 2);
    await tell(4, 3, {}, false);
    await tell(5, 3);
    await tell(6, 4, { status: 'resolved' });
    await tell(7, 4, { status: 'resolved', count: 30 });
    expect(await handler({ Records: newRecords() })).toEqual(success);
    expect(sent.map(({ finding: { revision }, subject }) => `${revision} ${subject.split(' ')[0]}`)).toEqual([
      '1 [LOW]',
      '3 Re:',
      '6 [RESOLVED]',
    ]);
  });

  test('it stops at the first record that fails and goes on from there: nothing lost, nothing twice, in order', async () => {
    const { announce, handler, store, newRecords, sent } = createAnnounce();
    await store({ id: 'a' });
    await store({ id: 'b' });
    await store({ id: 'c' });
    const Records = newRecords();
    const { publish } = announce;
    let failures = 2;
    announce.publish = async (publication) => {
      const isB = JSON.stringify(publication.announcement).includes('"id":"b"');
      if (isB && failures-- > 0) throw new Error('topic away');
      await publish(publication);
    };
    expect(await handler({ Records })).toEqual(failureAt(Records[1]));
    expect(await handler({ Records: Records.slice(1) })).toEqual(failureAt(Records[1]));
    expect(await handler({ Records: Records.slice(1) })).toEqual(success);
    expect(sent.map(({ finding: { id } }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('a worker that died while sending holds its finding back until the lease ends, no longer', async () => {
    const { announce, handler, worker, store, newRecords, sent, clock } = createAnnounce();
    await store({});
    const Records = newRecords();
    const { publish } = announce;
    announce.publish = () => new Promise(() => undefined);
    void handler({ Records });
    await new Promise((resolve) => setTimeout(resolve, 20));
    announce.publish = publish;
    expect(await worker()({ Records })).toEqual(failureAt(Records[0]));
    clock.time += leaseSeconds * 1000;
    expect(await worker()({ Records })).toEqual(success);
    expect(sent).toHaveLength(1);
  });

  test('an older revision that is delivered after a newer one is not sent', async () => {
    const { handler, store, newRecords, revisions } = createAnnounce();
    await store({ severity: 'low' });
    await store({ severity: 'high', revision: 2 });
    const [older, newer] = newRecords();
    if (!older || !newer) throw new Error('no records');
    await handler({ Records: [newer] });
    expect(await handler({ Records: [older] })).toEqual(success);
    expect(revisions()).toEqual([2]);
  });

  test('a record that holds no finding fails with its code, and is not passed over', async () => {
    const { handler, lines } = createAnnounce();
    const Records: DynamoDBRecord[] = [
      { eventName: 'INSERT', dynamodb: { SequenceNumber: '7', NewImage: {} } },
    ];
    expect(await handler({ Records })).toEqual(failureAt(Records[0]));
    expect(lines.join()).toContain('UNREADABLE_INPUT');
    await expect(handler({ Records: [{}] })).rejects.toThrow('holds no finding');
  });
});
