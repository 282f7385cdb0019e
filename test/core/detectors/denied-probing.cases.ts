import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, denied, record, trailEvent } from '../../support/records.ts';

const refusal = (eventName: string, secret: string | undefined, seconds = 0) =>
  record({ ...denied(eventName, secret), eventTime: at(seconds) });

export default {
  fires: [
    {
      name: 'list, describe and read, all refused',
      records: [
        refusal('ListSecrets', undefined),
        refusal('DescribeSecret', 'app/db', 60),
        refusal('GetSecretValue', 'app/key', 120),
      ],
      finding: {
        severity: 'low',
        count: 3,
        title: '3 refused calls on secrets in 2 minutes by user/anika',
        explanation: expect.stringContaining('on 2 named secrets') as never,
      },
    },
    {
      name: '20 refused reads of different secrets',
      records: Array.from({ length: 20 }, (_, index) => refusal('GetSecretValue', `app/${index}`, index)),
      finding: { severity: 'high', count: 20 },
    },
  ],
  quiet: [
    { name: 'two refusals', records: [refusal('ListSecrets', undefined), refusal('GetSecretValue', 'a')] },
    {
      name: 'a service that tries one secret again and again',
      records: Array.from({ length: 30 }, (_, index) => refusal('GetSecretValue', 'app/db', index)),
    },
    {
      name: 'three refusals over an hour',
      records: [0, 1500, 3000].map((seconds, index) => refusal('GetSecretValue', `app/${index}`, seconds)),
    },
    {
      name: 'calls that failed for another reason',
      records: ['a', 'b', 'c'].map((secretId) =>
        record({ requestParameters: { secretId }, errorCode: 'ResourceNotFoundException' }),
      ),
    },
    {
      name: 'refused changes of trails',
      records: ['a', 'b', 'c'].map((name) =>
        trailEvent('StopLogging', { name }, { errorCode: 'AccessDenied' }),
      ),
    },
  ],
} satisfies DetectorCases;
