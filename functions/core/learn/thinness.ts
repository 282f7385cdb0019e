import type { ActionGroup } from '../model/contract-clause.ts';
import type { Tally } from './tally.ts';

/**
 * When a history is too thin to draft a clause from: fewer than three days, or fewer than five accesses, unless these
 * are spread over four weeks, as a monthly job's are. A person then decides.
 */
export const leastDays = 3;
export const leastAccesses = 5;
const monthlyMs = 28 * 86_400_000;

export const isThin = (tally: Tally): boolean =>
  tally.days.size < leastDays || (tally.count < leastAccesses && tally.last - tally.first < monthlyMs);

/** They tell no value and change nothing, so they may go along with a clause that is drafted anyway. */
export const harmless: ReadonlySet<ActionGroup> = new Set(['describe', 'list']);
