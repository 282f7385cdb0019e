import type { DetectorCases } from '../../support/detector-cases.ts';
import { onDaysBefore, parameterRead, role } from '../../support/records.ts';

const service = { userIdentity: role('sender', 'task') };
const own = onDaysBefore(20).map((each) =>
  parameterRead({ name: '/sender/key' }, { ...service, eventTime: each['eventTime'] }),
);
const reads = (count: number) =>
  Array.from({ length: count }, (_, index) => parameterRead({ name: `/other/${index}` }, service));

export default {
  fires: [
    {
      name: 'three that are new to a service',
      history: own,
      records: reads(3),
      finding: {
        severity: 'medium',
        count: 3,
        title: 'role/sender decrypted 3 parameters for the first time',
      },
    },
  ],
  quiet: [
    { name: 'two', history: own, records: reads(2) },
    {
      name: 'its own',
      history: own,
      records: [1, 2, 3].map(() => parameterRead({ name: '/sender/key' }, service)),
    },
    { name: 'nothing is known yet', records: reads(3) },
  ],
} satisfies DetectorCases;
