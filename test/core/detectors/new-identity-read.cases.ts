import type { DetectorCases } from '../../support/detector-cases.ts';
import { account, at, onDaysBefore, record, role, user } from '../../support/records.ts';

const created = (overrides = {}) =>
  record({
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateRole',
    awsRegion: 'us-east-1',
    requestParameters: { roleName: 'sync-v2' },
    responseElements: { role: { arn: `arn:aws:iam::${account}:role/sync-v2`, roleName: 'sync-v2' } },
    userIdentity: user('boris'),
    ...overrides,
  });
const read = (seconds: number) => record({ userIdentity: role('sync-v2', 'x'), eventTime: at(seconds) });
const history = onDaysBefore(20);

export default {
  fires: [
    {
      name: 'a role that a person made five minutes before',
      history,
      records: [created(), read(300)],
      finding: {
        severity: 'medium',
        count: 2,
        title: 'role/sync-v2, made by user/boris, read app/db within 5 minutes',
      },
    },
  ],
  quiet: [
    { name: 'two days later', history, records: [created(), read(2 * 86_400)] },
    {
      name: 'made by Terraform',
      history,
      records: [created({ userAgent: 'HashiCorp Terraform/1.9' }), read(300)],
    },
    {
      name: 'an identity that is known',
      history: [...history, ...onDaysBefore(5, { userIdentity: role('sync-v2', 'x') })],
      records: [created(), read(300)],
    },
    { name: 'made and never used', history, records: [created()] },
    { name: 'nothing is known yet', records: [created(), read(300)] },
  ],
} satisfies DetectorCases;
