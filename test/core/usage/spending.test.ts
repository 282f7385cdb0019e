import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forecast } from '../../../functions/core/usage/forecast.ts';
import {
  median,
  spendingByHour,
  spendingOf,
  spentBetween,
  usualForHour,
} from '../../../functions/core/usage/spending.ts';
import type { UsageSample } from '../../../functions/core/usage/usage-state.ts';
import { answered, dayMs, hourly, hourMs, invoiced, now, prepaid } from './samples.ts';

const spent = (samples: readonly UsageSample[]) => {
  const spending = spendingOf(samples);
  return spending ? spending.pieces.reduce((sum, { amount }) => sum + amount, 0) : undefined;
};

describe('what was spent', () => {
  it('prepaid: by what fell, and a top-up is none', () => {
    const samples = [100, 97.5, 197.5, 190, 190].map((amount, index) =>
      prepaid(now + index * hourMs, amount),
    );
    expect(spent(samples)).toBe(10);
  });

  it('invoiced: by what rose, and a reset begins anew with the month', () => {
    const december = Date.parse('2026-12-01T00:00:00Z');
    const samples = [
      invoiced(december - 2 * hourMs, 300),
      invoiced(december - hourMs, 310),
      invoiced(december + hourMs, 4),
      invoiced(december + 2 * hourMs, 9),
    ];
    const spending = spendingOf(samples);
    expect(spending?.pieces.map(({ amount }) => amount)).toEqual([10, 4, 5]);
    // How much of the last hour of November was spent after its last probe is not known.
    expect(spending?.pieces[1]?.from).toBe(december);
    expect(spendingByHour(spending ?? { currency: '', kind: 'spent', pieces: [] })).toContainEqual({
      hour: december,
      amount: 4,
      known: 1,
    });
  });

  it('invoiced: a fall within a month is a correction and no spending', () => {
    expect(spent([invoiced(now, 30), invoiced(now + hourMs, 20), invoiced(now + 2 * hourMs, 22)])).toBe(2);
  });

  it('spreads a gap evenly over its hours', () => {
    const spending = spendingOf([prepaid(now + hourMs / 2, 100), prepaid(now + 2.5 * hourMs, 80)]);
    expect(spending && spendingByHour(spending)).toEqual([
      { hour: now, amount: 5, known: 0.5 },
      { hour: now + hourMs, amount: 10, known: 1 },
      { hour: now + 2 * hourMs, amount: 5, known: 0.5 },
    ]);
    expect(spending && spentBetween(spending, now, now + 4 * hourMs)).toEqual({ amount: 20, known: 0.5 });
    expect(spending && spentBetween(spending, now, now)).toEqual({ amount: 0, known: 0 });
  });

  it('leaves out other currencies, kinds, and probes without a balance', () => {
    expect(spendingOf([answered(now, 'retry')])).toBeUndefined();
    const euros = prepaid(now, 500);
    const samples: UsageSample[] = [
      { ...euros, balance: { amount: 500, currency: 'EUR', kind: 'prepaid' } },
      invoiced(now + hourMs, 90),
      prepaid(now + 2 * hourMs, 80),
      answered(now + 3 * hourMs, 'retry'),
      prepaid(now + 4 * hourMs, 78),
    ];
    expect(spent(samples)).toBe(2);
  });

  it('top-ups never count, however many and however large', () => {
    const step = fc.record({ cost: fc.nat(1000), topUp: fc.constantFrom(0, 0, 0, 50_000) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), (steps) => {
        let amount = 100_000;
        let at = now;
        const samples = [prepaid(at, amount)];
        for (const { cost, topUp } of steps) {
          // Each is probed apart: one that hides in the other is the blind spot that the page names.
          for (const change of [-cost, topUp]) {
            amount += change;
            at += hourMs / 4;
            samples.push(prepaid(at, amount));
          }
        }
        const spending = spendingOf(samples);
        const total = steps.reduce((sum, { cost }) => sum + cost, 0);
        expect(spent(samples)).toBeCloseTo(total, 6);
        const byHour = spending ? spendingByHour(spending) : [];
        expect(byHour.reduce((sum, each) => sum + each.amount, 0)).toBeCloseTo(total, 3);
        for (const { amount: each, known } of byHour) {
          expect(each).toBeGreaterThanOrEqual(0);
          expect(known).toBeLessThanOrEqual(1.000001);
        }
      }),
    );
  });
});

describe('what is usual for an hour of the week', () => {
  const hour = now - hourMs;
  const weekly = (weeks: number, amounts: (week: number) => number) =>
    Array.from({ length: weeks }, (_, index) => ({
      hour: hour - (index + 1) * 7 * dayMs,
      amount: amounts(index),
      known: 1,
    }));

  it('is the median of the same hour in earlier weeks', () => {
    const hours = [...weekly(5, (week) => [3, 4, 400, 5, 4][week] ?? 0), { hour: now, amount: 99, known: 1 }];
    expect(usualForHour(hours, hour)).toEqual({ amount: 4, deviation: 1.4826, weeks: 5 });
  });

  it('is not known of fewer than three weeks that are mostly known', () => {
    expect(
      usualForHour(
        weekly(2, () => 4),
        hour,
      ),
    ).toBeUndefined();
    const thin = weekly(4, () => 4).map((each, index) => ({ ...each, known: index < 2 ? 0.5 : 1 }));
    expect(usualForHour(thin, hour)).toBeUndefined();
  });
});

describe('the forecast', () => {
  it('is the balance by the median of the last days', () => {
    const ahead = forecast(
      hourly(10, (hour) => (hour > now - 2 * dayMs && hour < now - dayMs ? 50 : 0.5), 2000),
    );
    expect(ahead).toMatchObject({ currency: 'GBP', aDay: 12, daysSeen: 7 });
    expect(ahead?.daysLeft).toBeCloseTo((ahead?.balance ?? 0) / 12, 6);
  });

  it('is never where nothing is spent', () => {
    expect(forecast(hourly(4, () => 0))?.daysLeft).toBe(Number.POSITIVE_INFINITY);
  });

  it('is not known of less than two days, of an invoice, of nothing', () => {
    expect(forecast(hourly(1, () => 1))).toBeUndefined();
    expect(forecast([invoiced(now - 3 * dayMs, 1), invoiced(now, 50)])).toBeUndefined();
    expect(forecast([])).toBeUndefined();
  });

  it('is now where the balance is used up', () => {
    expect(forecast(hourly(3, () => 1, 10))?.daysLeft).toBe(0);
    expect(forecast(hourly(3, () => 0, 0))?.daysLeft).toBe(0);
  });
});

it('the median of an even number is the mean of the middle two', () => {
  expect([median([]), median([5]), median([4, 1]), median([9, 1, 2])]).toEqual([0, 5, 2.5, 2]);
});
