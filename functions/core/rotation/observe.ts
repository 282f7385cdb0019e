import type { SecretDescription } from '../model/secret-state.ts';
import { versionWith } from './labels.ts';
import { incidentOf, isSwitched, newRecord, type RotationRecord, withStory } from './rotation-record.ts';

/** What stood in the way of the version that is current now is over; that another rotation was refused is not. */
const problemOfOthers = ({ problem, newVersion }: RotationRecord): RotationRecord['problem'] =>
  problem?.version === newVersion ? null : problem;

/** The version that should be current by what is remembered. */
const expectedCurrent = (record: RotationRecord): string | null =>
  record.switchedAt === null && record.status === 'open'
    ? record.oldVersion
    : (record.newVersion ?? record.oldVersion);

/**
 * Why the version before the current one must still be kept, in words; `undefined` where nothing stands against another
 * rotation. Labels are the truth: a switch that the record does not know of counts too.
 */
export function unprovenSwitch(
  record: RotationRecord | undefined,
  secret: Pick<SecretDescription, 'versions'>,
): string | undefined {
  const current = versionWith('AWSCURRENT', secret);
  if (!record || current === undefined) return undefined;
  if (isSwitched(record) || (record.status === 'open' && record.newVersion === current)) {
    return 'not every consumer is known to have the new key, or the old one is not known to be dead';
  }
  return current === expectedCurrent(record)
    ? undefined
    : 'somebody put a value outside a rotation, and who uses it is not known yet';
}

/**
 * When a label was moved, by AWS's clock and not before it happened. Starts of tasks and reads are compared with it: by a
 * clock of our own that is slow, a consumer that holds the old key would be taken for one that has the new one.
 */
export const changeTime = ({ lastChanged }: Pick<SecretDescription, 'lastChanged'>, now: number): number =>
  lastChanged ?? now;

/**
 * Brings what is remembered in line with the labels: a switch whose recording was lost, a value that somebody put, a
 * rollback by hand. Without a record, what is there is the beginning.
 *
 * @param now milliseconds
 */
export function observe(
  record: RotationRecord | undefined,
  secret: SecretDescription,
  now: number,
): RotationRecord | undefined {
  const current = versionWith('AWSCURRENT', secret);
  if (current === undefined) return record;
  if (!record) {
    return withStory(
      {
        ...newRecord(incidentOf(secret, current), current),
        status: 'closed',
        newVersion: current,
        closed: { at: now, because: 'first seen' },
      },
      now,
      'first seen',
    );
  }
  if (record.status === 'open' && record.newVersion === current) {
    return record.switchedAt === null
      ? withStory(
          { ...record, switchedAt: changeTime(secret, now), problem: problemOfOthers(record) },
          now,
          'switched: the new key is current',
        )
      : record;
  }
  if (current === expectedCurrent(record)) return record;
  const before = expectedCurrent(record);
  const switchedAt = changeTime(secret, now);
  const base = record.status === 'open' ? record : newRecord(incidentOf(secret, before), before, record);
  if (current === record.oldVersion) {
    return withStory(
      {
        ...base,
        how: 'rollback',
        oldVersion: before,
        newVersion: current,
        oldKeyName: record.newKeyName,
        newKeyName: record.oldKeyName,
        switchedAt,
        oldKey: null,
        oldKeyDeadAt: null,
        movedAt: null,
        attested: [],
      },
      now,
      'rolled back: the version before is current again',
    );
  }
  return withStory(
    {
      ...base,
      how: 'outside',
      // The oldest key that may still be in use, where the last switch was not proven either.
      oldVersion: isSwitched(record) ? record.oldVersion : before,
      newVersion: current,
      oldKeyName: null,
      newKeyName: null,
      switchedAt,
      oldKey: null,
      oldKeyDeadAt: null,
      movedAt: null,
      // Said of the value before.
      attested: [],
    },
    now,
    'a value was put outside a rotation',
  );
}

/**
 * The last switch as the labels alone tell it, where nothing else is remembered: AWSPREVIOUS was current before. Everything
 * that started or read before the last edit of the secret counts as before it, which errs to the safe side.
 */
export function switchByLabels(secret: SecretDescription, now: number): RotationRecord | undefined {
  const current = versionWith('AWSCURRENT', secret);
  const previous = versionWith('AWSPREVIOUS', secret);
  if (current === undefined || previous === undefined) return undefined;
  return withStory(
    {
      ...newRecord(incidentOf(secret, previous), previous),
      newVersion: current,
      switchedAt: changeTime(secret, now),
    },
    now,
    'switched, as the labels tell it',
  );
}
