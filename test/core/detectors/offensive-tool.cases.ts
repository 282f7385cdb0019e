import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { denied, record, trailEvent } from '../../support/records.ts';

const pacu = 'Boto3/1.34 md/Botocore#1.34 os/linux#6.1 lang/python#3.11 pacu/1.6.0';
const kali = 'aws-cli/2.15.0 Python/3.11.6 Linux/6.5.0-kali3-amd64';

export default {
  fires: [
    {
      name: 'Pacu: high',
      records: [
        record({ userAgent: pacu }),
        record({ userAgent: pacu, ...denied('ListSecrets', undefined) }),
      ],
      finding: {
        severity: 'high',
        count: 2,
        title: 'pacu was used on secrets by user/anika',
        explanation: expect.stringMatching(/1 of 2 answered.*which anybody can choose/) as never,
      },
    },
    { name: 'TruffleHog', records: [record({ userAgent: 'TruffleHog' })], finding: { severity: 'high' } },
    {
      name: 'Stratus Red Team on a trail',
      records: [trailEvent('StopLogging', { name: 'main' }, { userAgent: 'stratus-red-team_1' })],
      finding: { severity: 'high' },
    },
    {
      name: 'on parameters',
      records: [
        record({
          eventSource: 'ssm.amazonaws.com',
          eventName: 'GetParameter',
          requestParameters: { name: '/a', withDecryption: true },
          userAgent: pacu,
        }),
      ],
      finding: { severity: 'high' },
    },
    {
      name: 'Kali Linux alone: medium, with the reason',
      records: [record({ userAgent: kali })],
      finding: {
        severity: 'medium',
        title: 'Kali Linux was used on secrets by user/anika',
        explanation: expect.stringContaining('no tool') as never,
      },
    },
    {
      name: 'an attack tool on Kali Linux: high',
      records: [record({ userAgent: kali }), record({ userAgent: `${kali} pacu/1.6` })],
      finding: { severity: 'high', title: 'pacu was used on secrets by user/anika' },
    },
    {
      name: 'a known scanner: low',
      records: [record({ userAgent: 'Boto3/1.26 Botocore/1.29 APN_1826889', eventName: 'DescribeSecret' })],
      finding: { severity: 'low', title: 'prowler was used on secrets by user/anika' },
    },
  ],
  quiet: [
    { name: 'the command line', records: [record()] },
    {
      name: 'an attack tool on what is neither secret nor evidence',
      records: [
        record({
          eventSource: 'lambda.amazonaws.com',
          eventName: 'UpdateFunctionCode20150331v2',
          requestParameters: { functionName: 'other' },
          userAgent: pacu,
        }),
      ],
    },
  ],
} satisfies DetectorCases;
