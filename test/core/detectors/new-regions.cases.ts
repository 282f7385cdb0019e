import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, record, role } from '../../support/records.ts';

const app = role('app', 's');
const history = onDaysBefore(20, { userIdentity: app });
const names = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-south-1',
  'ap-east-1',
  'sa-east-1',
  'ca-central-1',
];
const tour = (count: number, everySeconds: number) =>
  names
    .slice(0, count)
    .map((awsRegion, index) => record({ userIdentity: app, awsRegion, eventTime: at(index * everySeconds) }));

export default {
  fires: [
    {
      name: 'three Regions in an hour that it never read in',
      records: tour(3, 1800),
      history,
      finding: {
        severity: 'medium',
        count: 3,
        title: 'role/app read secrets in 3 Regions new to it in 60 minutes',
        explanation: expect.stringMatching(
          /us-east-1, us-east-2, us-west-1.*Known of it: 20 active days/,
        ) as never,
      },
    },
    { name: 'seven: medium', records: tour(7, 300), history, finding: { severity: 'medium' } },
    { name: 'eight: high', records: tour(8, 300), history, finding: { severity: 'high' } },
  ],
  quiet: [
    { name: 'two new Regions', records: tour(2, 60), history },
    { name: 'three in an hour and two seconds', records: tour(3, 1801), history },
    { name: 'without history', records: tour(8, 1) },
    {
      name: 'its own Region',
      records: Array.from({ length: 3 }, () => record({ userIdentity: app })),
      history,
    },
  ],
} satisfies DetectorCases;
