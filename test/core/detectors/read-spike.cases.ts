import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, record, role } from '../../support/records.ts';

const service = { userIdentity: role('sender', 'task') };
const readsToday = (count: number) =>
  Array.from({ length: count }, (_, index) => record({ ...service, eventTime: at(index * 60) }));
const usual = Array.from({ length: 4 }, (_, hour) => onDaysBefore(20, service, hour)).flat();

export default {
  fires: [
    {
      name: 'two hundred reads by a service that reads four times a day',
      history: usual,
      records: readsToday(200),
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('the limit is 4 times its busiest') as never,
      },
    },
  ],
  quiet: [
    { name: 'twice as many as usual', history: usual, records: readsToday(8) },
    { name: 'nothing is known yet', records: readsToday(200) },
  ],
} satisfies DetectorCases;
