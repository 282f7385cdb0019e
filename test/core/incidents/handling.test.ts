import { describe, expect, test } from '@jest/globals';
import {
  type Handling,
  type HandlingProblem,
  handle,
  notExpectedIn,
} from '../../../functions/core/incidents/handling.ts';
import { incidentName } from '../../../functions/core/incidents/incident-name.ts';
import { type IncidentRecord, incidentRecordSchema } from '../../../functions/core/model/incident-record.ts';
import type { StoredIncident } from '../../../functions/core/ports.ts';
import { storedIncident } from '../../support/stored-incidents.ts';

const now = Date.parse('2026-03-02T10:00:00Z');
const hourMs = 3_600_000;
const at = '2026-03-02T10:00:00.000Z';

function done(stored: StoredIncident, handling: Omit<Handling, 'by'>, time = now): StoredIncident {
  const handled = handle(stored, { by: 'mara', ...handling }, time);
  if ('refused' in handled) throw new Error(handled.because);
  incidentRecordSchema.parse(handled.stored.record);
  return handled.stored;
}

const refused = (record: Partial<IncidentRecord>, handling: Omit<Handling, 'by'>) =>
  handle(storedIncident({}, record), { by: 'mara', ...handling }, now);

describe('what people say of an incident', () => {
  test('acknowledge: somebody looks after it, and the history tells who and why', () => {
    const stored = storedIncident();
    const { record, ...others } = done(stored, { word: 'acknowledge', reason: ' on it ' });
    const entry = { at, by: 'mara', word: 'acknowledge', reason: 'on it' };
    expect(record).toEqual({ ...stored.record, revision: 2, acknowledged: entry, history: [entry] });
    expect(others).toEqual({ announce: stored.announce, told: stored.told });
  });

  test('snooze: until its end', () => {
    const until = now + 8 * hourMs;
    const { record } = done(storedIncident(), { word: 'snooze', reason: 'known', until });
    const entry = { at, by: 'mara', word: 'snooze', reason: 'known', until: '2026-03-02T18:00:00.000Z' };
    expect(record).toMatchObject({ status: 'open', snoozed: entry, acknowledged: null, history: [entry] });
  });

  test('resolve, then reopen: nobody looks after it any more', () => {
    const acknowledged = done(storedIncident(), { word: 'acknowledge' });
    const resolved = done(acknowledged, { word: 'resolve', reason: 'key rotated' });
    expect(resolved.record).toMatchObject({ status: 'resolved', revision: 3 });
    const { record } = done(resolved, { word: 'reopen' });
    expect(record).toMatchObject({ status: 'open', revision: 4, acknowledged: null, snoozed: null });
    expect(record.history.map(({ word }) => word)).toEqual(['acknowledge', 'resolve', 'reopen']);
  });

  test('not expected: marked, no longer acknowledged or snoozed, as grave as before', () => {
    const snoozed = done(done(storedIncident(), { word: 'acknowledge' }), {
      word: 'snooze',
      reason: 'later',
      until: now + hourMs,
    });
    expect(notExpectedIn(snoozed.record)).toBeUndefined();
    const { record } = done(snoozed, { word: 'not-expected' });
    expect(record).toMatchObject({ acknowledged: null, snoozed: null, incident: { severity: 'high' } });
    expect(notExpectedIn(record)).toEqual({ at, by: 'mara', word: 'not-expected', reason: '' });
    const again = done({ ...snoozed, record }, { word: 'acknowledge' });
    expect(notExpectedIn(again.record)).toBeUndefined();
  });

  test.each<[HandlingProblem, Partial<IncidentRecord>, Omit<Handling, 'by'>, string]>([
    [
      'already-resolved',
      { status: 'resolved' },
      { word: 'acknowledge' },
      'INC-4F2A91 is resolved already. Reopen it first, if it is not over.',
    ],
    ['not-closed', { status: 'open' }, { word: 'reopen' }, 'INC-4F2A91 is open already.'],
    [
      'merged',
      { status: 'merged', mergedInto: 'inc-00aa11bb22cc33dd' },
      { word: 'acknowledge' },
      'INC-4F2A91 is told in INC-00AA11 now. Say it of that one.',
    ],
    [
      'withdrawn',
      { status: 'withdrawn' },
      { word: 'reopen' },
      'INC-4F2A91 is withdrawn: none of its findings holds. There is nothing to do.',
    ],
    [
      'no-reason',
      {},
      { word: 'snooze', reason: ' ', until: now + 1 },
      'To snooze an incident a reason is needed; it stays in its history.',
    ],
    [
      'no-reason',
      {},
      { word: 'resolve' },
      'To resolve an incident a reason is needed; it stays in its history.',
    ],
    [
      'long-reason',
      {},
      { word: 'resolve', reason: 'x'.repeat(501) },
      'A reason has at most 500 characters, this one 501.',
    ],
    ['no-end', {}, { word: 'snooze', reason: 'r' }, 'A snooze needs an end.'],
    [
      'past-end',
      {},
      { word: 'snooze', reason: 'r', until: now },
      'The end of a snooze must be in the future.',
    ],
    [
      'late-end',
      {},
      { word: 'snooze', reason: 'r', until: now + 30 * 24 * hourMs + 1 },
      'A snooze is at most 30 days long.',
    ],
  ])('%s', (problem, record, handling, because) => {
    expect(refused(record, handling)).toEqual({ refused: problem, because });
  });

  test('a snooze of 30 days, to the millisecond', () => {
    expect(refused({}, { word: 'snooze', reason: 'r', until: now + 30 * 24 * hourMs })).toHaveProperty(
      'stored',
    );
  });

  test('a history that goes on and on keeps its first entry and the latest', () => {
    let stored = done(storedIncident(), { word: 'acknowledge', reason: 'first' });
    for (let index = 0; index < 70; index += 1) {
      stored = done(stored, { word: 'not-expected', reason: `${index}` });
    }
    const reasons = stored.record.history.map(({ reason }) => reason);
    expect(reasons).toHaveLength(50);
    expect([reasons[0], reasons[1], reasons.at(-1)]).toEqual(['first', '21', '69']);
    expect(stored.record.revision).toBe(72);
  });
});

test('an incident is called by the beginning of its id', () => {
  expect(incidentName('inc-4f2a91c07d3e5b68')).toBe('INC-4F2A91');
  expect(incidentName('rotation-264bf44a3267331c')).toBe('ROTATION-264BF4');
  expect(incidentName('test-1')).toBe('test-1');
});
