import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, record, role } from '../../support/records.ts';

const settings = `version: 1
secrets:
  - match: {name: app/db}
    allow: [{id: sender, role: sender, actions: [read], from: any, rate: {events: 3, per: hour}}]
`;
const reads = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    record({ userIdentity: role('sender', 'task'), eventTime: at(index * 60) }),
  );

export default {
  fires: [
    {
      name: 'the fourth read of an hour',
      settings,
      records: reads(4),
      finding: { severity: 'medium', count: 4 },
    },
  ],
  quiet: [
    { name: 'three', settings, records: reads(3) },
    {
      name: 'four without a rate',
      settings: settings.replace(', rate: {events: 3, per: hour}', ''),
      records: reads(4),
    },
  ],
} satisfies DetectorCases;
