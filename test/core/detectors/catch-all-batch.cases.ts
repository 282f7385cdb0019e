import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, record } from '../../support/records.ts';

const batch = (...filters: string[][]) =>
  record({
    eventName: 'BatchGetSecretValue',
    requestParameters: { filters: filters.map((values) => ({ key: 'tag-key', values })) },
  });

export default {
  fires: [
    {
      name: 'the only filter is negated',
      records: [batch(['!never'])],
      finding: { severity: 'medium', count: 1, title: 'Batch read that matches every secret by user/anika' },
    },
    {
      name: 'all filters are negated, twice',
      records: [batch(['!a'], ['!b']), batch(['!a'])],
      finding: { count: 2 },
    },
    {
      name: 'by an identity that always did: low, with the reason',
      records: [batch(['!a'])],
      history: Array.from({ length: 20 }, (_, index) => ({
        ...batch(['!a']),
        eventTime: at(-(index + 1) * 86_400),
      })),
      finding: { severity: 'low', explanation: expect.stringContaining('it read by filter before') as never },
    },
    {
      name: 'by a known identity that never did: medium, and says so',
      records: [batch(['!a'])],
      history: onDaysBefore(20),
      finding: { severity: 'medium', explanation: expect.stringContaining('a call new to it') as never },
    },
    {
      name: 'without a time',
      records: [{ ...batch(['!a']), eventTime: undefined }],
      finding: { firstSeen: null, lastSeen: null },
    },
  ],
  quiet: [
    { name: 'one filter is not negated', records: [batch(['!never'], ['team'])] },
    { name: 'a mixed filter', records: [batch(['!never', 'team'])] },
    {
      name: 'a list of ids',
      records: [record({ eventName: 'BatchGetSecretValue', requestParameters: { secretIdList: ['a'] } })],
    },
  ],
} satisfies DetectorCases;
