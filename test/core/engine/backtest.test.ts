import { describe, expect, it } from '@jest/globals';
import { type BacktestSide, compareJudgements } from '../../../functions/core/engine/backtest.ts';
import { buildIncidents } from '../../../functions/core/engine/incidents.ts';
import { judgeAll } from '../../../functions/core/engine/judge-all.ts';
import type { Suppression } from '../../../functions/core/model/contract-settings.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { defaultSettings } from '../../../functions/core/model/settings.ts';
import { finding } from '../../support/findings.ts';
import { account, at, eventsOf, onDaysBefore, readsOf, record, region } from '../../support/records.ts';

const suppression = (
  id: string,
  match: Suppression['match'],
  until = '2026-12-31T00:00:00Z',
): Suppression => ({
  id,
  match,
  owner: 'platform@example.com',
  reason: 'noise',
  until,
});

const side = (findings: readonly Finding[], ...suppressions: Suppression[]): BacktestSide => ({
  findings,
  incidents: buildIncidents(findings),
  settings: { suppressions, networks: {} },
});

const named = (id: string, overrides: Partial<Finding> = {}): Finding =>
  finding({
    id,
    evidence: [`event of ${id}`],
    count: 1,
    actor: { principal: `arn:aws:iam::${account}:role/${id}`, kind: 'role', account },
    secret: { arn: null, name: `secret/${id}`, account, region },
    ...overrides,
  });

const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

describe('the difference between two judgements', () => {
  it('is what is gained, lost and changed', () => {
    const kept = named('kept');
    const { findings, incidents, missed } = compareJudgements(
      side([kept, named('lost'), named('milder'), named('smaller')]),
      side([kept, named('gained'), named('milder', { severity: 'low' }), named('smaller', { count: 5 })]),
      'high',
    );
    expect(ids(findings.gained)).toEqual(['gained']);
    expect(ids(findings.lost)).toEqual(['lost']);
    expect(findings.changed.map(({ before, after }) => [before.id, before.severity, after.severity])).toEqual(
      [
        ['milder', 'high', 'low'],
        ['smaller', 'high', 'high'],
      ],
    );
    expect(incidents.gained.map((each) => each.findings)).toEqual([['gained']]);
    expect(incidents.lost.map((each) => each.findings)).toEqual([['lost']]);
    expect(incidents.changed.map(({ after }) => after.findings)).toEqual([['milder']]);
    expect(ids(missed)).toEqual(['lost', 'milder']);
  });

  it('knows an incident that lost its first finding, and so its id', () => {
    const actor = { principal: `arn:aws:iam::${account}:role/one`, kind: 'role', account };
    const first = named('first', { actor });
    const second = named('second', { actor, firstSeen: '2026-03-02T10:00:00.000Z', lastSeen: null });
    const { incidents } = compareJudgements(side([first, second]), side([second]), 'high');
    expect(incidents).toMatchObject({ gained: [], lost: [] });
    expect(incidents.changed.map(({ before, after }) => [before.findings, after.findings])).toEqual([
      [['first', 'second'], ['second']],
    ]);
  });

  it('is nothing between the same', () => {
    const both = side([named('a'), named('b')]);
    expect(compareJudgements(both, both, 'info')).toMatchObject({
      findings: { gained: [], lost: [], changed: [] },
      incidents: { gained: [], lost: [], changed: [] },
      hidden: [],
      hidesSomething: false,
      missed: [],
    });
  });
});

describe('what suppressions hide', () => {
  const noise = Array.from({ length: 46 }, (_, n) => named(`ci-${n}`, { severity: 'low' }));
  const attack = named('ci-attack');
  const all = [...noise, attack];

  it('names the one attack', () => {
    const { hidden, hidesSomething } = compareJudgements(
      side(all),
      side(all, suppression('ci-noise', { principal: 'ci-*' }), suppression('one', { principal: 'ci-1' })),
      'high',
    );
    expect(hidden.map(({ findings, grave }) => [findings.length, ids(grave)])).toEqual([
      [47, ['ci-attack']],
      [1, []],
    ]);
    expect(hidesSomething).toBe(true);
  });

  it('is nothing after their end', () => {
    const ended = suppression('ended', { principal: 'ci-*' }, '2026-03-01T00:00:00Z');
    expect(compareJudgements(side(all), side(all, ended), 'high').hidesSomething).toBe(false);
  });

  it('does not count again what the old settings hold back', () => {
    const old = suppression('old', { principal: '*attack' });
    const { hidden, hidesSomething } = compareJudgements(
      side(all, old),
      side(all, suppression('ci-noise', { principal: 'ci-*' })),
      'high',
    );
    expect(hidden.map(({ grave, already, incidents }) => [ids(grave), ids(already), incidents])).toEqual([
      [[], ['ci-attack'], []],
    ]);
    expect(hidesSomething).toBe(false);
  });

  describe('of a story whose parts are weak', () => {
    const actor = { principal: `arn:aws:iam::${account}:role/one`, kind: 'role', account };
    const weak = (id: string, detector: string) => named(id, { severity: 'low', detector, actor });
    const story = [weak('a', 'weak-sign'), weak('b', 'other-sign'), weak('c', 'third-sign')];
    const other = named('other', { severity: 'low' });
    const byDetector = (detector: string) => suppression(detector, { detector });

    it('is its incident, where not enough is left to reach the threshold', () => {
      const { hidden, hidesSomething } = compareJudgements(
        side([...story, other]),
        side([...story, other], byDetector('weak-sign')),
        'medium',
      );
      expect(hidden.map(({ grave, incidents }) => [grave, incidents.map((each) => each.findings)])).toEqual([
        [[], [['a', 'b', 'c']]],
      ]);
      expect(hidesSomething).toBe(true);
    });

    it('not where enough is left', () => {
      const more = [...story, weak('d', 'fourth-sign')];
      expect(
        compareJudgements(side(more), side(more, byDetector('weak-sign')), 'medium').hidesSomething,
      ).toBe(false);
    });

    it('also where only all suppressions together hide it', () => {
      const more = [...story, weak('d', 'fourth-sign')];
      const { hidden } = compareJudgements(
        side(more),
        side(more, byDetector('weak-sign'), byDetector('fourth-sign')),
        'medium',
      );
      expect(hidden.map(({ suppression: by, incidents }) => [by?.id, incidents.length])).toEqual([
        ['weak-sign', 0],
        ['fourth-sign', 0],
        [undefined, 1],
      ]);
    });
  });
});

describe('events that are all there at once', () => {
  it('are judged with what was usual before each day', async () => {
    const habit = onDaysBefore(40);
    const reads = readsOf(25, 1);
    const { findings, incidents } = await judgeAll(eventsOf([...reads, ...habit].reverse()), defaultSettings);
    expect(findings.map(({ detector, firstSeen }) => [detector, firstSeen])).toContainEqual([
      'mass-retrieval',
      '2026-03-02T09:00:00.000Z',
    ]);
    expect(new Set(findings.map(({ incident }) => incident))).toEqual(new Set(ids(incidents)));
  });

  it('give the same in any order, and none where there is nothing', async () => {
    const story = eventsOf([
      ...readsOf(25, 1),
      record({ eventTime: at(90_000), eventName: 'DeleteSecret', requestParameters: { secretId: 'app/1' } }),
    ]);
    const judged = await judgeAll(story, defaultSettings);
    expect(judged.findings.length).toBeGreaterThan(1);
    const shuffled = await judgeAll([...story.toReversed(), ...story], defaultSettings);
    expect(shuffled.incidents).toEqual(judged.incidents);
    expect(await judgeAll([], defaultSettings)).toEqual({ findings: [], incidents: [] });
  });
});
