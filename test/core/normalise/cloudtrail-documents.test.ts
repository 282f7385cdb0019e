import { describe, expect, it } from '@jest/globals';
import { cloudTrailRecordsIn } from '../../../functions/core/normalise/cloudtrail-documents.ts';
import { parseEventTime } from '../../../functions/core/normalise/event-time.ts';
import { envelope, lookupAnswer, record, start } from '../../support/records.ts';

const raw = record({ eventID: 'one' });
const ids = (document: unknown) =>
  [...cloudTrailRecordsIn(document)].map((item) =>
    'record' in item ? String(item.record['eventID']) : item.reason,
  );

describe('records are found in', () => {
  it.each([
    ['a raw record', raw],
    ['a list', [raw]],
    ['a trail file', { Records: [raw] }],
    ['an EventBridge envelope', envelope(raw)],
    ['a LookupEvents answer', lookupAnswer(raw)],
    ['one LookupEvents event', (lookupAnswer(raw)['Events'] as unknown[])[0]],
    ['a record that an exporter wrapped', { source: 'x', event: raw }],
    ['a list of envelopes', [envelope(raw)]],
  ])('%s', (_, document) => {
    expect(ids(document)).toEqual(['one']);
  });
});

describe('what holds no record', () => {
  it('is said, but for digest files and Insights events', () => {
    expect(ids({ Records: [{ eventType: 'AwsCloudTrailInsight', insightDetails: {} }] })).toEqual([]);
    expect(ids({ hello: 1 })).toEqual(['not a CloudTrail record: no eventSource and eventName']);
    expect(ids('text')).toEqual(['not a CloudTrail record: no JSON object']);
    expect(ids({ Records: [raw, null] })).toEqual(['one', 'not a CloudTrail record: no JSON object']);
    expect(ids({ EventId: 'x', CloudTrailEvent: '{' })).toEqual([
      'the CloudTrailEvent of event x is not JSON',
    ]);
    expect(ids({ CloudTrailEvent: '{' })).toEqual(['the CloudTrailEvent of event ? is not JSON']);
    expect(ids({ digestStartTime: '2026-03-02T09:00:00Z', logFiles: [] })).toEqual([]);
    expect(ids({ Records: [] })).toEqual([]);
  });
});

it('hands the time of an envelope on', () => {
  expect([...cloudTrailRecordsIn(envelope(raw))]).toMatchObject([{ envelopeTime: start }]);
  expect([...cloudTrailRecordsIn(lookupAnswer(raw))]).toMatchObject([{ envelopeTime: start }]);
  expect([...cloudTrailRecordsIn(raw)]).toMatchObject([{ envelopeTime: null }]);
});

describe('parseEventTime', () => {
  it.each([
    ['2026-03-02T09:00:00Z', start],
    ['2026-03-02T10:00:00+01:00', start],
    ['2026-03-02 09:00:00.000000000', start],
    ['2026-03-02T09:00:00.250Z', start + 250],
    [start / 1000, start],
    [new Date(start), start],
    [new Date(Number.NaN), null],
    [Number.NaN, null],
    ['2026-13-45T09:00:00Z', null],
    ['Jul 10, 2023, 12:07:59 PM', null],
    [undefined, null],
  ])('%p', (value, expected) => {
    expect(parseEventTime(value)).toBe(expected);
  });
});
