import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import {
  at,
  type CloudTrailRecord,
  denied,
  networkActivity,
  onDaysBefore,
  record,
  role,
  trailEvent,
} from '../../support/records.ts';

const refusal = (
  eventName: string,
  secret: string | undefined,
  seconds = 0,
  overrides: CloudTrailRecord = {},
) => record({ ...denied(eventName, secret), eventTime: at(seconds), ...overrides });

const app = { userIdentity: role('app', 's') };
const elsewhere = { sourceIPAddress: '198.51.100.66' };
const tries = (count: number, overrides: CloudTrailRecord = {}, everySeconds = 1) =>
  Array.from({ length: count }, (_, index) =>
    refusal('GetSecretValue', `app/${index}`, index * everySeconds, overrides),
  );
const retries = (count: number, secret: string, overrides: CloudTrailRecord = {}) =>
  Array.from({ length: count }, (_, index) => refusal('GetSecretValue', secret, index * 5, overrides));
/** The role reads `secret` on each of 20 days, and describes what `tries` tries, so that no call is new to it. */
const reader = (secret: string) => onDaysBefore(20, { ...app, requestParameters: { secretId: secret } });

export default {
  fires: [
    {
      name: 'list, describe and read, all refused: low',
      records: [
        refusal('ListSecrets', undefined),
        refusal('DescribeSecret', 'app/db', 60),
        refusal('GetSecretValue', 'app/key', 120),
      ],
      finding: {
        severity: 'low',
        count: 3,
        title: '3 refused calls on secrets in 2 minutes by user/anika',
        explanation: expect.stringMatching(/on 2 named secrets.*Not known: which secret/) as never,
      },
    },
    { name: '19 refused reads of different secrets: low', records: tries(19), finding: { severity: 'low' } },
    {
      name: '20: high',
      records: tries(20),
      finding: { severity: 'high', count: 20 },
    },
    {
      name: 'three on secrets that it never read, from its own network: low',
      records: tries(3, app),
      history: reader('other'),
      finding: { severity: 'low', title: '3 refused calls on secrets in 2 seconds by role/app' },
    },
    {
      name: 'the same from a network new to it: medium',
      records: tries(3, { ...app, ...elsewhere }),
      history: reader('other'),
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('a network that nobody here had used') as never,
      },
    },
    {
      name: 'by calls new to it: medium',
      records: ['a', 'b', 'c'].map((secret) => refusal('DeleteSecret', secret, 0, app)),
      history: reader('other'),
      finding: { severity: 'medium', explanation: expect.stringContaining('a call new to it') as never },
    },
    {
      name: 'reads that worked before, but now from elsewhere: trying out',
      records: [
        ...retries(2, 'app/db', { ...app, ...elsewhere }),
        ...retries(2, 'app/key', { ...app, ...elsewhere }),
      ],
      history: [...reader('app/db'), ...reader('app/key')],
      finding: { severity: 'medium', title: '4 refused calls on secrets in 5 seconds by role/app' },
    },
    {
      name: 'a service that tries one secret again and again: info, with the permission that it lacks',
      records: retries(30, 'app/db', app),
      finding: {
        severity: 'info',
        count: 30,
        title: 'role/app lacks secretsmanager:GetSecretValue on app/db',
        explanation: expect.stringMatching(
          /^Refused 30 times.*no identity-based policy that allows it.*Likely fix: allow secretsmanager:GetSecretValue on app\/db/,
        ) as never,
      },
    },
    {
      name: 'a service that lacks two permissions: info',
      records: [...retries(5, 'app/db', app), ...retries(5, 'app/key', app)],
      finding: { severity: 'info', title: expect.stringMatching(/app\/db, .*app\/key$/) as never },
    },
    {
      name: 'a service that is stuck, and beside it somebody who tries out: only that is counted',
      records: [...retries(30, 'app/db', app), ...tries(3, app)],
      finding: {
        severity: 'low',
        title: expect.stringMatching(/^3 refused calls/) as never,
        explanation: expect.stringContaining('Besides, 30 calls') as never,
      },
    },
    {
      name: 'retries of more secrets than a stuck service has: trying out',
      records: ['a', 'b', 'c', 'd'].flatMap((secret) => retries(5, secret, app)),
      finding: { severity: 'high', count: 20 },
    },
    {
      name: 'what it used to read: low whatever the count, with the likely fix',
      records: retries(60, 'app/db', {
        ...app,
        errorMessage:
          'User: u is not authorized to perform: secretsmanager:GetSecretValue on resource: app/db with an explicit deny in a resource-based policy',
      }),
      history: reader('app/db'),
      finding: {
        severity: 'low',
        count: 60,
        title: 'role/app is refused secretsmanager:GetSecretValue on app/db, which it used to read',
        explanation: expect.stringMatching(
          /an explicit deny in a resource-based policy.*Likely fix: allow secretsmanager:GetSecretValue on app\/db again/,
        ) as never,
      },
    },
    {
      name: 'all that it used to read, as after a removed policy: low',
      records: tries(25, app),
      history: Array.from({ length: 25 }, (_, index) => reader(`app/${index}`)).flat(),
      finding: { severity: 'low', title: expect.stringContaining('which it used to read') as never },
    },
  ],
  quiet: [
    { name: 'two refusals', records: [refusal('ListSecrets', undefined), refusal('GetSecretValue', 'a')] },
    {
      name: 'three refusals over two hours',
      records: [0, 3000, 6000].map((seconds, index) => refusal('GetSecretValue', `app/${index}`, seconds)),
    },
    {
      name: 'calls that failed for another reason',
      records: ['a', 'b', 'c'].map((secretId) =>
        record({ requestParameters: { secretId }, errorCode: 'ResourceNotFoundException' }),
      ),
    },
    {
      name: 'refusals of a VPC endpoint, which have a detector of their own',
      records: Array.from({ length: 5 }, () => networkActivity({ errorCode: 'VpceAccessDenied' })),
    },
    {
      name: 'refused changes of trails',
      records: ['a', 'b', 'c'].map((name) =>
        trailEvent('StopLogging', { name }, { errorCode: 'AccessDenied' }),
      ),
    },
  ],
} satisfies DetectorCases;
