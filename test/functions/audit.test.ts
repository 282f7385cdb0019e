import { describe, expect, test } from '@jest/globals';
import { createInventoryStore } from '../../functions/adapters/dynamodb-inventory-store.ts';
import { createHandler } from '../../functions/audit/handler.ts';
import { createMemoryHistoryStore } from '../../functions/core/engine/memory-stores.ts';
import type { AccessEvent } from '../../functions/core/model/access-event.ts';
import { watchedSources } from '../../functions/core/model/cloudtrail-events.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';
import type { Backfill, StoredFinding, SweepTarget } from '../../functions/core/ports.ts';
import { createTableStandIn } from '../adapters/table-stand-in.ts';
import { createEngine } from '../support/judging.ts';
import { account, at, type CloudTrailRecord, readsOf, record, region, start } from '../support/records.ts';
import { captureLog, captureMetrics, contextWith, createClock } from './captures.ts';
import { createLookups } from './lookup-events.ts';
import { noSecrets } from './secret-lists.ts';

const minute = 60_000;

interface Options {
  readonly regions?: string[];
  readonly events?: CloudTrailRecord[];
  readonly now?: number;
}

/** The function over an event history, without a past to learn from. */
function createAudit({ regions = [], events = [], now = start + 60 * minute }: Options = {}) {
  const clock = createClock(now);
  const engine = createEngine();
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const sweptUntil = new Map<string, number>();
  const backfills = new Map<string, Backfill>();
  const order: string[] = [];
  const name = (target: SweepTarget) => `${target.region} ${target.eventSource}`;
  const lookups = createLookups(events);
  const audit = Object.assign(lookups, {
    remaining: 900_000,
    judge: (judged: readonly AccessEvent[]): Promise<StoredFinding[]> => engine.deliver(judged),
  });
  const handler = createHandler({
    account,
    ownRegion: region,
    settings: {
      regions,
      sweep: { lookbackDays: 0, overlapMinutes: 30 },
      history: { ...defaultSettings.history, backfillDays: 0 },
    },
    history: lookups.history,
    checkpoints: {
      sweptUntil: async (target) => sweptUntil.get(name(target)),
      advance: async (target, until) => {
        order.push(`checkpoint ${name(target)}`);
        sweptUntil.set(name(target), Math.max(until, sweptUntil.get(name(target)) ?? 0));
      },
    },
    backfills: {
      read: async (target) => backfills.get(name(target)),
      write: async (target, backfill) => {
        backfills.set(name(target), backfill);
      },
    },
    usual: createMemoryHistoryStore(),
    secretList: noSecrets,
    inventory: createInventoryStore(createTableStandIn().table, clock),
    learn: async () => {},
    judge: async (judged) => {
      const stored = await audit.judge(judged);
      order.push('judged');
      return stored;
    },
    clock,
    log,
    measure,
  });
  const run = () =>
    handler(
      {},
      contextWith(() => audit.remaining),
    );
  const coverage = () => {
    const [line] = lines.filter((text) => text.startsWith('["Coverage"')).slice(-1);
    return JSON.parse(line ?? '[]')[1];
  };
  return { audit, run, clock, engine, lines, values, sweptUntil, order, coverage };
}

describe('audit', () => {
  test('finds what watch missed, in every Region, from every source, and says what is covered', async () => {
    const events = readsOf(20, 2, { awsRegion: 'us-east-1' });
    const { run, engine, coverage, values } = createAudit({
      regions: ['us-east-1', region],
      events,
      now: start + 5 * minute,
    });
    await run();
    expect(engine.findings().map(({ detector }) => detector)).toEqual(['mass-retrieval']);
    const covered = (where: string, source: string) => ({
      region: where,
      source,
      sweptUntil: '2026-03-02T09:05:00.000Z',
      behindMinutes: 0,
      watched: where === region,
      events: where === region || source !== watchedSources[0] ? 0 : 20,
      findings: where === region || source !== watchedSources[0] ? 0 : 1,
      unreadable: 0,
    });
    expect(coverage()).toEqual({
      coverage: [region, 'us-east-1'].flatMap((where) =>
        watchedSources.map((source) => covered(where, source)),
      ),
      note: `watch sees events of ${region} only; every other Region is covered by this sweep alone`,
    });
    expect(values).toEqual({
      SweepLagMinutes: 0,
      Events: 20,
      Findings: 1,
      FindingsHigh: 1,
      UnreadableEvents: 0,
      BackfillDaysLeft: 0,
    });
  });

  test('the next sweep asks again for what may have come late, and an event counts once', async () => {
    const events = readsOf(19, 1);
    const { run, engine, clock } = createAudit({ events, now: start + minute });
    await run();
    expect(engine.findings()).toEqual([]);
    events.push(record({ eventTime: at(30), requestParameters: { secretId: 'late' } }));
    clock.time = start + 25 * minute;
    await run();
    expect(engine.findings().map(({ count }) => count)).toEqual([20]);
  });

  test('a checkpoint moves only behind stored findings', async () => {
    const { run, audit, sweptUntil, order } = createAudit();
    await run();
    for (const [index, step] of order.entries()) {
      if (step.startsWith('checkpoint'))
        expect(order.slice(0, index).filter((one) => one === 'judged').length).toBeGreaterThan(
          order.slice(0, index).filter((one) => one.startsWith('checkpoint')).length,
        );
    }
    const failing = createAudit();
    failing.audit.judge = () => Promise.reject(new Error('table away'));
    await expect(failing.run()).rejects.toMatchObject({ code: 'SWEEP_INCOMPLETE' });
    expect(failing.sweptUntil.size).toBe(0);
    expect(sweptUntil.size).toBe(2);
    expect(audit.asked.length).toBeGreaterThan(0);
  });

  test('it stops in time, and the next run goes on without losing place', async () => {
    const events = readsOf(1_500, 2);
    const { run, audit, sweptUntil, clock, values } = createAudit({ events, now: start + 50 * minute });
    const judged = new Set<string>();
    audit.judge = async (some) => {
      for (const { id } of some) judged.add(id);
      return [];
    };
    for (const source of watchedSources) sweptUntil.set(`${region} ${source}`, start);
    let pages = 0;
    audit.beforePage = () => {
      pages += 1;
      if (pages > 12) audit.remaining = 29_000;
    };
    await run();
    expect(sweptUntil.get(`${region} ${watchedSources[0]}`)).toBe(start + 15 * minute);
    expect(values['SweepLagMinutes']).toBe(35);
    audit.remaining = 900_000;
    audit.asked.length = 0;
    audit.beforePage = () => {};
    await run();
    expect(audit.asked[0]?.from).toBe(start + 15 * minute);
    expect(sweptUntil.get(`${region} ${watchedSources[0]}`)).toBe(clock.now() - 30 * minute);
    expect(judged.size).toBe(1_500);
  });

  test('without time it begins nothing', async () => {
    const { run, audit } = createAudit();
    audit.remaining = 1_000;
    await run();
    expect(audit.asked).toEqual([]);
  });

  test('a Region that fails stops no other, is named, and fails the invocation after all', async () => {
    const events = readsOf(20, 2, { awsRegion: 'us-east-1' });
    const { run, audit, engine, coverage, sweptUntil } = createAudit({
      regions: ['ap-east-1', 'us-east-1'],
      events,
      now: start + 5 * minute,
    });
    audit.beforePage = (target) => {
      if (target.region === 'ap-east-1')
        throw Object.assign(new Error('not enabled'), { name: 'UnrecognizedClientException' });
    };
    await expect(run()).rejects.toThrow('Not swept: ap-east-1 (UnrecognizedClientException)');
    expect(engine.findings()).toHaveLength(1);
    expect([...sweptUntil.keys()].filter((key) => key.startsWith('ap-east-1'))).toEqual([]);
    const [failed] = coverage().coverage.filter((one: { region: string }) => one.region === 'ap-east-1');
    expect(failed).toMatchObject({
      sweptUntil: null,
      behindMinutes: null,
      error: 'UnrecognizedClientException',
    });
  });

  test('a Region whose sweep is slow does not keep the others waiting', async () => {
    const { run, audit, sweptUntil } = createAudit({ regions: ['us-east-1'] });
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { judge } = audit;
    let first = true;
    audit.judge = async (events) => {
      if (first) {
        first = false;
        await slow;
      }
      return judge(events);
    };
    const running = run();
    await new Promise(setImmediate);
    expect(sweptUntil.get('us-east-1 secretsmanager.amazonaws.com')).toBe(start + 30 * minute);
    release();
    await running;
  });

  test('ninety days of a quiet account take few requests', async () => {
    const { run, audit, sweptUntil, clock } = createAudit({ events: readsOf(5, 60) });
    for (const source of watchedSources)
      sweptUntil.set(`${region} ${source}`, clock.now() - 90 * 24 * 60 * minute);
    await run();
    expect(audit.asked.length).toBeLessThan(2 * 105);
    expect(sweptUntil.get(`${region} ${watchedSources[0]}`)).toBe(clock.now() - 30 * minute);
  });

  test('a slice with more than fits is swept in halves, completely', async () => {
    // 12,000 events in 10 minutes, more than twice what is judged in one go.
    const events = Array.from({ length: 12_000 }, (_, index) =>
      record({ eventTime: at(Math.floor(index / 20)), requestParameters: { secretId: `app/${index % 5}` } }),
    );
    const { run, audit, sweptUntil } = createAudit({ events, now: start + 15 * minute });
    for (const source of watchedSources) sweptUntil.set(`${region} ${source}`, start);
    const judged = new Set<string>();
    let most = 0;
    audit.judge = async (some) => {
      most = Math.max(most, some.length);
      for (const { id } of some) judged.add(id);
      return [];
    };
    await run();
    expect(judged.size).toBe(12_000);
    expect(most).toBeLessThanOrEqual(5_000);
  });

  test('an event that cannot be read is told and counted, and the rest is judged', async () => {
    const { run, audit, values, lines } = createAudit({ events: readsOf(1, 1), now: start + minute });
    const seen: number[] = [];
    audit.judge = async (events) => {
      seen.push(events.length);
      return [];
    };
    const broken = readsOf(1, 1, { eventTime: at(20), requestParameters: { secretId: 'x'.repeat(100_000) } });
    const withBroken = createAudit({ events: [...readsOf(1, 1), ...broken], now: start + minute });
    await withBroken.run();
    expect(withBroken.values['UnreadableEvents']).toBe(1);
    expect(withBroken.values['Events']).toBe(1);
    expect(withBroken.lines.join()).toContain('too large to judge');
    await run();
    expect(values['UnreadableEvents']).toBe(0);
    expect(lines.join()).not.toContain('cannot be read');
    expect(seen).toContain(1);
  });
});
