import type { AccessEvent } from '../../../functions/core/model/access-event.ts';
import { at, type CloudTrailRecord, eventsOf, record, role } from '../../support/records.ts';

/** The same call on each of so many days from `start` on, `aDay` times within an hour. */
export const daily = (
  days: number,
  overrides: CloudTrailRecord = {},
  { aDay = 1, hour = 0 }: { readonly aDay?: number; readonly hour?: number } = {},
): AccessEvent[] =>
  eventsOf(
    Array.from({ length: days * aDay }, (_, index) =>
      record({
        eventTime: at(Math.floor(index / aDay) * 86_400 + hour * 3_600 + (index % aDay) * 60),
        ...overrides,
      }),
    ),
  );

/** A machine's read. */
export const machine = (name: string, overrides: CloudTrailRecord = {}): CloudTrailRecord => ({
  userIdentity: role(name, 'task'),
  userAgent: 'Boto3/1.34.0 Python/3.11',
  ...overrides,
});
