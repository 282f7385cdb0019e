import type { DetectorCases } from '../../support/detector-cases.ts';
import { record, role } from '../../support/records.ts';

const readers = (count: number) =>
  Array.from({ length: count }, (_, index) => record({ userIdentity: role(`service-${index}`, 'task') }));
const settings = 'version: 1\ndetectors: {secret-spread: {enabled: true}}';

export default {
  fires: [
    {
      name: '25 identities in a day',
      settings,
      records: readers(25),
      finding: { severity: 'low', count: 25, title: 'app/db was read by 25 identities' },
    },
  ],
  quiet: [
    { name: '24', settings, records: readers(24) },
    { name: 'experimental: off until the settings name it', records: readers(25) },
  ],
} satisfies DetectorCases;
