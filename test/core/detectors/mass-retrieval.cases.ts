import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, readsOf, record, role, secretArn, user } from '../../support/records.ts';

const names = Array.from({ length: 20 }, (_, index) => `app/${index}`);

export default {
  fires: [
    {
      name: '20 different secrets in six minutes, both ends included',
      records: [...readsOf(19, 1), record({ eventTime: at(360), requestParameters: { secretId: 'app/19' } })],
      finding: {
        severity: 'high',
        count: 20,
        title: '20 secrets read in 6 minutes by user/anika',
        secret: null,
      },
    },
    {
      name: 'one secret after the other for half an hour: the limit is met again and again',
      records: readsOf(120, 15),
      finding: {
        count: 120,
        explanation: expect.stringContaining('over 30 minutes, each of them in a window that met') as never,
      },
    },
    {
      name: 'one role in two sessions',
      records: [
        ...readsOf(10, 1, { userIdentity: role('worker', 'a') }),
        ...Array.from({ length: 10 }, (_, index) =>
          record({ userIdentity: role('worker', 'b'), requestParameters: { secretId: `other/${index}` } }),
        ),
      ],
      finding: { severity: 'high', count: 20 },
    },
    {
      name: 'a batch that names 20 secrets and whose reads are not logged',
      records: [record({ eventName: 'BatchGetSecretValue', requestParameters: { secretIdList: names } })],
      finding: { count: 1, title: '20 secrets read in 1 second by user/anika' },
    },
    {
      name: 'Terraform, one level milder and with the reason',
      records: readsOf(20, 0, { userAgent: 'HashiCorp Terraform/1.9 aws-sdk-go-v2/1.30' }),
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('names itself terraform') as never,
      },
    },
    {
      name: 'one call of Terraform among others of another tool: not milder',
      records: [
        ...readsOf(1, 0, { userAgent: 'HashiCorp Terraform/1.9' }),
        ...Array.from({ length: 19 }, (_, index) =>
          record({ requestParameters: { secretId: `other/${index}` } }),
        ),
      ],
      finding: { severity: 'high' },
    },
  ],
  quiet: [
    { name: '19 different secrets', records: readsOf(19, 1) },
    {
      name: '20 secrets, of which two are one by name and by ARN',
      records: [...readsOf(19, 1), record({ requestParameters: { secretId: secretArn('app/0') } })],
    },
    {
      name: '20 in six minutes and a second',
      records: [...readsOf(19, 1), record({ eventTime: at(361), requestParameters: { secretId: 'app/19' } })],
    },
    { name: 'one secret, often', records: Array.from({ length: 50 }, () => record()) },
    { name: 'refused reads', records: readsOf(25, 1, { errorCode: 'AccessDenied' }) },
    {
      name: 'two people, ten secrets each',
      records: [
        ...readsOf(10, 1),
        ...Array.from({ length: 10 }, (_, index) =>
          record({ userIdentity: user('bo'), requestParameters: { secretId: `other/${index}` } }),
        ),
      ],
    },
    {
      name: 'a batch of ten and its ten own reads: ten secrets',
      records: [
        record({ eventName: 'BatchGetSecretValue', requestParameters: { secretIdList: names.slice(0, 10) } }),
        ...readsOf(10, 0),
      ],
    },
    {
      name: 'reads without a time, which cannot be placed in a window',
      records: readsOf(25, 1, { eventTime: undefined }),
    },
  ],
} satisfies DetectorCases;
