import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { account, onDaysBefore, record, region, role } from '../../support/records.ts';

const change = (eventName: string, requestParameters: object, overrides: object = {}) =>
  record({ eventName, requestParameters: { secretId: 'app/db', ...requestParameters }, ...overrides });

const rotation = role('rotation', 'rotate');
const inLambda = { userAgent: 'Boto3/1 exec-env/AWS_Lambda_python3.12' };
const issuedToFunction = {
  ...rotation,
  inScopeOf: {
    issuerType: 'AWS::Lambda::Function',
    credentialsIssuedTo: `arn:aws:lambda:${region}:${account}:function:rotate`,
  },
};
const moveLabel = (overrides: object) =>
  change('UpdateSecretVersionStage', { versionStage: 'AWSCURRENT' }, overrides);
const viaCloudFormation = {
  userIdentity: { ...role('deploy', 'd'), invokedBy: 'cloudformation.amazonaws.com' },
};

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
      name: 'replication by somebody who never did: medium',
      records: [change('ReplicateSecretToRegions', { addReplicaRegions: [{ region: 'us-east-1' }] })],
      history: onDaysBefore(20),
      finding: { severity: 'medium', explanation: expect.stringContaining('a call new to it') as never },
    },
    {
      name: 'a deletion by CloudFormation: milder, with the reason',
      records: [change('DeleteSecret', {}, viaCloudFormation)],
      finding: {
        severity: 'low',
        explanation: expect.stringContaining('CloudFormation made the calls') as never,
      },
    },
    {
      name: 'a deletion without recovery that names itself Terraform: milder, and not dropped',
      records: [
        change(
          'DeleteSecret',
          { forceDeleteWithoutRecovery: true },
          { userAgent: 'HashiCorp Terraform/1.9' },
        ),
      ],
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('Anybody can send that name') as never,
      },
    },
    {
      name: 'the same from elsewhere: not milder',
      records: [
        change(
          'DeleteSecret',
          { forceDeleteWithoutRecovery: true },
          { userAgent: 'HashiCorp Terraform/1.9', sourceIPAddress: '203.0.113.9' },
        ),
      ],
      history: onDaysBefore(20),
      finding: { severity: 'high' },
    },
    {
      name: 'deletions by somebody who deletes every day: milder, with the reason',
      records: [change('DeleteSecret', {})],
      history: onDaysBefore(20, { eventName: 'DeleteSecret' }),
      finding: { severity: 'low', explanation: expect.stringContaining('did such things before') as never },
    },
    {
      name: 'a label moved by a role that only calls itself a Lambda: info, with the reason',
      records: [moveLabel({ userIdentity: rotation, ...inLambda })],
      finding: { severity: 'info', explanation: expect.stringContaining('look for a rotation') as never },
    },
    {
      name: 'a label of a secret that the suite rotates, which follows it: milder, with the reason',
      records: [moveLabel({})],
      settings: `version: 1
secrets: [{match: {name: app/db}, rotation: {provider: clockwork}}]`,
      finding: { severity: 'low', explanation: expect.stringContaining('the suite rotates') as never },
    },
    {
      name: 'the same by a stranger',
      records: [moveLabel({})],
      history: onDaysBefore(20, { userIdentity: issuedToFunction }),
      settings: `version: 1
secrets: [{match: {name: app/db}, rotation: {provider: clockwork}}]`,
      finding: { severity: 'medium' },
    },
    {
      name: 'a label moved with the credentials of a rotation function, from elsewhere',
      records: [moveLabel({ userIdentity: issuedToFunction, sourceIPAddress: '198.51.100.66' })],
      history: onDaysBefore(20, { userIdentity: issuedToFunction, eventName: 'UpdateSecretVersionStage' }),
      finding: { severity: 'medium', explanation: expect.stringContaining('a network that nobody') as never },
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
      name: 'a label moved by a rotation function, as AWS says',
      records: [moveLabel({ userIdentity: issuedToFunction })],
    },
  ],
} satisfies DetectorCases;
