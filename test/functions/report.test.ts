import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { createCheckpointStore } from '../../functions/adapters/dynamodb-checkpoint-store.ts';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createHistoryStore } from '../../functions/adapters/dynamodb-history-store.ts';
import { createRotationStore } from '../../functions/adapters/dynamodb-rotation-store.ts';
import { createSuiteRecordSource } from '../../functions/adapters/dynamodb-suite-records.ts';
import { incidentKey } from '../../functions/adapters/incident-items.ts';
import { createContracts } from '../../functions/core/contracts/contracts.ts';
import { buildIncidents } from '../../functions/core/engine/incidents.ts';
import { Profile } from '../../functions/core/history/profile.ts';
import { sightingsOf } from '../../functions/core/history/sightings.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { type Report, reportSchema } from '../../functions/core/model/report.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import type { ReportArchive } from '../../functions/core/ports.ts';
import { newRecord } from '../../functions/core/rotation/rotation-record.ts';
import { createHandler, type ReportDependencies } from '../../functions/report/handler.ts';
import { createTableStandIn } from '../adapters/table-stand-in.ts';
import { secretOf } from '../core/posture/secrets.ts';
import { finding } from '../support/findings.ts';
import { account, at, event, person, region, role, start } from '../support/records.ts';
import { captureLog, createClock } from './captures.ts';

const dayMs = 86_400_000;
const secret = { name: 'app/db', account, region, arn: null };

/** `report` over a table that was filled as the suite does. */
function compose(overrides: Partial<ReportDependencies> = {}) {
  const settings = parseSettings('version: 1\nregions: [us-east-1]', 'audit.yaml');
  const clock = createClock(start + 30 * dayMs);
  const { table } = createTableStandIn(2);
  const { log, lines } = captureLog();
  const patience = { sleep: clock.sleep, random: () => 0 };
  const usual = createHistoryStore({ table, clock, ...patience });
  const findings = createFindingStore({ table, findingDays: 400, clock, ...patience });
  const checkpoints = createCheckpointStore(table, clock);
  const rotations = createRotationStore({ table, ...patience });
  const kept: { html: string; json: string }[] = [];
  const archive: ReportArchive = {
    async put(report) {
      kept.push(report);
      return 's3://bucket/reports/now.html';
    },
    latest: async () => kept.at(-1)?.json,
  };
  const handler = createHandler({
    settings,
    place: { account, region },
    records: createSuiteRecordSource(table),
    usual,
    inventory: { read: async () => new Map() },
    contracts: async () => createContracts(settings),
    catalogue: {
      async *pages({ region: of }) {
        if (of === region)
          yield [secretOf('app/db', { created: start - 40 * dayMs, rotation: { last: null } })];
      },
    },
    archive,
    clock,
    log,
    ...overrides,
  });
  const store = (told: Finding) =>
    findings.upsert(told.id, () => ({ finding: told, group: 'g', announce: true, events: [], distinct: 1 }));
  const made = async (): Promise<Report> => {
    await handler();
    return reportSchema.strict().parse(JSON.parse(kept.at(-1)?.json ?? ''));
  };
  return { table, made, store, usual, checkpoints, rotations, clock, lines, kept, handler };
}

const sweptUntil = async ({ checkpoints }: ReturnType<typeof compose>, time: number) => {
  for (const each of [region, 'us-east-1'])
    await checkpoints.advance({ account, region: each, eventSource: 'secretsmanager.amazonaws.com' }, time);
};

describe('report', () => {
  test('of a suite that was just deployed: cannot know', async () => {
    const { made, kept } = compose();
    const report = await made();
    expect(report.secrets).toMatchObject([
      { secret: { name: 'app/db' }, verdict: 'cannot know', doubts: ['gap', 'history'], reads: null },
    ]);
    expect(report.activity?.days).toEqual([]);
    expect(report.rotation).toMatchObject([{ by: 'inventory', ageDays: 70, standing: 'within policy' }]);
    expect(kept[0]?.html).toContain('Made from what the suite');
  });

  test('has the habits, sweeps, findings and rotations of the table', async () => {
    const suite = compose();
    const { usual, clock, rotations, store } = suite;
    await sweptUntil(suite, clock.now() - 3_600_000);
    await usual.setCompleteSince(start - 60 * dayMs);
    const events = [
      event({ userIdentity: role('app', 'i-1'), eventTime: at(0) }),
      event({ userIdentity: role('app', 'i-2'), eventTime: at(86_400 + 3_600) }),
      event({ userIdentity: person('OnCall', 'mara@example.com'), eventTime: at(60) }),
    ];
    for (const each of events) {
      for (const [subject, sighting] of sightingsOf(each, () => undefined)) {
        await usual.extend([subject], (_, text) => {
          const profile = Profile.parse(text);
          profile.add(sighting);
          return profile.toString();
        });
      }
    }
    await rotations.update(secret, () => ({
      ...newRecord('rotation-1', 'v1'),
      switchedAt: start + 10 * dayMs,
    }));
    await store(finding({ secret }));
    await store(finding({ id: 'old', secret, firstSeen: '2025-01-01T00:00:00.000Z', lastSeen: null }));
    await store(finding({ id: 'gone', secret, status: 'withdrawn' }));
    await store(
      finding({
        id: 'state',
        detector: 'rotation-due',
        actor: null,
        origins: [],
        agents: [],
        secret,
        lastSeen: null,
        firstSeen: '2025-01-01T00:00:00.000Z',
      }),
    );
    const report = await suite.made();
    expect(report.findings.map(({ id }) => id).sort()).toEqual(['0123456789abcdef0123456789abcdef', 'state']);
    expect(report.incidents.length).toBeGreaterThan(0);
    expect(report.secrets).toMatchObject([
      { verdict: 'findings', findings: 2, gravest: 'high', readers: 2, lastRead: '2026-03-03T00:00:00.000Z' },
    ]);
    expect(report.access.map(({ kind, days, reads }) => [kind, days, reads])).toEqual([
      ['role', 2, null],
      ['person', 1, null],
    ]);
    expect(report.activity).toEqual({
      counts: 'identities',
      hours: [
        { weekday: 0, hour: 9, count: 2 },
        { weekday: 1, hour: 10, count: 1 },
      ],
      days: [
        { day: '2026-03-02', count: 2, people: 1 },
        { day: '2026-03-03', count: 1, people: 0 },
      ],
    });
    expect(report.rotation).toMatchObject([{ by: 'suite', ageDays: 20 }]);
    expect(report.coverage).toMatchObject({ percent: 100, places: [{ gaps: [] }, { gaps: [] }] });
    expect({ readers: report.readers, people: report.people }).toEqual({ readers: 2, people: 1 });
  });

  test('tells incidents as the table keeps them, with what people have said', async () => {
    const suite = compose();
    const told = finding({ secret });
    await suite.store(told);
    const [incident] = buildIncidents([told]);
    if (!incident) throw new Error('no incident');
    const said = { at: at(60), by: 'mara', word: 'acknowledge' as const, reason: 'known' };
    const keep = (id: string, status: 'open' | 'merged') =>
      suite.table.client.send(
        new PutCommand({
          TableName: suite.table.name,
          Item: {
            ...incidentKey(id),
            stored: {
              record: {
                incident: { ...incident, id },
                revision: 1,
                status,
                mergedInto: null,
                owners: [],
                acknowledged: said,
                snoozed: null,
                history: [said],
              },
            },
          },
        }),
      );
    await keep('inc-kept', 'open');
    await keep('inc-merged', 'merged');
    const { incidents, findings } = await suite.made();
    expect(incidents.map(({ id, handling }) => [id, handling?.acknowledged?.by])).toEqual([
      ['inc-kept', 'mara'],
    ]);
    expect(findings.map(({ incident: of }) => of)).toEqual(['inc-kept']);
  });

  test('clean, where nothing is found and everything is swept', async () => {
    const suite = compose();
    await sweptUntil(suite, suite.clock.now());
    await suite.usual.setCompleteSince(start - 60 * dayMs);
    expect((await suite.made()).secrets).toMatchObject([{ verdict: 'clean', because: '' }]);
  });

  test('a sweep that is behind is a gap', async () => {
    const suite = compose();
    await sweptUntil(suite, suite.clock.now() - 2 * dayMs);
    await suite.usual.setCompleteSince(start - 60 * dayMs);
    const { coverage, secrets } = await suite.made();
    expect(coverage.percent).toBe(97.7);
    expect(coverage.places[0]?.gaps).toMatchObject([{ hours: 48, kind: 'end' }]);
    expect(secrets).toMatchObject([
      { verdict: 'cannot know', because: 'its account and Region are not swept up to now' },
    ]);
  });

  test('is compared with the one before', async () => {
    const suite = compose();
    await sweptUntil(suite, suite.clock.now());
    await suite.made();
    await suite.store(finding({ secret }));
    suite.clock.time += dayMs;
    expect((await suite.made()).changes).toMatchObject({
      verdicts: [{ before: 'cannot know', now: 'findings' }],
      begun: [expect.stringMatching(/^inc-/)],
    });
  });

  test('one before that is no report stops nothing', async () => {
    const put = async () => 's3://bucket/x';
    const { handler, lines } = compose({ archive: { put, latest: async () => '{"other": true}' } });
    await handler();
    expect(lines.join()).toContain('nothing is compared');
  });

  test('a Region that does not answer stops no other, and is said', async () => {
    const { made, lines } = compose({
      catalogue: {
        async *pages({ region: of }) {
          if (of !== region) throw new Error('AccessDenied');
          yield [secretOf('app/db')];
        },
      },
    });
    const { secrets, cannotKnow } = await made();
    expect(secrets.length).toBe(1);
    expect(cannotKnow.join()).toContain('Secrets of us-east-1, which could not be listed now');
    expect(lines.join()).toContain('us-east-1');
  });

  test('that cannot be kept fails', async () => {
    const archive = {
      latest: async () => undefined,
      put: async () => {
        throw new Error('no bucket');
      },
    };
    await expect(compose({ archive }).handler()).rejects.toThrow('no bucket');
  });
});
