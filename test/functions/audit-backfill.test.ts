import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { createBackfillStore } from '../../functions/adapters/dynamodb-backfill-store.ts';
import { createCheckpointStore } from '../../functions/adapters/dynamodb-checkpoint-store.ts';
import { createHistoryStore } from '../../functions/adapters/dynamodb-history-store.ts';
import { createTableJudge } from '../../functions/adapters/table-judge.ts';
import { createHandler } from '../../functions/audit/handler.ts';
import { dayNumber, daysBefore } from '../../functions/core/history/days-seen.ts';
import { Profile } from '../../functions/core/history/profile.ts';
import { identitySubject } from '../../functions/core/history/sightings.ts';
import type { AccessEvent } from '../../functions/core/model/access-event.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';
import { createTableStandIn, RefusedError } from '../adapters/table-stand-in.ts';
import {
  account,
  type CloudTrailRecord,
  event,
  eventsOf,
  record,
  region,
  start,
  user,
} from '../support/records.ts';
import { captureLog, captureMetrics, contextWith, createClock } from './captures.ts';
import { createLookups } from './lookup-events.ts';
import { noSecrets } from './secret-lists.ts';

// Thousands of judged events; on a busy machine more than jest's five seconds.
jest.setTimeout(30_000);

const minute = 60_000;
const day = 24 * 60 * minute;

interface Options {
  readonly regions?: string[];
  readonly events?: CloudTrailRecord[];
  readonly backfillDays?: number;
}

/** `audit` over a table, in an account with a past. */
function createAudit({ regions = [], events = [], backfillDays = 90 }: Options = {}) {
  const clock = createClock(start);
  const standIn = createTableStandIn();
  const { table } = standIn;
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const lookups = createLookups(events);
  const settings = {
    ...defaultSettings,
    regions,
    history: { ...defaultSettings.history, backfillDays },
  };
  const tableJudge = createTableJudge({ table, settings, ownReads: '[]', clock });
  const audit = Object.assign(lookups, {
    remaining: 900_000,
    settings,
    learn: tableJudge.learn,
    origins: new Map<string, Set<number | undefined>>(),
  });
  const run = async () => {
    for (const name of Object.keys(values)) delete values[name];
    const handler = createHandler({
      account,
      ownRegion: region,
      settings: audit.settings,
      history: lookups.history,
      checkpoints: createCheckpointStore(table, clock),
      backfills: createBackfillStore(table),
      usual: tableJudge.usual,
      secretList: noSecrets,
      inventory: tableJudge.inventory,
      learn: (learned) => audit.learn(learned),
      judge: (judged, origin) => {
        for (const one of judged) {
          const known = audit.origins.get(one.region) ?? new Set();
          audit.origins.set(one.region, known.add(origin.completeSince));
        }
        return tableJudge.judge(judged, origin);
      },
      clock,
      log,
      measure,
    });
    await handler(
      {},
      contextWith(() => audit.remaining),
    );
  };
  const later = (milliseconds: number) => {
    clock.time += milliseconds;
  };
  const open = () => createHistoryStore({ table, clock, sleep: clock.sleep, random: () => 0 });
  const profiles = async () => {
    const subjects = standIn
      .items()
      .filter((item) => item['sk']?.['S'] === 'HISTORY')
      .map((item) => String(item['pk']?.['S']).slice('HISTORY#'.length));
    return new Map([...(await open().read(subjects))].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const backfill = () => {
    const [line] = lines.filter((text) => text.startsWith('["Backfill"')).slice(-1);
    return line && JSON.parse(line)[1];
  };
  const backfillItems = () => standIn.items().filter((item) => item['sk']?.['S'] === 'BACKFILL');
  const findings = () => standIn.items().filter((item) => item['sk']?.['S'] === 'FINDING');
  return {
    audit,
    run,
    clock,
    later,
    standIn,
    tableJudge,
    values,
    profiles,
    backfill,
    findings,
    backfillItems,
    completeSince: () => open().completeSince(),
  };
}

const iso = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');

const readAt = (time: number, overrides: CloudTrailRecord = {}) =>
  record({ eventTime: iso(time), ...overrides });

/** One read a day by each of two users, back to `days` ago. */
const habits = (days: number): CloudTrailRecord[] =>
  Array.from({ length: days }, (_, index) => [
    readAt(start - (index + 1) * day),
    readAt(start - (index + 1) * day + 5 * minute, { userIdentity: user('bo') }),
  ]).flat();

describe('the backfill', () => {
  test('learns ninety days in the first run, judges and announces nothing of them, and then all is known', async () => {
    const theft = Array.from({ length: 30 }, (_, index) =>
      readAt(start - 40 * day + index * 1000, { requestParameters: { secretId: `app/${index}` } }),
    );
    const { run, findings, profiles, completeSince, backfill, values } = createAudit({
      events: [...habits(89), ...theft],
    });
    await run();
    expect(findings()).toEqual([]);
    const profile = Profile.parse((await profiles()).get(identitySubject(event())));
    expect(daysBefore(profile.days('day'), dayNumber(start))).toHaveLength(89);
    expect(await completeSince()).toBe(start - 90 * day);
    expect(values['BackfillDaysLeft']).toBe(0);
    const target = { region, from: iso(start - 90 * day).replace('Z', '.000Z'), daysLeft: 0, unreadable: 0 };
    expect(backfill()).toMatchObject({
      coverage: [
        { ...target, source: 'secretsmanager.amazonaws.com', events: 206 },
        { ...target, source: 'cloudtrail.amazonaws.com', events: 0 },
      ],
      historyCompleteSince: '2025-12-02T09:00:00.000Z',
    });
  });

  test('happens once: the next run asks for nothing older than its overlap, and says nothing of it', async () => {
    const { run, audit, later, values, completeSince, backfillItems } = createAudit({ events: habits(89) });
    await run();
    audit.asked.length = 0;
    later(15 * minute);
    await run();
    expect(Math.min(...audit.asked.map(({ from }) => from))).toBeGreaterThanOrEqual(start - 30 * minute);
    expect(values).not.toHaveProperty('BackfillDaysLeft');
    expect(await completeSince()).toBe(start - 90 * day);
    const begun = structuredClone(backfillItems());
    later(100 * day);
    await run();
    expect(backfillItems()).toEqual(begun);
    expect(begun).toHaveLength(2);
  });

  test('comes after the sweep, because the present is more urgent', async () => {
    const { run, audit } = createAudit({ events: habits(89), regions: ['us-east-1'] });
    await run();
    for (const where of [region, 'us-east-1']) {
      const asked = audit.asked.filter(({ target }) => target.region === where);
      const firstOfPast = asked.findIndex(({ from }) => from < start - 2 * day);
      expect(asked.findLastIndex(({ to }) => to === start)).toBeLessThan(firstOfPast);
    }
  });

  test('takes few requests in a quiet account, and one that is crowded misses nothing', async () => {
    const quiet = createAudit({ events: habits(30) });
    await quiet.run();
    expect(quiet.audit.asked.filter(({ from }) => from < start - 2 * day).length).toBeLessThan(40);

    // 7,000 events in six minutes, more than is learned in one go.
    const events = Array.from({ length: 7_000 }, (_, index) =>
      readAt(start - 20 * day + Math.floor(index / 20) * 1000),
    );
    const crowded = createAudit({ events });
    const learned = new Set<string>();
    let most = 0;
    crowded.audit.learn = async (some) => {
      most = Math.max(most, some.length);
      for (const { id } of some) learned.add(id);
    };
    await crowded.run();
    expect(learned.size).toBe(7_000);
    expect(most).toBeLessThanOrEqual(5_000);
    expect(await crowded.completeSince()).toBe(start - 90 * day);
  });

  const past = fc.array(
    fc.record({
      minutesAgo: fc.integer({ min: 30, max: 90 * 24 * 60 }),
      name: fc.constantFrom('anika', 'bo', 'chen'),
      secret: fc.constantFrom('app/db', 'app/key'),
      host: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 150 },
  );
  const recordsOf = (reads: { minutesAgo: number; name: string; secret: string; host: number }[]) =>
    reads.map(({ minutesAgo, name, secret, host }) =>
      readAt(start - minutesAgo * minute, {
        userIdentity: user(name),
        requestParameters: { secretId: secret },
        sourceIPAddress: `203.0.${host}.7`,
      }),
    );

  test('interrupted wherever and resumed it leaves the very profiles of one in one go', () =>
    fc.assert(
      fc.asyncProperty(
        past,
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
        async (reads, interruptions) => {
          const events = recordsOf(reads);
          const whole = createAudit({ events });
          await whole.run();
          const broken = createAudit({ events });
          for (const pagesUntilTimeIsUp of interruptions) {
            let pages = 0;
            broken.audit.remaining = 900_000;
            broken.audit.beforePage = () => {
              pages += 1;
              if (pages > pagesUntilTimeIsUp) broken.audit.remaining = 29_000;
            };
            await broken.run();
          }
          broken.audit.remaining = 900_000;
          broken.audit.beforePage = () => {};
          await broken.run();
          expect(await broken.profiles()).toEqual(await whole.profiles());
          expect(await broken.completeSince()).toBe(start - 90 * day);
        },
      ),
      { numRuns: 15, seed: 4 },
    ));

  test('what watch learns at the same time, of the same identities, is not lost', () =>
    fc.assert(
      fc.asyncProperty(past, past, async (reads, live) => {
        const events = recordsOf(reads);
        const seen = eventsOf(recordsOf(live));
        const alone = createAudit({ events });
        await alone.run();
        await alone.tableJudge.learn(seen);
        const together = createAudit({ events });
        await Promise.all([
          together.run(),
          ...[0, 1, 2].map((part) =>
            together.tableJudge.learn(seen.filter((_, index) => index % 3 === part)),
          ),
        ]);
        expect(await together.profiles()).toEqual(await alone.profiles());
      }),
      { numRuns: 10, seed: 4 },
    ));

  test('as long as a Region is missing nothing is complete; its days are counted, and it fails the invocation', async () => {
    const { run, audit, later, values, completeSince, backfill } = createAudit({
      events: habits(80),
      regions: ['ap-east-1'],
    });
    audit.beforePage = ({ region: where }) => {
      if (where === 'ap-east-1')
        throw Object.assign(new Error('no'), { name: 'UnrecognizedClientException' });
    };
    await expect(run()).rejects.toThrow('Not swept: ap-east-1 (UnrecognizedClientException)');
    expect(await completeSince()).toBeUndefined();
    expect(values['BackfillDaysLeft']).toBe(90);
    expect(backfill().historyCompleteSince).toBeNull();
    audit.beforePage = () => {};
    later(2 * day);
    await run();
    // It could be asked two days later only.
    expect(await completeSince()).toBe(start - 88 * day);
    expect(values['BackfillDaysLeft']).toBe(0);
  });

  test('a failure is named, moves nothing past what is not learned, and the next run goes on', async () => {
    const { run, audit, tableJudge, completeSince, profiles, later } = createAudit({ events: habits(89) });
    let learned = 0;
    audit.learn = async (events: readonly AccessEvent[]) => {
      learned += 1;
      if (learned === 4) throw new Error('table away');
      await tableJudge.learn(events);
    };
    await expect(run()).rejects.toThrow(`Not learned: ${region} (Error)`);
    expect(await completeSince()).toBeUndefined();
    later(15 * minute);
    await run();
    const whole = createAudit({ events: habits(89) });
    await whole.run();
    expect([...(await profiles()).keys()]).toEqual([...(await whole.profiles()).keys()]);
    expect(await completeSince()).toBe(start - 90 * day);
  });

  test('what LookupEvents has forgotten meanwhile makes the history begin later', async () => {
    const { run, audit, later, completeSince } = createAudit({ events: habits(89) });
    audit.learn = () => Promise.reject(new Error('table away'));
    await expect(run()).rejects.toThrow('Not learned');
    audit.learn = async () => {};
    later(10 * day);
    await run();
    expect(await completeSince()).toBe(start - 80 * day);
  });

  test('a sweep that is behind keeps the history incomplete: what it has not seen may be usual', async () => {
    const { run, audit, standIn, completeSince, later, backfill } = createAudit({ events: habits(89) });
    standIn.before = (operation, { Key }) => {
      if (operation === 'UpdateItem' && Key?.['pk']?.['S'] === 'HISTORY') throw new RefusedError('Away');
    };
    await expect(run()).rejects.toThrow('Away');
    standIn.before = () => undefined;
    later(day);
    let pages = 0;
    audit.beforePage = () => {
      pages += 1;
      if (pages > 3) audit.remaining = 29_000;
    };
    await run();
    expect(await completeSince()).toBeUndefined();
    audit.remaining = 900_000;
    audit.beforePage = () => {};
    await run();
    expect(await completeSince()).toBe(start - 90 * day);
    expect(backfill().historyCompleteSince).toBe('2025-12-02T09:00:00.000Z');
  });

  test('without a backfill the history begins with the first sweep', async () => {
    const { run, audit, completeSince, values } = createAudit({ backfillDays: 0, events: habits(89) });
    await run();
    const first = start - defaultSettings.sweep.lookbackDays * day;
    expect(await completeSince()).toBe(first);
    expect(Math.min(...audit.asked.map(({ from }) => from))).toBe(first);
    expect(values['BackfillDaysLeft']).toBe(0);
  });

  test('in a Region that is added later nothing is called new before its own past is learned', async () => {
    const elsewhere = { awsRegion: 'us-east-1' };
    const added = start + 30 * day;
    const { run, audit, later, completeSince } = createAudit({
      events: [
        readAt(start - 5 * minute),
        readAt(added - 5 * minute),
        readAt(added - 20 * day, elsewhere),
        readAt(added - 5 * minute, elsewhere),
        readAt(added + minute, elsewhere),
        readAt(added + 16 * minute, elsewhere),
      ],
    });
    await run();
    audit.origins.clear();
    later(30 * day);
    audit.settings = { ...audit.settings, regions: ['us-east-1'] };
    const pastOfNewRegion = () =>
      audit.asked.filter(({ target, from }) => target.region === 'us-east-1' && from < added - 2 * day);
    audit.beforePage = () => {
      if (pastOfNewRegion().length > 3) audit.remaining = 29_000;
    };
    await run();
    expect([...audit.origins]).toEqual([
      [region, new Set([start - 90 * day])],
      ['us-east-1', new Set([undefined])],
    ]);
    expect(await completeSince()).toBe(start - 90 * day);
    audit.origins.clear();
    audit.remaining = 900_000;
    audit.beforePage = () => {};
    later(15 * minute);
    await run();
    expect(audit.origins.get('us-east-1')).toEqual(new Set([undefined]));
    audit.origins.clear();
    later(15 * minute);
    await run();
    expect(audit.origins.get('us-east-1')).toEqual(new Set([added - 90 * day]));
  });

  test('without time nothing begins', async () => {
    const { run, audit, values } = createAudit({ events: habits(89) });
    audit.remaining = 1_000;
    await run();
    expect(audit.asked).toEqual([]);
    expect(values['BackfillDaysLeft']).toBe(90);
  });

  test('what cannot be read is told, and the rest is learned', async () => {
    const broken = readAt(start - 20 * day, { requestParameters: { secretId: 'x'.repeat(100_000) } });
    const { run, backfill, completeSince } = createAudit({ events: [...habits(50), broken] });
    await run();
    expect(backfill().coverage[0]).toMatchObject({ unreadable: 1, daysLeft: 0 });
    expect(await completeSince()).toBe(start - 90 * day);
  });
});
