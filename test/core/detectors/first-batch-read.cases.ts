import type { DetectorCases } from '../../support/detector-cases.ts';
import { onDaysBefore, record, role } from '../../support/records.ts';

const service = { userIdentity: role('sender', 'task') };
const byFilter = {
  eventName: 'BatchGetSecretValue',
  requestParameters: { filters: [{ key: 'tag-key', values: ['team'] }] },
};
const byIds = {
  eventName: 'BatchGetSecretValue',
  requestParameters: { secretIdList: ['app/db', 'app/key'] },
};

export default {
  fires: [
    {
      name: 'one call by a service that reads by name',
      history: onDaysBefore(20, service),
      records: [record({ ...service, ...byFilter })],
      finding: { severity: 'medium', title: 'role/sender read secrets by filter for the first time' },
    },
    {
      name: 'one that makes batches, but by a list',
      history: onDaysBefore(20, { ...service, ...byIds }),
      records: [record({ ...service, ...byFilter })],
      finding: { severity: 'medium' },
    },
  ],
  quiet: [
    {
      name: 'one that does so every day',
      history: onDaysBefore(20, { ...service, ...byFilter }),
      records: [record({ ...service, ...byFilter })],
    },
    {
      name: 'a batch by a list',
      history: onDaysBefore(20, service),
      records: [record({ ...service, ...byIds })],
    },
    { name: 'nothing is known yet', records: [record({ ...service, ...byFilter })] },
  ],
} satisfies DetectorCases;
