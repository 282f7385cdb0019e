import { hourMs, median, type Spending, spendingOf, spentBetween } from './spending.ts';
import type { UsageSample } from './usage-state.ts';

const dayMs = 24 * hourMs;

/** The rate is that of so many last days: a whole week, so that a weekend counts as what it is. */
const daysLooked = 7;
const daysNeeded = 2;

/** When a prepaid balance is used up, at the rate of the last days. */
export interface Forecast {
  readonly balance: number;
  readonly currency: string;
  /** Median of what was spent a day. */
  readonly aDay: number;
  readonly daysSeen: number;
  /** `Infinity` where nothing is usually spent. */
  readonly daysLeft: number;
}

/**
 * @param samples in order of time
 * @returns `undefined` where the account is not prepaid, no balance is known, or fewer than two days of it
 */
export function forecast(samples: readonly UsageSample[]): Forecast | undefined {
  const newest = samples.findLast(({ balance }) => balance !== null);
  const spending = spendingOf(samples);
  if (!newest?.balance || spending?.kind !== 'prepaid') return undefined;
  const days = dailySpend(spending, newest.at);
  if (days.length < daysNeeded) return undefined;
  const aDay = median(days);
  const balance = newest.balance.amount;
  return {
    balance,
    currency: spending.currency,
    aDay,
    daysSeen: days.length,
    daysLeft: aDay > 0 ? Math.max(0, balance) / aDay : balance > 0 ? Number.POSITIVE_INFINITY : 0,
  };
}

/** Of the last days, each of 24 hours up to `until`, those of which most is known; scaled to the whole day. */
const dailySpend = (spending: Spending, until: number): number[] =>
  Array.from({ length: daysLooked }, (_, index) => until - index * dayMs)
    .map((end) => spentBetween(spending, end - dayMs, end))
    .filter(({ known }) => known >= 0.5)
    .map(({ amount, known }) => amount / Math.min(1, known));
