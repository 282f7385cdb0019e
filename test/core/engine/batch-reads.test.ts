import { describe, expect, it } from '@jest/globals';
import { linkBatchReads } from '../../../functions/core/engine/batch-reads.ts';
import { at, eventsOf, record, user } from '../../support/records.ts';

const batch = (requestParameters: unknown, overrides: object = {}) =>
  record({ eventName: 'BatchGetSecretValue', requestParameters, ...overrides });
const filters = { filters: [{ key: 'tag-key', values: ['t'] }] };
const read = (secretId: string, overrides: object = {}) =>
  record({ requestParameters: { secretId }, ...overrides });

const childReads = (...records: ReturnType<typeof record>[]) =>
  linkBatchReads(eventsOf(records))[0]?.batch?.childReads;

describe('reads of a batch', () => {
  it('are those of the same credentials that follow at once', () => {
    expect(childReads(batch(filters), read('a'), read('b', { eventTime: at(2) }))).toBe(2);
    expect(childReads(batch(filters), read('a', { eventTime: at(3) }))).toBe(0);
    expect(childReads(batch(filters, { eventTime: at(1) }), read('a'))).toBe(0);
    expect(childReads(batch(filters), read('a', { userIdentity: user('bo') }))).toBe(0);
    expect(childReads(batch(filters), read('a', { awsRegion: 'us-east-1' }))).toBe(0);
    expect(childReads(batch(filters), read('a', { errorCode: 'AccessDenied' }))).toBe(0);
  });

  it('are those of the same request, whenever they are stamped', () => {
    const requestID = 'request-1';
    expect(childReads(batch(filters, { requestID }), read('a', { requestID, eventTime: at(60) }))).toBe(1);
  });

  it('are of the secrets that the call named', () => {
    expect(childReads(batch({ secretIdList: ['a', 'b'] }), read('a'), read('c'))).toBe(1);
  });

  it('cannot be told without a time', () => {
    expect(childReads(batch(filters, { eventTime: undefined }), read('a'))).toBe(0);
    expect(childReads(batch(filters), read('a', { eventTime: undefined }))).toBe(0);
  });
});
