import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { record, role } from '../../support/records.ts';

const change = (eventName: string, requestParameters: object, overrides: object = {}) =>
  record({ eventName, requestParameters: { secretId: 'app/db', ...requestParameters }, ...overrides });

export default {
  fires: [
    {
      name: 'a deletion that can be undone',
      records: [change('DeleteSecret', { recoveryWindowInDays: 7 })],
      finding: { severity: 'medium', title: 'user/anika scheduled app/db for deletion' },
    },
    {
      name: 'a deletion without recovery, after one with',
      records: [change('DeleteSecret', {}), change('DeleteSecret', { forceDeleteWithoutRecovery: true })],
      finding: { severity: 'high', count: 2, title: 'user/anika deleted app/db without a recovery window' },
    },
    {
      name: 'rotation switched off',
      records: [change('CancelRotateSecret', {})],
      finding: { title: 'user/anika switched off the rotation of app/db' },
    },
    {
      name: 'a label moved by hand',
      records: [change('UpdateSecretVersionStage', { versionStage: 'AWSCURRENT', moveToVersionId: 'v1' })],
      finding: { title: 'user/anika moved label AWSCURRENT of app/db by hand' },
    },
    {
      name: 'a label moved by a user who calls himself a Lambda',
      records: [
        change('UpdateSecretVersionStage', {}, { userAgent: 'Boto3/1 exec-env/AWS_Lambda_python3.12' }),
      ],
      finding: { title: 'user/anika moved a label of app/db by hand' },
    },
    {
      name: 'replication',
      records: [change('ReplicateSecretToRegions', { addReplicaRegions: [{ region: 'us-east-1' }] })],
      finding: { severity: 'low', title: 'user/anika replicated app/db to us-east-1' },
    },
    {
      name: 'replication to a Region that the record does not name',
      records: [change('ReplicateSecretToRegions', {})],
      finding: { title: 'user/anika replicated app/db to another Region' },
    },
    {
      name: 'a deleted policy, of a secret that the record does not name',
      records: [record({ eventName: 'DeleteResourcePolicy', requestParameters: {} })],
      finding: { secret: null, explanation: expect.stringContaining('DeleteResourcePolicy') as never },
    },
  ],
  quiet: [
    {
      name: 'a refused deletion',
      records: [change('DeleteSecret', {}, { errorCode: 'AccessDeniedException' })],
    },
    { name: 'a new value', records: [change('PutSecretValue', {})] },
    {
      name: 'a label moved by a rotation function',
      records: [
        change(
          'UpdateSecretVersionStage',
          { versionStage: 'AWSCURRENT' },
          { userIdentity: role('rotation', 'rotate'), userAgent: 'Boto3/1 exec-env/AWS_Lambda_python3.12' },
        ),
      ],
    },
  ],
} satisfies DetectorCases;
