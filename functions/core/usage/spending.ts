import type { KeyBalance } from '../model/key-probe.ts';
import type { UsageSample } from './usage-state.ts';

export const hourMs = 3_600_000;
const weekMs = 168 * hourMs;

/** What was spent between two probes, taken as spent evenly. */
export interface SpentPiece {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** What an account has spent, as far as its balances tell. */
export interface Spending {
  /** ISO 4217. */
  readonly currency: string;
  readonly kind: KeyBalance['kind'];
  /** In order of time; time that is in none of them is not known. */
  readonly pieces: readonly SpentPiece[];
}

/** One hour of UTC, in milliseconds. */
export interface HourOfSpending {
  readonly hour: number;
  readonly amount: number;
  /** How much of the hour is known, from 0 to 1. */
  readonly known: number;
}

/**
 * What was spent, from balances. Prepaid: what it fell by; a rise is a top-up and no spending. Invoiced: what the month's
 * cost rose by; a fall at a month's begin is a reset. Balances of another currency or kind than the newest are left out.
 *
 * @param samples in order of time
 * @returns `undefined` where no sample has a balance
 */
export function spendingOf(samples: readonly UsageSample[]): Spending | undefined {
  const balances = samples.flatMap(({ at, balance }) => (balance ? [{ at, ...balance }] : []));
  const newest = balances.at(-1);
  if (!newest) return undefined;
  const { currency, kind } = newest;
  const alike = balances.filter((each) => each.currency === currency && each.kind === kind);
  const pieces = alike.flatMap((after, index) => {
    const before = alike[index - 1];
    return before && after.at > before.at
      ? [kind === 'prepaid' ? fallen(before, after) : costRisen(before, after)]
      : [];
  });
  return { currency, kind, pieces };
}

interface BalanceAt {
  readonly at: number;
  readonly amount: number;
}

const fallen = (before: BalanceAt, after: BalanceAt): SpentPiece => ({
  from: before.at,
  to: after.at,
  amount: Math.max(0, rounded(before.amount - after.amount)),
});

function costRisen(before: BalanceAt, after: BalanceAt): SpentPiece {
  const month = new Date(after.at);
  const begin = Date.UTC(month.getUTCFullYear(), month.getUTCMonth());
  // After a reset the whole amount was spent since; how much before it, nobody can say.
  return begin > before.at && after.amount < before.amount
    ? { from: begin, to: after.at, amount: Math.max(0, after.amount) }
    : { from: before.at, to: after.at, amount: Math.max(0, rounded(after.amount - before.amount)) };
}

/** Balances have at most a few decimals; their differences in binary have many. */
const rounded = (amount: number): number => Math.round(amount * 1e6) / 1e6;

/** What was spent from one moment to another, and the share of that time that is known, from 0 to 1. */
export function spentBetween(
  { pieces }: Spending,
  from: number,
  to: number,
): { readonly amount: number; readonly known: number } {
  let amount = 0;
  let known = 0;
  for (const piece of pieces) {
    const shared = Math.min(to, piece.to) - Math.max(from, piece.from);
    if (shared <= 0) continue;
    known += shared;
    amount += (piece.amount * shared) / (piece.to - piece.from);
  }
  return { amount: rounded(amount), known: to > from ? known / (to - from) : 0 };
}

/** By hour, in order; hours of which nothing is known are left out. */
export function spendingByHour({ pieces }: Spending): HourOfSpending[] {
  const hours = new Map<number, { amount: number; known: number }>();
  for (const { from, to, amount } of pieces) {
    for (let hour = hourOf(from); hour < to; hour += hourMs) {
      const shared = Math.min(to, hour + hourMs) - Math.max(from, hour);
      const sum = hours.get(hour) ?? { amount: 0, known: 0 };
      hours.set(hour, {
        amount: sum.amount + (amount * shared) / (to - from),
        known: sum.known + shared / hourMs,
      });
    }
  }
  return [...hours]
    .map(([hour, { amount, known }]) => ({ hour, amount: rounded(amount), known: rounded(known) }))
    .sort((a, b) => a.hour - b.hour);
}

export const hourOf = (time: number): number => Math.floor(time / hourMs) * hourMs;

/** So many earlier weeks make something usual. */
export const weeksNeeded = 3;

/** What an hour of the week usually costs. */
export interface UsualHour {
  /** Median of the earlier weeks. */
  readonly amount: number;
  /** Median distance from it, scaled so that it estimates the standard deviation of a normal distribution. */
  readonly deviation: number;
  readonly weeks: number;
}

/**
 * What the same hour of the week, in UTC, cost in earlier weeks. By median and median absolute deviation, so that one odd
 * week changes neither.
 *
 * @returns `undefined` where fewer than 3 earlier weeks are known
 */
export function usualForHour(hours: readonly HourOfSpending[], hour: number): UsualHour | undefined {
  const amounts = hours
    .filter((each) => each.hour < hour && (hour - each.hour) % weekMs === 0 && each.known > mostly)
    .map(({ amount }) => amount);
  if (amounts.length < weeksNeeded) return undefined;
  const amount = median(amounts);
  const deviation = consistency * median(amounts.map((each) => Math.abs(each - amount)));
  return { amount, deviation: rounded(deviation), weeks: amounts.length };
}

/** An hour is known when no more than the jitter of the schedule is missing. */
const mostly = 0.75;

/** 1 / the third quartile of the standard normal distribution. */
const consistency = 1.4826;

/** 0 of none; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}
