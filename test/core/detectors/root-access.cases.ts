import type { DetectorCases } from '../../support/detector-cases.ts';
import { account, denied, record, root, trailEvent } from '../../support/records.ts';

export default {
  fires: [
    {
      name: 'a read by root is high',
      records: [record({ userIdentity: root() })],
      finding: {
        severity: 'high',
        title: `Root user of ${account} read secrets`,
        actor: { kind: 'root' } as never,
      },
    },
    {
      name: 'a change by root is medium',
      records: [
        record({ userIdentity: root(), eventName: 'CreateSecret', requestParameters: { name: 'new' } }),
      ],
      finding: { severity: 'medium', title: `Root user of ${account} worked with secrets` },
    },
    {
      name: 'a look by root is medium',
      records: [
        record({ userIdentity: root(), eventName: 'ListSecrets', requestParameters: {} }),
        record({ userIdentity: root(), eventName: 'DescribeSecret' }),
      ],
      finding: { severity: 'medium', count: 2 },
    },
    {
      name: 'a refused read by root is medium',
      records: [record({ ...denied('GetSecretValue', 'app/db'), userIdentity: root() })],
      finding: { severity: 'medium' },
    },
  ],
  quiet: [
    { name: 'a user', records: [record()] },
    { name: 'root elsewhere', records: [trailEvent('UpdateTrail', { name: 't' }, { userIdentity: root() })] },
  ],
} satisfies DetectorCases;
