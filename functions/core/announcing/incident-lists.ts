import { compareText } from '../order.ts';
import type { IncidentFilter, StoredIncident } from '../ports.ts';

/** What is needed to say whether an incident is in a list. */
export interface Listed {
  readonly status: string;
  readonly owners: readonly string[];
  /** End of its snooze. */
  readonly snoozedUntil?: string | undefined;
}

export const listedAs = ({ record }: StoredIncident): Listed => ({
  status: record.status,
  owners: record.owners,
  snoozedUntil: record.snoozed?.until,
});

export const isListed = (
  { status, owners, snoozedUntil }: Listed,
  { status: wanted = 'open', owner, snoozeEndedBy }: IncidentFilter = {},
): boolean =>
  (wanted === 'any' || status === wanted) &&
  (owner === undefined || owners.includes(owner)) &&
  (snoozeEndedBy === undefined || (snoozedUntil !== undefined && Date.parse(snoozedUntil) <= snoozeEndedBy));

export const mostFound = 20;

/** As a store finds it, by what a person writes: `INC-4F2A91`, `4f2a91`, or all of it. */
export const idPrefix = (written: string): string => {
  const prefix = written.toLowerCase();
  return prefix.startsWith('inc-') || prefix.startsWith('rotation-') ? prefix : `inc-${prefix}`;
};

export const newestFirst = (incidents: readonly StoredIncident[]): StoredIncident[] =>
  incidents.toSorted(
    ({ record: { incident: a } }, { record: { incident: b } }) =>
      compareText(b.firstSeen ?? '', a.firstSeen ?? '') || compareText(a.id, b.id),
  );
