import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, readsOf, record } from '../../support/records.ts';

const byFilter = (seconds: number, ...values: string[]) =>
  record({
    eventName: 'BatchGetSecretValue',
    eventTime: at(seconds),
    requestParameters: { filters: [{ key: 'tag-key', values }] },
  });

const calls = (count: number) => Array.from({ length: count }, (_, index) => byFilter(index * 60, 'team'));

export default {
  fires: [
    {
      name: 'five calls by filter in a day',
      records: calls(5),
      finding: {
        severity: 'medium',
        count: 5,
        title: '5 batch reads by filter in 4 minutes by user/anika',
        explanation: expect.stringMatching(
          /tag-key=team.*Not known: which secrets were read and how many/,
        ) as never,
      },
    },
    {
      name: 'by an identity that always did: low, with the reason',
      records: calls(5),
      history: Array.from({ length: 20 }, (_, index) => byFilter(-(index + 1) * 86_400, 'team')),
      finding: { severity: 'low', explanation: expect.stringContaining('it read by filter before') as never },
    },
    {
      name: 'by a known identity that never did: medium, and says so',
      records: calls(5),
      history: onDaysBefore(20),
      finding: { severity: 'medium', explanation: expect.stringContaining('a call new to it') as never },
    },
    {
      name: 'calls without any filter',
      records: Array.from({ length: 5 }, () =>
        record({ eventName: 'BatchGetSecretValue', requestParameters: {} }),
      ),
      finding: { explanation: expect.stringContaining('none given') as never },
    },
  ],
  quiet: [
    { name: 'four calls', records: calls(4) },
    {
      name: 'calls whose id list names the secrets',
      records: Array.from({ length: 5 }, () =>
        record({ eventName: 'BatchGetSecretValue', requestParameters: { secretIdList: ['a', 'b'] } }),
      ),
    },
    {
      name: 'calls whose own reads are in the log',
      records: [...calls(5).map((call) => ({ ...call, eventTime: at(0) })), ...readsOf(3, 0)],
    },
    {
      name: 'catch-all filters, which have a detector of their own',
      records: Array.from({ length: 5 }, (_, index) => byFilter(index, '!never')),
    },
    {
      name: 'refused calls',
      records: calls(5).map((call) => ({ ...call, errorCode: 'AccessDeniedException' })),
    },
  ],
} satisfies DetectorCases;
