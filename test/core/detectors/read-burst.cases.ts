import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, person, record, role } from '../../support/records.ts';

const service = { userIdentity: role('sender', 'task') };
const burst = (count: number, overrides = service) =>
  Array.from({ length: count }, (_, index) => record({ ...overrides, eventTime: at(index * 60) }));

export default {
  fires: [
    {
      name: 'eight reads in an hour by a service that reads once a day',
      history: onDaysBefore(20, service),
      records: burst(8),
      finding: { severity: 'medium', count: 8, title: 'role/sender read app/db 8 times in 7 minutes' },
    },
  ],
  quiet: [
    { name: 'seven', history: onDaysBefore(20, service), records: burst(7) },
    {
      name: 'one that reads ten times an hour',
      history: Array.from({ length: 10 }, (_, index) =>
        onDaysBefore(20, service).map((each) => ({ ...each, eventID: `${each['eventID']}-${index}` })),
      ).flat(),
      records: burst(20),
    },
    {
      name: 'a person',
      history: onDaysBefore(20, { userIdentity: person('Developers', 'mara') }),
      records: burst(8, { userIdentity: person('Developers', 'mara') }),
    },
    { name: 'nothing is known yet', records: burst(30) },
  ],
} satisfies DetectorCases;
