import { describe, expect, test } from '@jest/globals';
import { readDeliveredText, readDelivery } from '../../functions/adapters/cloudtrail-delivery.ts';
import { envelope, lookupAnswer, record } from '../support/records.ts';

describe('reading a delivery', () => {
  test('an envelope and a LookupEvents answer hold the same event', () => {
    const raw = record();
    const watched = readDeliveredText(JSON.stringify(envelope(raw)));
    const swept = readDelivery(lookupAnswer(raw));
    expect(watched).toEqual({ events: [expect.objectContaining({ id: raw['eventID'] })], faults: [] });
    expect(swept).toEqual(watched);
  });

  test('what is of no use is neither event nor fault', () => {
    const other = record({ eventSource: 's3.amazonaws.com', eventName: 'GetObject', eventTime: undefined });
    expect(readDelivery(other)).toEqual({ events: [], faults: [] });
  });

  test.each([
    ['not JSON', 'sk-live-0123456789 {', /^not JSON$/],
    ['an empty body', '', /^not JSON$/],
    ['JSON that is not CloudTrail', '{"hello":"sk-live-0123456789"}', /no eventSource/],
    ['a number', '7', /no JSON object/],
    ['a record without a time', JSON.stringify(record({ eventTime: undefined })), /without a time/],
    [
      'an event made too large',
      JSON.stringify(record({ requestParameters: { secretId: 'x'.repeat(100_000) } })),
      /too large/,
    ],
    ['a document nested too deeply', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /not readable/],
  ])('%s is a fault that quotes nothing', (_, text, reason) => {
    const { events, faults } = readDeliveredText(text);
    expect(events).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(reason)]);
    expect(faults.join()).not.toContain('sk-live');
  });

  test('what is readable beside a fault is read, and the same fault is told once', () => {
    const { events, faults } = readDelivery([record(), {}, {}, record()]);
    expect(events).toHaveLength(2);
    expect(faults).toHaveLength(1);
  });
});
