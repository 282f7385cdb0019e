import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { denied, record, rotationEvent, secretArn } from '../../support/records.ts';

const settings = 'version: 1\nsecrets: [{match: {name: backup/master}, decoy: true}]\n';
const decoy = { requestParameters: { secretId: 'backup/master' } };

export default {
  fires: [
    {
      name: 'read: high',
      settings,
      records: [record(decoy)],
      finding: {
        severity: 'high',
        title: 'user/anika read decoy backup/master',
        explanation: expect.stringContaining('Its value was read.') as never,
      },
    },
    {
      name: 'described: medium',
      settings,
      records: [record({ ...decoy, eventName: 'DescribeSecret' })],
      finding: { severity: 'medium', title: 'user/anika looked at or changed decoy backup/master' },
    },
    {
      name: 'refused: medium',
      settings,
      records: [record(denied('GetSecretValue', 'backup/master'))],
      finding: { severity: 'medium', title: 'user/anika was refused decoy backup/master' },
    },
    {
      name: 'described, then read: one finding, high',
      settings,
      records: [record({ ...decoy, eventName: 'DescribeSecret' }), record(decoy)],
      finding: { severity: 'high', count: 2 },
    },
    {
      name: 'decrypted past Secrets Manager: high',
      settings,
      records: [
        record({
          eventSource: 'kms.amazonaws.com',
          eventName: 'Decrypt',
          requestParameters: { encryptionContext: { SecretARN: secretArn('backup/master') } },
        }),
      ],
      finding: { severity: 'high' },
    },
    {
      name: 'in a batch: high, and says that others were in it',
      settings,
      records: [
        record({
          eventName: 'BatchGetSecretValue',
          requestParameters: { secretIdList: ['app/db', 'backup/master'] },
        }),
      ],
      finding: {
        severity: 'high',
        title: 'user/anika read secrets, a decoy among them: app/db, backup/master',
      },
    },
  ],
  quiet: [
    { name: 'any other secret', settings, records: [record()] },
    { name: 'the same name without settings', records: [record(decoy)] },
    {
      name: 'its creation, and what AWS does to it',
      settings,
      records: [
        record({ eventName: 'CreateSecret', requestParameters: { name: 'backup/master' } }),
        rotationEvent('RotationSucceeded', 'backup/master'),
      ],
    },
    {
      name: 'a call that failed',
      settings,
      records: [record({ ...decoy, errorCode: 'InvalidRequestException' })],
    },
  ],
} satisfies DetectorCases;
