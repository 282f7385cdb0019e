import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCoverage, type SeenRecord } from '../../../functions/core/completeness/coverage.ts';
import { type Coverage, coverageSchema } from '../../../functions/core/model/coverage.ts';
import { account, otherAccount, region } from '../../support/records.ts';

const hourMs = 3_600_000;
/** A Monday. */
const monday = Date.parse('2026-03-02T00:00:00Z');

type Activity = (hour: number) => number;

/** So many records in each of so many hours, counted from the Monday. */
const hours = (count: number, activity: Activity, place: Partial<SeenRecord> = {}): SeenRecord[] =>
  Array.from({ length: count }, (_, hour) =>
    Array.from({ length: activity(hour) }, (_, index) => ({
      account,
      region,
      time: monday + hour * hourMs + index * 1000,
      ...place,
    })),
  ).flat();

function coverageOf(records: readonly SeenRecord[]): Coverage {
  const coverage = createCoverage();
  for (const record of records) coverage.seen(record);
  return coverageSchema.strict().parse(coverage.report());
}

const gapsOf = (records: readonly SeenRecord[]): string[] =>
  coverageOf(records).places.flatMap(({ gaps }) =>
    gaps.map(({ from, to, kind }) => `${from.slice(5, 13)} ${to.slice(5, 13)} ${kind}`),
  );

const except =
  (from: number, to: number, activity: Activity): Activity =>
  (hour) =>
    hour >= from && hour < to ? 0 : activity(hour);

const steady: Activity = () => 20;
const weekdayOf = (hour: number): number => Math.floor(hour / 24) % 7;
/** Nine to five on working days, and nothing at other times. */
const office: Activity = (hour) => (weekdayOf(hour) < 5 && hour % 24 >= 9 && hour % 24 < 17 ? 40 : 0);

it('counts nothing where there is nothing', () => {
  expect(coverageOf([])).toEqual({ percent: null, places: [] });
});

describe('around the clock', () => {
  it('no gap, no doubt', () => {
    expect(coverageOf(hours(240, steady))).toEqual({
      percent: 100,
      places: [
        {
          account,
          region,
          from: '2026-03-02T00:00:00.000Z',
          to: '2026-03-11T23:00:19.000Z',
          records: 4800,
          hours: 240,
          emptyHours: 0,
          gapsCanBeTold: 'always',
          gaps: [],
        },
      ],
    });
  });

  it.each([
    [50, 58, '03-04T02 03-04T10 between'],
    [50, 51, '03-04T02 03-04T03 between'],
    // A long outage is not a habit.
    [24, 168, '03-03T00 03-09T00 between'],
  ])('hours %i to %i without a record are a gap', (from, to, gap) => {
    const records = hours(240, except(from, to, steady));
    expect(gapsOf(records)).toEqual([gap]);
    expect(coverageOf(records).percent).toBe(Math.floor((10 * 100 * (240 - (to - from))) / 240) / 10);
  });

  it('two gaps are two', () => {
    expect(gapsOf(hours(240, except(50, 52, except(100, 103, steady))))).toHaveLength(2);
  });

  it('one missing hour of many is not rounded away', () => {
    expect(coverageOf(hours(5000, except(50, 51, steady))).percent).toBe(99.9);
  });

  it('less than two days tell by their other hours', () => {
    expect(gapsOf(hours(20, except(5, 8, steady)))).toEqual(['03-02T05 03-02T08 between']);
  });
});

describe('no false claims', () => {
  it.each<[string, Activity]>([
    ['a quiet place', (hour) => (hour % 5 === 0 ? 2 : 0)],
    ['a busy hour a day', (hour) => (hour % 24 === 3 ? 500 : 0)],
    ['nights and weekends of an office', office],
    ['a holiday of an office', except(192, 216, office)],
    ['a bridge day after it', except(96, 120, office)],
    ['an office that opened late once', except(57, 59, office)],
    ['an office that closed early once', except(63, 65, office)],
  ])('%s', (_, activity) => {
    expect(gapsOf(hours(28 * 24, activity))).toEqual([]);
  });

  it('a quiet place says that a gap cannot be told', () => {
    const [place] = coverageOf(hours(240, (hour) => (hour % 5 === 0 ? 2 : 0))).places;
    expect(place).toMatchObject({ gapsCanBeTold: 'never', emptyHours: 188 });
  });

  it('one record of another year makes no gap of the years between, and takes no time', () => {
    const stray = [0, Date.UTC(9999, 11, 31)].map((time) => ({ account, region, time }));
    expect(gapsOf([...hours(240, steady), ...stray])).toEqual([]);
  });
});

it('an outage within the hours of an office is one, also over the night', () => {
  expect(gapsOf(hours(28 * 24, except(9 * 24 + 11, 9 * 24 + 14, office)))).toEqual([
    '03-11T11 03-11T14 between',
  ]);
  expect(gapsOf(hours(28 * 24, except(8 * 24 + 12, 9 * 24 + 12, office)))).toEqual([
    '03-10T12 03-11T12 between',
  ]);
  expect(coverageOf(hours(28 * 24, office)).places[0]?.gapsCanBeTold).toBe('sometimes');
});

describe('a place that ends before the others', () => {
  const other = hours(240, steady, { account: otherAccount });
  it('is told', () => {
    expect(gapsOf([...hours(200, steady), ...other])).toEqual(['03-10T08 03-11T23 end']);
  });
  it('is not, where files were copied while they arrived, nor where it is quiet', () => {
    expect(gapsOf([...hours(238, steady), ...other])).toEqual([]);
    expect(gapsOf([...hours(100, (hour) => (hour % 7 === 0 ? 1 : 0)), ...other])).toEqual([]);
  });
});

it('places are apart: what one account does says nothing of another', () => {
  const { places } = coverageOf([
    ...hours(240, except(50, 58, steady)),
    ...hours(240, steady, { region: 'eu-central-1' }),
    ...hours(240, steady, { account: otherAccount }),
  ]);
  expect(places.map((place) => [place.account, place.region, place.gaps.length])).toEqual([
    [account, 'eu-central-1', 0],
    [account, region, 1],
    [otherAccount, region, 0],
  ]);
});

it('the order of records does not matter, and gaps hold no record', () => {
  const records = fc.array(
    fc.record({
      account: fc.constantFrom(account, otherAccount),
      region: fc.constantFrom(region, 'eu-central-1'),
      time: fc.integer({ min: monday, max: monday + 300 * hourMs }),
    }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(records, fc.integer(), (seen, seed) => {
      const busy = [...seen, ...hours(300, except(seed % 200, (seed % 200) + 9, steady))];
      const report = coverageOf(busy);
      expect(coverageOf(busy.toReversed())).toEqual(report);
      for (const place of report.places) {
        for (const gap of place.gaps) {
          const inside = busy.filter(
            (record) =>
              record.account === place.account &&
              record.region === place.region &&
              record.time >= Date.parse(gap.from) &&
              record.time < Date.parse(gap.to),
          );
          expect(inside).toEqual([]);
        }
      }
    }),
    { numRuns: 40, seed: 4 },
  );
});
