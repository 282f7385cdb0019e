import { describe, expect, test } from '@jest/globals';
import { absorb } from '../../../functions/core/announcing/absorb.ts';
import { createMemoryIncidentStore } from '../../../functions/core/announcing/memory-incident-store.ts';
import { changeOf } from '../../../functions/core/announcing/news.ts';
import { signOf } from '../../../functions/core/announcing/sign.ts';
import { handle } from '../../../functions/core/incidents/handling.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import type { Severity } from '../../../functions/core/model/severity.ts';
import type { StoredFinding, StoredIncident } from '../../../functions/core/ports.ts';
import { finding } from '../../support/findings.ts';
import { account } from '../../support/records.ts';

const now = Date.parse('2026-03-02T12:00:00Z');
const hour = (hours: number): string =>
  new Date(Date.parse('2026-03-02T00:00:00Z') + hours * 3_600_000).toISOString();
const user = (name: string) => ({ principal: `arn:aws:iam::${account}:user/${name}`, kind: 'user', account });

/** At one moment, of one call. */
const at = (id: string, hours: number, overrides: Partial<Finding> = {}): Finding =>
  finding({
    id,
    firstSeen: hour(hours),
    lastSeen: hour(hours),
    count: 1,
    evidence: [`event of ${id}`],
    title: `${id} by user/intruder`,
    ...overrides,
  });

/** What is heard of it: `inc… new high`. */
function open({ minimumSeverity = 'medium' as Severity } = {}) {
  const store = createMemoryIncidentStore();
  let time = now;
  let told: StoredIncident[] = [];
  const deliver = async (...changes: (Finding | Partial<StoredFinding>)[]): Promise<string[]> => {
    const signs = changes.map((change) => {
      const stored = 'id' in change ? { finding: change } : change;
      const {
        finding: of = finding(),
        announce = isAnnounced(of),
        ...rest
      } = stored as Partial<StoredFinding>;
      return signOf({ finding: of, announce, ...rest });
    });
    const before = new Map<string, StoredIncident | undefined>();
    const { incidents } = await store.absorb(signs, (nearby) => {
      for (const each of nearby.incidents) before.set(each.record.incident.id, each);
      return absorb(signs, nearby, { minimumSeverity, now: time });
    });
    told = [...incidents];
    return incidents
      .map((each) => [changeOf(before.get(each.record.incident.id), each), each] as const)
      .map(
        ([change, { record }]) =>
          `${change} ${record.incident.severity} r${record.revision} ${record.status}`,
      );
  };
  const isAnnounced = ({ severity, suppressed }: Finding) =>
    suppressed === null && severity !== 'low' && severity !== 'info';
  const all = () => store.list({ status: 'any' });
  const only = async (): Promise<StoredIncident> => {
    const [first, ...others] = await all();
    if (!first || others.length > 0) throw new Error(`${others.length + 1} incidents`);
    return first;
  };
  return {
    store,
    deliver,
    all,
    only,
    told: () => told,
    say: async (word: 'acknowledge' | 'snooze' | 'resolve' | 'reopen', until?: number) => {
      const { record } = await only();
      await store.update(record.incident.id, (stored) => {
        const handled = handle(
          stored,
          { word, by: 'anika', reason: 'because', ...(until && { until }) },
          time,
        );
        if (!('stored' in handled)) throw new Error(handled.because);
        return handled.stored;
      });
    },
    later: (ms: number) => {
      time += ms;
    },
  };
}

const check = (
  revision: number,
  count: number,
  { stage = 'due', ...overrides }: Partial<Finding> & { stage?: string } = {},
): Partial<StoredFinding> => ({
  finding: finding({
    id: 'c'.repeat(32),
    detector: 'rotation-due',
    severity: 'low',
    actor: null,
    incident: 'rotation-0011223344556677',
    title: `Rotation of sms/clockwork is ${stage}`,
    revision,
    count: 1,
    evidence: [],
    ...overrides,
  }),
  announce: true,
  told: { count, at: now + count, stage },
});

describe('findings become incidents', () => {
  test('of one identity one, of another another; the same again changes nothing', async () => {
    const { deliver, all } = open();
    const first = at('first', 1);
    expect(await deliver(first)).toEqual(['new high r1 open']);
    expect(await deliver(first)).toEqual([]);
    expect(await deliver(at('second', 2), at('other', 2, { actor: user('b'), secret: null }))).toEqual([
      'silent high r2 open',
      'new high r1 open',
    ]);
    expect((await all()).map(({ record }) => record.incident.findings)).toEqual([
      ['other'],
      ['first', 'second'],
    ]);
  });

  test('a late finding that is earlier renames nothing', async () => {
    const { deliver, only } = open();
    await deliver(at('second', 2));
    const { record } = await only();
    await deliver(at('first', 1));
    expect((await only()).record).toMatchObject({
      revision: 2,
      incident: { id: record.incident.id, firstSeen: hour(1), findings: ['first', 'second'] },
    });
  });

  test('of two that become one, that of which somebody heard stays, with all that was said of the other', async () => {
    const { deliver, all, store } = open();
    const secret = null;
    await deliver(at('early', 1, { severity: 'low', secret }));
    await deliver(at('late', 40, { secret }));
    const [late, early] = await all();
    if (!late || !early) throw new Error('not two');
    await store.update(early.record.incident.id, (stored) => {
      const handled = handle(stored, { word: 'acknowledge', by: 'anika' }, now);
      return 'stored' in handled ? handled.stored : undefined;
    });
    expect(await deliver(at('between', 20, { severity: 'low', secret }))).toEqual([
      'silent high r2 open',
      'silent low r3 merged',
    ]);
    expect((await store.read(late.record.incident.id))?.record).toMatchObject({
      incident: { findings: ['early', 'between', 'late'] },
      acknowledged: { by: 'anika' },
      history: [{ word: 'acknowledge' }, { word: 'merged', by: 'secrets-audit' }],
    });
    expect((await store.read(early.record.incident.id))?.record.mergedInto).toBe(late.record.incident.id);
    // What belonged to the one is a part of the other from now on.
    await deliver(at('early', 1, { severity: 'low', secret, revision: 2, count: 7 }));
    expect((await all()).map(({ record }) => record.status)).toEqual(['open', 'merged']);
  });

  test('of two of which nobody heard the earlier stays', async () => {
    const { deliver, all } = open();
    const low = { severity: 'low', secret: null } as const;
    await deliver(at('early', 1, low));
    await deliver(at('late', 40, low));
    await deliver(at('between', 20, low));
    const [late, early] = await all();
    expect(late?.record).toMatchObject({ status: 'merged', mergedInto: early?.record.incident.id });
    expect(early?.record.incident.findings).toEqual(['early', 'between', 'late']);
  });

  test('that were one stay one when what joined them is withdrawn', async () => {
    const { deliver, only } = open();
    const secret = null;
    await deliver(at('early', 1, { secret }), at('between', 20, { secret }), at('late', 40, { secret }));
    await deliver(at('between', 20, { secret, revision: 2, status: 'withdrawn' }));
    expect((await only()).record.incident.findings).toEqual(['early', 'late']);
  });

  test('what was withdrawn before anybody knew of it is no incident', async () => {
    const { deliver, all } = open();
    expect(await deliver(at('gone', 1, { status: 'withdrawn', revision: 2 }))).toEqual([]);
    expect(await all()).toEqual([]);
    expect(await deliver(at('gone', 1, { revision: 3 }))).toEqual(['new high r1 open']);
  });

  test('many identities at once are lowered, and not sent one by one', async () => {
    const { deliver, all } = open();
    const burst = (name: string) =>
      at(name, 9, { detector: 'read-burst', severity: 'medium', actor: user(name), secret: null });
    await deliver(burst('a'), burst('b'), burst('c'), burst('d'));
    expect((await all()).map(({ record, told }) => [record.incident.severity, told.count])).toEqual(
      Array.from({ length: 4 }, () => ['low', 0]),
    );
  });
});

describe('somebody hears of an incident', () => {
  test('once, and again only when it is graver or at a later stage', async () => {
    const { deliver } = open();
    expect(await deliver(at('a', 1, { severity: 'low' }))).toEqual(['silent low r1 open']);
    expect(await deliver(at('b', 1, { severity: 'medium', detector: 'rare-network' }))).toEqual([
      'new medium r2 open',
    ]);
    expect(await deliver(at('b', 1, { severity: 'medium', revision: 2, count: 90 }))).toEqual([
      'silent medium r3 open',
    ]);
    expect(await deliver(at('c', 2))).toEqual(['graver high r4 open']);
    expect(await deliver(at('d', 2, { detector: 'slow-retrieval' }))).toEqual(['silent high r5 open']);
    expect(await deliver(at('e', 3, { detector: 'destructive-change' }))).toEqual(['more high r6 open']);
    expect(await deliver(at('f', 4, { detector: 'destructive-change' }))).toEqual(['silent high r7 open']);
    // Having become milder and grave again is nothing new.
    expect(await deliver(at('c', 2, { revision: 2, severity: 'medium' }))).toEqual(['silent high r8 open']);
  });

  test('when milder findings are grave together', async () => {
    const { deliver, told } = open();
    await deliver(at('a', 1, { severity: 'low', detector: 'first-seen-reader' }));
    await deliver(at('b', 2, { severity: 'low', detector: 'unfamiliar-tool' }));
    expect(await deliver(at('c', 3, { severity: 'low', detector: 'secret-spread' }))).toEqual([
      'new medium r3 open',
    ]);
    expect(told()[0]).toMatchObject({ announce: true, audible: 'medium' });
  });

  test('and not when some of these are suppressed or only observed', async () => {
    const { deliver, only } = open();
    await deliver(at('a', 1, { severity: 'low', detector: 'unusual-hour' }));
    const suppressed = { id: 's', owner: 'o', until: hour(900) };
    await deliver(at('b', 2, { severity: 'low', detector: 'unfamiliar-tool', suppressed }));
    await deliver({ finding: at('c', 3, { severity: 'critical' }), announce: false, mode: 'observe' });
    expect(await only()).toMatchObject({
      announce: false,
      audible: 'low',
      told: { count: 0 },
      record: { incident: { severity: 'critical' } },
    });
  });

  test('that it does not hold, and that it holds after all', async () => {
    const { deliver } = open();
    await deliver(at('a', 1), at('b', 1, { severity: 'low' }));
    expect(await deliver(at('a', 1, { status: 'withdrawn', revision: 2 }))).toEqual(['silent low r2 open']);
    expect(await deliver(at('b', 1, { status: 'withdrawn', revision: 2 }))).toEqual([
      'withdrawn low r3 withdrawn',
    ]);
    expect(await deliver(at('b', 1, { status: 'withdrawn', revision: 3, count: 8 }))).toEqual([]);
    expect(await deliver(at('a', 1, { revision: 3 }))).toEqual(['new high r4 open']);
  });

  test('that another identity did so too, once', async () => {
    const { deliver } = open();
    await deliver(at('a', 1));
    expect(await deliver(at('b', 2, { actor: user('b'), severity: 'low' }))).toEqual(['silent high r2 open']);
    expect(await deliver(at('c', 3, { actor: user('b') }))).toEqual(['more high r3 open']);
    expect(await deliver(at('d', 3, { actor: user('b') }))).toEqual(['silent high r4 open']);
  });

  test('nothing of the withdrawal of what was never sent', async () => {
    const { deliver } = open();
    await deliver(at('a', 1, { severity: 'low' }));
    expect(await deliver(at('a', 1, { status: 'withdrawn', revision: 2, severity: 'low' }))).toEqual([
      'silent low r2 withdrawn',
    ]);
  });
});

describe('findings of checks', () => {
  test('are an incident by their story, apart from attacks on the same secret, and are told as their check says', async () => {
    const { deliver, all } = open();
    await deliver(at('theft', 9));
    expect(await deliver(check(1, 1))).toEqual(['new low r1 open']);
    // Graver, but its check tells nobody.
    expect(await deliver(check(2, 1, { lastSeen: hour(13) }))).toEqual(['silent low r2 open']);
    expect(await deliver(check(3, 2))).toEqual(['reminder low r3 open']);
    expect(await deliver(check(4, 3, { stage: 'overdue' }))).toEqual(['more low r4 open']);
    const moving = { id: 'd'.repeat(32), detector: 'rotation-moving', title: 'sms/clockwork was rotated' };
    expect(await deliver(check(5, 3, { status: 'resolved' }), check(1, 4, moving))).toEqual([
      'more low r5 open',
    ]);
    const story = (await all()).find(({ record }) => record.incident.id.startsWith('rotation-'));
    expect(story?.record.incident).toMatchObject({
      id: 'rotation-0011223344556677',
      title: 'sms/clockwork was rotated',
      findings: ['c'.repeat(32), 'd'.repeat(32)],
      stages: [{ stage: 'change', finding: 'd'.repeat(32) }],
    });
    // That one of several things is over disturbs nobody.
    expect(await deliver(check(6, 4, { status: 'resolved', stage: 'resolved' }))).toEqual([]);
    expect(await deliver(check(2, 4, { ...moving, status: 'resolved' }))).toEqual([
      'resolved low r6 resolved',
    ]);
    expect(await deliver(check(7, 4, { status: 'resolved', stage: 'resolved' }))).toEqual([]);
  });

  test('without a story are an incident each', async () => {
    const { deliver, all } = open();
    const id = 'd'.repeat(32);
    await deliver(
      check(1, 1, { incident: null }),
      check(1, 1, { incident: null, id, detector: 'rotation-off' }),
    );
    expect(await all()).toHaveLength(2);
  });
});

describe('what people said', () => {
  test('acknowledged: only what is graver is told, and that it does not hold', async () => {
    const { deliver, say } = open();
    await deliver(at('a', 1));
    await say('acknowledge');
    expect(await deliver(at('b', 2, { detector: 'destructive-change' }))).toEqual(['silent high r3 open']);
    expect(await deliver(at('c', 2, { severity: 'critical' }))).toEqual(['graver critical r4 open']);
  });

  test('acknowledged before anybody was told: only what is graver than then', async () => {
    const { deliver, say } = open({ minimumSeverity: 'high' });
    const medium = { severity: 'medium' } as const;
    await deliver({ finding: at('a', 1, medium), announce: false });
    await say('acknowledge');
    expect(await deliver({ finding: at('b', 2, medium), announce: true })).toEqual(['silent medium r3 open']);
    expect(await deliver(at('c', 2))).toEqual(['new high r4 open']);
  });

  test('snoozed: only a rise to critical is told until then', async () => {
    const { deliver, say, later } = open();
    await deliver(at('a', 1, { severity: 'medium' }));
    await say('snooze', now + 3_600_000);
    expect(await deliver(at('b', 2))).toEqual(['silent high r3 open']);
    expect(await deliver(at('b', 2, { status: 'withdrawn', revision: 2 }))).toEqual([
      'silent medium r4 open',
    ]);
    later(3_600_000);
    expect(await deliver(at('b', 2, { revision: 3 }))).toEqual(['graver high r5 open']);
    await say('snooze', now + 9 * 3_600_000);
    expect(await deliver(at('c', 2, { severity: 'critical' }))).toEqual(['graver critical r7 open']);
  });

  test('resolved: it stays so until it is graver', async () => {
    const { deliver, say, only } = open();
    await deliver(at('a', 1));
    await say('resolve');
    expect(await deliver(at('b', 2, { detector: 'destructive-change' }))).toEqual([
      'silent high r3 resolved',
    ]);
    expect(await deliver(at('c', 2, { severity: 'critical' }))).toEqual(['graver critical r4 open']);
    expect((await only()).record.history.map(({ word, by }) => `${word} ${by}`)).toEqual([
      'resolve anika',
      'reopen secrets-audit',
    ]);
    await say('resolve');
    const gone = ['a', 'b', 'c'].map((id) => at(id, 2, { status: 'withdrawn', revision: 2 }));
    expect(await deliver(...gone)).toEqual(['silent critical r6 withdrawn']);
  });
});
