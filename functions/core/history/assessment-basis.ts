import type { Contracts } from '../contracts/contracts.ts';
import { dayNumber } from './days-seen.ts';
import type { Profile } from './profile.ts';

/** What is known when an event is assessed. */
export interface AssessmentBasis {
  /** Of a subject; an empty one where nothing was ever seen. */
  profile(subject: string): Profile;
  /** Since when nothing is missing from the history; `undefined`: it was never filled. */
  readonly completeSince: number | undefined;
  /** Days of history that must lie before a day to call anything a first. */
  readonly minimumDays: number;
  readonly contracts: Pick<Contracts, 'judge' | 'isDecoy' | 'isRotated' | 'of'>;
}

/** What was seen on so many days belongs to the organisation: its network, its Region, its account, somebody's home. */
export const settledDays = 3;

/** Whether enough history lies before a day to call something new on it. */
export const isHistorySufficient = (
  day: number,
  { completeSince, minimumDays }: Pick<AssessmentBasis, 'completeSince' | 'minimumDays'>,
): boolean => completeSince !== undefined && day - dayNumber(completeSince) >= minimumDays;
