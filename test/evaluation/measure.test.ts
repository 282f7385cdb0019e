import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Judged, outcomeOf, summarise } from '../../evaluation/measure.ts';
import type { IncidentStep, LabelledAttack, MeasuredIncident } from '../../evaluation/measured.ts';
import { targetsOf } from '../../evaluation/targets.ts';
import type { Severity } from '../../functions/core/model/severity.ts';

const startsAt = Date.parse('2026-01-05T00:00:00Z');
const dayMs = 86_400_000;
const onDay = (day: number, seconds = 0): number => startsAt + day * dayMs + seconds * 1000;

const attack = (
  id: string,
  eventIds: readonly string[],
  more: Partial<LabelledAttack> = {},
): LabelledAttack => ({
  id,
  kind: 'mass-retrieval',
  grade: 'easy',
  story: '',
  startedAt: onDay(30),
  eventIds,
  ...more,
});

const incident = (
  severity: Severity,
  eventIds: readonly string[],
  more: Partial<MeasuredIncident> = {},
): MeasuredIncident => ({
  title: 'something',
  severity,
  firstSeen: onDay(30),
  detectors: ['a-detector'],
  actors: ['someone'],
  eventIds,
  steps: [{ at: onDay(30, 60), severity, eventIds }],
  ...more,
});

const outcome = (judged: Partial<Judged>) =>
  outcomeOf({ organisation: 'o', attacks: [], incidents: [], startsAt, days: 91, quietDays: 21, ...judged });

const found = (judged: Partial<Judged>) =>
  outcome(judged).attacks.map(({ detection }) => detection.medium !== null);

describe('an attack', () => {
  it('is found by an incident from medium that holds one of its events', () => {
    const attacks = [attack('1', ['a', 'b'])];
    expect(found({ attacks, incidents: [incident('medium', ['b', 'x'])] })).toEqual([true]);
    expect(found({ attacks, incidents: [incident('critical', ['a'])] })).toEqual([true]);
    expect(found({ attacks, incidents: [incident('high', ['x'])] })).toEqual([false]);
    expect(found({ attacks })).toEqual([false]);
  });

  it('is only noticed by an incident below medium', () => {
    const [result] = outcome({ attacks: [attack('1', ['a'])], incidents: [incident('low', ['a'])] }).attacks;
    expect(result?.detection.medium).toBeNull();
    expect(result?.detection.info).not.toBeNull();
  });

  it('may be one of several that one incident finds', () => {
    const attacks = [attack('1', ['a']), attack('2', ['b'])];
    expect(found({ attacks, incidents: [incident('high', ['a', 'b'])] })).toEqual([true, true]);
  });

  const seconds = (steps: readonly IncidentStep[], severity: Severity = 'high') =>
    outcome({
      attacks: [attack('1', ['a', 'b', 'c'])],
      incidents: [
        incident(
          severity,
          steps.flatMap((step) => step.eventIds),
          { steps },
        ),
      ],
    }).attacks[0]?.detection.medium?.seconds;

  it('is found when the incident first has both the severity and one of its events', () => {
    expect(
      seconds([
        { at: onDay(30, 10), severity: 'low', eventIds: ['a'] },
        { at: onDay(30, 40), severity: 'medium', eventIds: ['b'] },
        { at: onDay(30, 90), severity: 'high', eventIds: ['c'] },
      ]),
    ).toBe(40);
    expect(
      seconds([
        { at: onDay(29), severity: 'high', eventIds: ['peaceful'] },
        { at: onDay(30, 25), severity: 'high', eventIds: ['a'] },
      ]),
    ).toBe(25);
  });

  it('is never found before it began', () => {
    expect(seconds([{ at: onDay(29), severity: 'high', eventIds: ['a'] }])).toBe(0);
  });

  it('is found by the first of its incidents, not by the gravest', () => {
    const late = incident('critical', ['b'], {
      title: 'late',
      steps: [{ at: onDay(31), severity: 'critical', eventIds: ['b'] }],
    });
    const early = incident('medium', ['a'], { title: 'early' });
    const [result] = outcome({ attacks: [attack('1', ['a', 'b'])], incidents: [late, early] }).attacks;
    expect(result?.detection.medium).toMatchObject({ title: 'early', seconds: 60 });
  });

  it('that drowns in peaceful evidence shows it by its share', () => {
    const peaceful = Array.from({ length: 9 }, (_, index) => `p${index}`);
    const attacks = [attack('1', ['a'])];
    const summary = summarise(
      [outcome({ attacks, incidents: [incident('high', ['a', ...peaceful])] })],
      'medium',
    );
    expect(summary.overall.recall).toBe(1);
    expect(summary.medianShare).toBeCloseTo(0.1);
  });
});

describe('a false incident', () => {
  const rate = (incidents: readonly MeasuredIncident[], attacks: readonly LabelledAttack[] = []) =>
    summarise([outcome({ attacks, incidents })], 'medium').falseIncidents;

  it('has no event of any attack', () => {
    expect(rate([incident('medium', ['x'])]).count).toBe(1);
    expect(rate([incident('medium', ['x', 'a'])], [attack('1', ['a'])]).count).toBe(0);
  });

  it('counts from the severity asked for', () => {
    const outcomes = [outcome({ incidents: [incident('low', ['x']), incident('medium', ['y'])] })];
    expect(summarise(outcomes, 'medium').falseIncidents.count).toBe(1);
    expect(summarise(outcomes, 'info').falseIncidents.count).toBe(2);
  });

  it('of the quiet period is told apart', () => {
    const quiet = incident('high', ['x'], { firstSeen: onDay(21) - 1 });
    const after = incident('high', ['y'], { firstSeen: onDay(21) });
    const undated = incident('high', ['z'], { firstSeen: null });
    expect(rate([quiet, after, undated])).toMatchObject({ count: 2, inQuietPeriod: 1 });
  });

  it('is counted a week and organisation, without the quiet period', () => {
    // 91 - 21 days are 10 weeks, twice.
    const noisy = outcome({ incidents: [1, 2, 3, 4, 5].map((n) => incident('high', [`${n}`])) });
    const summary = summarise([noisy, outcome({})], 'medium').falseIncidents;
    expect(summary).toMatchObject({ count: 5, weeks: 20, perWeek: 0.25, worst: 5 });
    expect(summary.interval.low).toBeCloseTo(1.623 / 20, 3);
    expect(summary.interval.high).toBeCloseTo(11.668 / 20, 3);
  });
});

describe('a summary', () => {
  it('keeps kinds and grades apart', () => {
    const attacks = [
      attack('1', ['a'], { grade: 'easy' }),
      attack('2', ['b'], { grade: 'hard' }),
      attack('3', ['c'], { kind: 'tampering', grade: 'hard' }),
    ];
    const summary = summarise([outcome({ attacks, incidents: [incident('high', ['a', 'c'])] })], 'medium');
    expect(summary.kinds.map(({ kind, found: hits, count }) => [kind, hits, count])).toEqual([
      ['mass-retrieval', 1, 2],
      ['tampering', 1, 1],
    ]);
    expect(summary.grades.get('hard')).toMatchObject({ found: 1, count: 2 });
    expect(summary.kinds[0]?.grades.get('easy')).toMatchObject({ found: 1, count: 1 });
  });

  it('counts the unfindable in every figure and also apart', () => {
    const attacks = [attack('1', ['a']), attack('2', ['b'], { unfindable: 'it looks like work' })];
    const summary = summarise([outcome({ attacks, incidents: [incident('high', ['a'])] })], 'medium');
    expect(summary.overall).toMatchObject({ found: 1, count: 2 });
    expect(summary.unfindable).toMatchObject({ found: 0, count: 1 });
  });

  const severity = fc.constantFrom<Severity>('info', 'low', 'medium', 'high', 'critical');
  const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1, maxLength: 4 });
  const incidents = fc.array(
    fc.tuple(severity, ids).map(([grade, events]) => incident(grade, events)),
    { maxLength: 8 },
  );
  const attacks = fc
    .array(ids, { minLength: 1, maxLength: 5 })
    .map((all) => all.map((events, n) => attack(`${n}`, events)));

  it('never has a lower recall or fewer false incidents when milder incidents count too', () => {
    fc.assert(
      fc.property(attacks, incidents, (all, raised) => {
        const outcomes = [outcome({ attacks: all, incidents: raised })];
        const [medium, any] = [summarise(outcomes, 'medium'), summarise(outcomes, 'info')];
        expect(any.overall.found).toBeGreaterThanOrEqual(medium.overall.found);
        expect(any.falseIncidents.count).toBeGreaterThanOrEqual(medium.falseIncidents.count);
        expect(any.overall.count).toBe(all.length);
      }),
      { seed: 4 },
    );
  });

  it('does not depend on the order of incidents', () => {
    fc.assert(
      fc.property(attacks, incidents, (all, raised) => {
        const forwards = summarise([outcome({ attacks: all, incidents: raised })], 'medium');
        const backwards = summarise([outcome({ attacks: all, incidents: raised.toReversed() })], 'medium');
        expect(backwards.overall).toEqual(forwards.overall);
        expect(backwards.falseIncidents).toEqual(forwards.falseIncidents);
        expect(backwards.medianSeconds).toBe(forwards.medianSeconds);
      }),
      { seed: 4 },
    );
  });

  it('calls an incident false or lets it find something, and never both', () => {
    fc.assert(
      fc.property(attacks, incidents, (all, raised) => {
        const labelled = new Set(all.flatMap(({ eventIds }) => eventIds));
        const finding = raised.filter(({ eventIds }) => eventIds.some((id) => labelled.has(id)));
        expect(outcome({ attacks: all, incidents: raised }).falseIncidents).toHaveLength(
          raised.length - finding.length,
        );
      }),
      { seed: 4 },
    );
  });
});

describe('the targets', () => {
  const attacks = Array.from({ length: 20 }, (_, index) => attack(`${index}`, [`a${index}`]));
  const finding = (count: number, falseOnes = 0) =>
    outcome({
      attacks,
      incidents: [
        ...attacks.slice(0, count).map(({ eventIds }) => incident('medium', eventIds)),
        ...Array.from({ length: falseOnes }, (_, index) => incident('medium', [`p${index}`])),
      ],
    });
  const against = (ours: ReturnType<typeof finding>, theirs: ReturnType<typeof finding>) =>
    targetsOf(summarise([ours], 'medium'), [
      { vendor: 'Peer', summaries: [summarise([theirs], 'medium'), summarise([theirs], 'info')] },
    ])
      .filter(({ holds }) => !holds)
      .map(({ name }) => name);

  it('hold at their edges', () => {
    expect(against(finding(19, 5), finding(15, 5))).toEqual([]);
  });

  it('fail beyond them', () => {
    expect(against(finding(18), finding(10))).toEqual(['Recall over all attacks']);
    expect(against(finding(19), finding(16))).toEqual(['Recall above the best peer']);
    expect(against(finding(19, 6), finding(10, 6))).toEqual(['False incidents a week and organisation']);
    expect(against(finding(19, 2), finding(10, 1))).toEqual(['No more false incidents than it']);
  });

  it('name the kind found least', () => {
    const two = outcome({
      attacks: [...attacks, attack('t', ['t'], { kind: 'tampering' })],
      incidents: attacks.map(({ eventIds }) => incident('high', eventIds)),
    });
    const target = targetsOf(summarise([two], 'medium'), [])[1];
    expect(target).toMatchObject({ holds: false, measured: '0.000 (tampering)' });
  });
});
