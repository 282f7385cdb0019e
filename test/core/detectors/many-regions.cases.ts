import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, record, role } from '../../support/records.ts';

const names = [
  'eu-west-1',
  'eu-west-2',
  'eu-north-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-south-1',
];
const sync = role('sync', 's');
const tour = (count: number, everySeconds: number, overrides: object = {}) =>
  names
    .slice(0, count)
    .map((awsRegion, index) => record({ awsRegion, eventTime: at(index * everySeconds), ...overrides }));

export default {
  fires: [
    {
      name: 'five Regions in ten minutes, both ends included',
      records: tour(5, 150),
      finding: {
        severity: 'medium',
        count: 5,
        title: 'user/anika read secrets in 5 Regions in 10 minutes',
        explanation: expect.stringContaining('All of them were answered.') as never,
      },
    },
    { name: 'seven Regions: medium', records: tour(7, 10), finding: { severity: 'medium' } },
    { name: 'eight Regions: high', records: tour(8, 10), finding: { severity: 'high', count: 8 } },
    {
      name: 'reads that find nothing, and batches, count',
      records: [
        ...tour(4, 10, { errorCode: 'ResourceNotFoundException' }),
        record({
          awsRegion: 'us-east-2',
          eventName: 'BatchGetSecretValue',
          requestParameters: { filters: [{ key: 'tag-key', values: ['team'] }] },
        }),
      ],
      finding: { count: 5, explanation: expect.stringContaining('1 of 5 were answered.') as never },
    },
    {
      name: 'an identity that always reads in all of them: low, with the reason',
      records: tour(8, 10, { userIdentity: sync }),
      history: names.flatMap((awsRegion) => onDaysBefore(20, { awsRegion, userIdentity: sync })),
      finding: {
        severity: 'low',
        explanation: expect.stringContaining('in each of these Regions before') as never,
      },
    },
    {
      name: 'the same identity with one Region that is new: not milder',
      records: tour(8, 10, { userIdentity: sync }),
      history: names.slice(1).flatMap((awsRegion) => onDaysBefore(20, { awsRegion, userIdentity: sync })),
      finding: { severity: 'high' },
    },
  ],
  quiet: [
    { name: 'four Regions', records: tour(4, 1) },
    { name: 'five Regions in ten minutes and four seconds', records: tour(5, 151) },
    { name: 'lists, which scanners make in all Regions', records: tour(8, 1, { eventName: 'ListSecrets' }) },
  ],
} satisfies DetectorCases;
