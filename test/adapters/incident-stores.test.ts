import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createIncidentBook } from '../../functions/adapters/dynamodb-incident-book.ts';
import { createIncidentStore } from '../../functions/adapters/dynamodb-incident-store.ts';
import { absorb } from '../../functions/core/announcing/absorb.ts';
import { createMemoryIncidentStore } from '../../functions/core/announcing/memory-incident-store.ts';
import { type Sign, signOf } from '../../functions/core/announcing/sign.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import type { IncidentBook, IncidentStore } from '../../functions/core/ports.ts';
import { finding } from '../support/findings.ts';
import { account, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

type Incidents = IncidentStore & IncidentBook;

const time = (hours: number): string => new Date(start + hours * 3_600_000).toISOString();
const found = (id: string, hours: number, overrides: Partial<Finding> = {}): Finding =>
  finding({ id, firstSeen: time(hours), lastSeen: time(hours), count: 1, evidence: [id], ...overrides });
const sign = (of: Finding): Sign => signOf({ finding: of, announce: of.severity !== 'low' });
const checked = (id: string, count: number, overrides: Partial<Finding> = {}): Sign =>
  signOf({
    finding: found(id, 0.5, { actor: null, detector: 'rotation-due', incident: 'rotation-1', ...overrides }),
    announce: true,
    told: { count, at: start, stage: 'due' },
  });

async function deliver(store: IncidentBook, ...signs: Sign[]) {
  return store.absorb(signs, (nearby) => absorb(signs, nearby, { minimumSeverity: 'medium', now: start }));
}

function openTable() {
  const standIn = createTableStandIn();
  const options = {
    table: standIn.table,
    findingDays: 400,
    clock: { now: () => start },
    sleep: async () => undefined,
    random: () => 0,
  };
  const open = (): Incidents => ({ ...createIncidentStore(options), ...createIncidentBook(options) });
  return { standIn, open, findings: createFindingStore(options) };
}

function openMemory(findings: Finding[] = []): Incidents {
  return createMemoryIncidentStore(() => findings);
}

const all = async (store: IncidentStore) => store.list({ status: 'any' });

describe.each([
  ['in memory', async (findings: Finding[]) => openMemory(findings)],
  [
    'in the table',
    async (findings: Finding[]) => {
      const table = openTable();
      for (const each of findings) {
        const stored = { finding: each, group: 'g', announce: true, events: [], distinct: 1 };
        await table.findings.upsert(each.id, () => stored);
      }
      return table.open();
    },
  ],
])('incidents %s', (_, open) => {
  test('are read, found by what people write, and listed', async () => {
    const findings = [found('a', 1), found('b', 2), found('c', 900, { owner: 'data' })];
    const store = await open(findings);
    await deliver(store, ...findings.map(sign), checked('d', 1));
    const [newest, ...others] = await all(store);
    const id = newest?.record.incident.id ?? '';
    expect([newest, ...others].map((each) => each?.record.incident.findings)).toEqual([
      ['c'],
      ['a', 'b'],
      ['d'],
    ]);
    expect(await store.read(id)).toEqual(newest);
    expect(await store.read('inc-none')).toBeUndefined();
    expect(await store.find(id.slice(4, 10).toUpperCase())).toEqual([newest]);
    expect(await store.find(`INC-${id.slice(4, 10)}`)).toEqual([newest]);
    expect(await store.find('rotation-')).toHaveLength(1);
    expect(await store.find('zz')).toEqual([]);
    expect(await store.list({ owner: 'data' })).toEqual([newest]);
    const two = others.find(({ record }) => record.incident.findings.length === 2);
    if (!two) throw new Error('no incident of two');
    expect((await store.findingsOf(two.record.incident)).map((each) => each.id)).toEqual(['a', 'b']);
    expect((await store.signsOf(two.record.incident)).map((each) => each.finding.id).sort()).toEqual([
      'a',
      'b',
    ]);
    expect(await store.signsOf({ ...two.record.incident, id: 'inc-none' })).toEqual([]);
  });

  test('are changed by people, and listed as they are then', async () => {
    const store = await open([]);
    await deliver(store, sign(found('a', 1)));
    const [{ record } = { record: undefined }] = await all(store);
    const id = record?.incident.id ?? '';
    const snooze = { at: time(1), by: 'anika', word: 'snooze' as const, reason: 'later', until: time(5) };
    const changed = await store.update(id, (stored) => ({
      ...stored,
      record: { ...stored.record, revision: 2, snoozed: snooze },
    }));
    expect(changed?.record.snoozed).toEqual(snooze);
    expect(await store.read(id)).toEqual(changed);
    expect(await store.list({ snoozeEndedBy: start + 4 * 3_600_000 })).toEqual([]);
    expect(await store.list({ snoozeEndedBy: start + 5 * 3_600_000 })).toEqual([changed]);
    expect(await store.update(id, () => undefined)).toBeUndefined();
    expect(await store.update('inc-none', (stored) => stored)).toBeUndefined();
    await store.update(id, (stored) => ({
      ...stored,
      record: { ...stored.record, revision: 3, status: 'resolved' },
    }));
    expect(await store.list()).toEqual([]);
    expect(await store.list({ status: 'resolved' })).toHaveLength(1);
    // What people said is kept when a finding comes.
    await deliver(store, sign(found('b', 2)));
    expect((await store.read(id))?.record).toMatchObject({ revision: 4, snoozed: snooze });
  });

  test('that are one are told by one, also of findings that were the other’s', async () => {
    const store = await open([]);
    await deliver(store, sign(found('a', 1)));
    await deliver(store, sign(found('c', 40)));
    await deliver(store, sign(found('b', 20)));
    await deliver(store, sign(found('c', 40, { revision: 2, severity: 'critical' })));
    const told = await all(store);
    expect(told.map(({ record }) => record.status)).toEqual(['merged', 'open']);
    expect(told[1]?.record.incident).toMatchObject({ severity: 'critical', findings: ['a', 'b', 'c'] });
  });
});

describe('incidents in the table', () => {
  const names = ['a', 'b', 'c'] as const;
  const nameOf = (number: number): string => names[number % 3] ?? 'a';
  /** A finding stays about the same, within its day; what it is about follows from its number. */
  const arbitraryFinding = fc
    .record({
      number: fc.integer({ min: 0, max: 40 }),
      before: fc.constantFrom(0, 0, 7),
      severity: fc.constantFrom('low', 'medium', 'high'),
      status: fc.constantFrom('open', 'open', 'open', 'withdrawn'),
    })
    .map(({ number, before, severity, status }) => ({
      number,
      overrides: {
        lastSeen: time(number * 11),
        firstSeen: time(number * 11 - before),
        actor: { principal: `arn:aws:iam::${account}:user/${nameOf(number * 7 + 1)}`, kind: 'user', account },
        secret:
          number % 5 === 0
            ? null
            : { name: nameOf(Math.floor(number / 3)), account, region: 'eu-west-1', arn: null },
        severity,
        status,
      } as Partial<Finding>,
    }));

  test('are the same as where everything is near everything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(arbitraryFinding, { maxLength: 4 }), { maxLength: 8 }),
        async (batches) => {
          const stores = [openMemory(), openTable().open()];
          const revisions = new Map<number, number>();
          for (const batch of batches) {
            const signs = batch.map(({ number, overrides }) => {
              const revision = (revisions.get(number) ?? 0) + 1;
              revisions.set(number, revision);
              return sign(found(`f${number}`, 0, { ...overrides, revision }));
            });
            for (const store of stores) await deliver(store, ...signs);
          }
          const [expected, told] = await Promise.all(stores.map(all));
          expect(told).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('lose nothing of two workers at once', async () => {
    const { standIn, open } = openTable();
    const other = open();
    let calls = 0;
    standIn.before = (operation) => {
      if (operation === 'TransactWriteItems') calls += 1;
    };
    await Promise.all([
      deliver(open(), sign(found('a', 1))),
      deliver(other, sign(found('b', 2))),
      deliver(open(), sign(found('c', 3)), checked('d', 1)),
    ]);
    expect(calls).toBeGreaterThan(3);
    expect((await all(other)).map(({ record }) => record.incident.findings)).toEqual([
      ['a', 'b', 'c'],
      ['d'],
    ]);
  });

  test('a refusal that is no conflict is passed on', async () => {
    const { standIn, open } = openTable();
    standIn.before = (operation) => {
      if (operation === 'TransactWriteItems') throw new RefusedError('AccessDeniedException');
    };
    await expect(deliver(open(), sign(found('a', 1)))).rejects.toThrow('AccessDenied');
  });

  test('a finding without a time has its place; everything expires but the number of changes', async () => {
    const { standIn, open } = openTable();
    const store = open();
    const undated = { firstSeen: null, lastSeen: null };
    await deliver(store, sign(found('a', 1, undated)), checked('d', 1));
    await deliver(store, sign(found('b', 1, undated)));
    const expiresAt = { N: String(Math.ceil((start + 400 * 86_400_000) / 1000)) };
    const keys = standIn.items().map((item) => {
      if (!/VERSION/.test(String(item['pk']?.['S']))) expect(item['expiresAt']).toEqual(expiresAt);
      return `${String(item['pk']?.['S'])} ${String(item['sk']?.['S'])}`.replace(/inc-\w+/, 'inc-x');
    });
    expect(keys.sort()).toEqual([
      'INCIDENT#inc-x INCIDENT',
      'INCIDENT#rotation-1 INCIDENT',
      'INCIDENTS inc-x',
      'INCIDENTS rotation-1',
      'INCIDENTS#VERSION INCIDENTS',
      'SIGNS#checks d',
      'SIGNS#undated a',
      'SIGNS#undated b',
    ]);
  });
});
