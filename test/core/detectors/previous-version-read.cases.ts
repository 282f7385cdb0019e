import type { DetectorCases } from '../../support/detector-cases.ts';
import { onDaysBefore, record, role } from '../../support/records.ts';

const service = { userIdentity: role('sender', 'task') };
const previous = { requestParameters: { secretId: 'app/db', versionStage: 'AWSPREVIOUS' } };

export default {
  fires: [
    {
      name: 'a service that had always read the current version',
      history: onDaysBefore(20, service),
      records: [record({ ...service, ...previous })],
      finding: { severity: 'medium', title: 'role/sender read the previous version of app/db' },
    },
  ],
  quiet: [
    {
      name: 'one that does so every day',
      history: onDaysBefore(20, { ...service, ...previous }),
      records: [record({ ...service, ...previous })],
    },
    {
      name: 'the current version by its label',
      history: onDaysBefore(20, service),
      records: [
        record({ ...service, requestParameters: { secretId: 'app/db', versionStage: 'AWSCURRENT' } }),
      ],
    },
    { name: 'nothing is known yet', records: [record({ ...service, ...previous })] },
  ],
} satisfies DetectorCases;
