import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { account, onDaysBefore, otherAccount, putPolicy, record } from '../../support/records.ts';

const allow = (Principal: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Principal,
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  ...(Condition && { Condition }),
});
const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-abc123' } };

export default {
  fires: [
    {
      name: 'for everybody: high',
      records: [putPolicy([allow('*')])],
      finding: {
        severity: 'high',
        title: 'user/anika opened app/db to everybody',
        explanation: expect.stringContaining('Not known: what other policies') as never,
      },
    },
    {
      name: 'for everybody who sends by TLS, which is everybody: high',
      records: [putPolicy([allow('*', { Bool: { 'aws:SecureTransport': 'true' } })])],
      finding: { severity: 'high' },
    },
    {
      name: 'for another account: medium',
      records: [putPolicy([allow({ AWS: `arn:aws:iam::${otherAccount}:root` })])],
      finding: { severity: 'medium', title: `user/anika opened app/db to account ${otherAccount}` },
    },
    {
      name: 'the widest of the day speaks',
      records: [putPolicy([allow({ AWS: otherAccount })]), putPolicy([allow('*')])],
      finding: { severity: 'high', count: 2 },
    },
    {
      name: 'says what is new about who did it',
      records: [putPolicy([allow('*')])],
      history: onDaysBefore(20),
      finding: { explanation: expect.stringContaining('by PutResourcePolicy, a call new to it') as never },
    },
    {
      name: 'one that Secrets Manager did not take: medium, and nothing changed',
      records: [putPolicy([allow('*')], { errorCode: 'PublicPolicyException' })],
      finding: {
        severity: 'medium',
        title: 'user/anika tried to open app/db to everybody',
        explanation: expect.stringContaining('Nothing changed.') as never,
      },
    },
  ],
  quiet: [
    { name: 'for everybody of the organization', records: [putPolicy([allow('*', organization)])] },
    { name: 'for the own account', records: [putPolicy([allow({ AWS: account })])] },
    {
      name: 'for an account that the settings trust',
      records: [putPolicy([allow({ AWS: otherAccount })])],
      settings: `version: 1\ndetectors: {public-policy: {trustedAccounts: ["${otherAccount}"]}}`,
    },
    { name: 'a refused call', records: [putPolicy([allow('*')], { errorCode: 'AccessDeniedException' })] },
    {
      name: 'a policy that is none',
      records: [
        record({ eventName: 'PutResourcePolicy', requestParameters: { secretId: 'a', resourcePolicy: '{' } }),
      ],
    },
  ],
} satisfies DetectorCases;
