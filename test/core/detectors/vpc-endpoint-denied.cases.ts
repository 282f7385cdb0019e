import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { account, networkActivity, otherAccount, role } from '../../support/records.ts';

const refused = (count: number, overrides: object = {}) =>
  Array.from({ length: count }, () => networkActivity({ errorCode: 'VpceAccessDenied', ...overrides }));

export default {
  fires: [
    {
      name: 'one refused call by somebody of whom nothing is known: low',
      records: refused(1),
      finding: {
        severity: 'low',
        count: 1,
        title: 'vpce-0a1b2c3d refused 1 call on secrets by user/anika',
        origins: [{ vpcEndpoint: 'vpce-0a1b2c3d', count: 1 }],
        explanation: expect.stringContaining('from 192.0.2.10') as never,
      },
    },
    { name: 'three: medium', records: refused(3), finding: { severity: 'medium' } },
    {
      name: 'with the credentials of another account, and says so',
      records: refused(1, { userIdentity: { ...role('theirs', 's'), accountId: otherAccount } }),
      finding: {
        explanation: expect.stringContaining(
          `belong to account ${otherAccount}, the endpoint to ${account}`,
        ) as never,
      },
    },
  ],
  quiet: [
    { name: 'a call that the endpoint let through', records: [] },
    {
      name: 'a refusal by IAM of a call that came through an endpoint',
      records: refused(3, {
        eventType: 'AwsApiCall',
        eventCategory: 'Management',
        errorCode: 'AccessDenied',
      }),
    },
  ],
} satisfies DetectorCases;
