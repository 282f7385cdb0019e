import type { DetectorCases } from '../../support/detector-cases.ts';
import { record } from '../../support/records.ts';

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
