import type { EventHistory, SweepTarget } from '../../functions/core/ports.ts';
import { type CloudTrailRecord, lookupAnswer } from '../support/records.ts';

const pageSize = 50;

export interface Lookups {
  readonly history: EventHistory;
  /** Every question so far. */
  readonly asked: { target: SweepTarget; from: number; to: number }[];
  /** Runs before each page; throws to refuse it. */
  beforePage: (target: SweepTarget, page: number) => void;
}

/** An event history that answers as LookupEvents does: newest first, 50 a page. */
export function createLookups(records: readonly CloudTrailRecord[]): Lookups {
  const timeOf = (raw: CloudTrailRecord) => Date.parse(String(raw['eventTime']));
  const lookups: Lookups = {
    asked: [],
    beforePage: () => {},
    history: {
      async *pages(target, from, to) {
        lookups.asked.push({ target, from, to });
        const found = records
          .filter((raw) => raw['awsRegion'] === target.region && raw['eventSource'] === target.eventSource)
          .filter((raw) => timeOf(raw) >= from && timeOf(raw) < to)
          .sort((a, b) => timeOf(b) - timeOf(a));
        for (let page = 0; page === 0 || page * pageSize < found.length; page += 1) {
          lookups.beforePage(target, page);
          yield lookupAnswer(...found.slice(page * pageSize, (page + 1) * pageSize));
        }
      },
    },
  };
  return lookups;
}
