import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, parameterRead, role } from '../../support/records.ts';

const names = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `/app/${from + index}`);
const one = (index: number, everySeconds: number, overrides: object = {}) =>
  parameterRead({ name: `/app/${index}` }, { eventTime: at(index * everySeconds), ...overrides });
const reads = (count: number, everySeconds: number, overrides: object = {}) =>
  Array.from({ length: count }, (_, index) => one(index, everySeconds, overrides));
const everything = { path: '/', recursive: true };
const app = { userIdentity: role('app', 's') };
const habit = Array.from({ length: 5 }, (_, day) =>
  Array.from({ length: 20 }, (_, index) =>
    one(index, 0, { ...app, eventTime: at(-(day + 1) * 86_400 + index * 600) }),
  ),
).flat();
const terraform = { userAgent: 'HashiCorp Terraform/1.9 aws-sdk-go-v2/1.30' };

export default {
  fires: [
    {
      name: 'ten parameters in six minutes, both ends included',
      records: reads(10, 40),
      finding: {
        severity: 'medium',
        count: 10,
        title: '10 parameters decrypted in 6 minutes by user/anika',
        explanation: expect.stringContaining('Not known: which of them are SecureStrings.') as never,
      },
    },
    {
      name: 'in calls for ten at once: 19 are medium',
      records: [parameterRead({ names: names(10) }), parameterRead({ names: names(9, 10) })],
      finding: { severity: 'medium', count: 2 },
    },
    {
      name: '20 are high',
      records: [parameterRead({ names: names(10) }), parameterRead({ names: names(10, 10) })],
      finding: { severity: 'high', count: 2 },
    },
    {
      name: 'everything below "/" in one call: medium',
      records: [parameterRead(everything)],
      finding: {
        severity: 'medium',
        title: 'user/anika asked for all parameters in the clear',
        explanation: expect.stringContaining('Not known: how many parameters it returned') as never,
      },
    },
    {
      name: 'by an identity that always did: milder, with the reason',
      records: reads(20, 1, app),
      history: habit,
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('it read parameters before') as never,
      },
    },
    {
      name: 'by the same from elsewhere: not milder',
      records: reads(20, 1, { ...app, sourceIPAddress: '198.51.100.66' }),
      history: habit,
      finding: { severity: 'high' },
    },
    {
      name: 'by Terraform: milder, with the reason',
      records: reads(10, 1, terraform),
      finding: { severity: 'low', explanation: expect.stringContaining('names itself terraform') as never },
    },
  ],
  quiet: [
    { name: 'nine parameters', records: reads(9, 1) },
    { name: 'ten in six minutes and nine seconds', records: reads(10, 41) },
    { name: 'one parameter, often', records: Array.from({ length: 30 }, () => one(1, 0)) },
    { name: 'refused calls', records: reads(20, 1, { errorCode: 'AccessDeniedException' }) },
    { name: 'a path below "/"', records: [parameterRead({ path: '/app', recursive: true })] },
    { name: 'what is right below "/", and no more', records: [parameterRead({ path: '/' })] },
  ],
} satisfies DetectorCases;
