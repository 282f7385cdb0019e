import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, denied, onDaysBefore, person, record } from '../../support/records.ts';

const mara = person('Developer', 'mara');
const search = (
  overrides: object = {},
  seconds: readonly [number, number, number] = [0, 60, 120],
  last: object = {},
) => [
  record({ eventName: 'ListSecrets', requestParameters: {}, eventTime: at(seconds[0]), ...overrides }),
  record({ eventName: 'DescribeSecret', eventTime: at(seconds[1]), ...overrides }),
  record({ eventTime: at(seconds[2]), ...overrides, ...last }),
];
const otherSecret = { requestParameters: { secretId: 'app/other' } };
const elsewhere = { sourceIPAddress: '198.51.100.66' };
/** 20 days on each of which all three calls were made. */
const habit = (overrides: object) =>
  ['ListSecrets', 'DescribeSecret', 'GetSecretValue'].flatMap((eventName) =>
    onDaysBefore(20, { ...overrides, eventName }),
  );
const inConsole = {
  userIdentity: mara,
  userAgent: 'Mozilla/5.0 (X11; Linux)',
  sessionCredentialFromConsole: 'true',
};

export default {
  fires: [
    {
      name: 'without history: info, and says what is not known',
      records: search(),
      finding: {
        severity: 'info',
        count: 3,
        title: 'user/anika listed, described and read secrets in 2 minutes',
        explanation: expect.stringContaining('Not known: whether that is usual') as never,
      },
    },
    {
      name: 'ending at a secret that the identity never read: medium',
      records: search({}, [0, 300, 600], otherSecret),
      history: habit({}),
      finding: { severity: 'medium', explanation: expect.stringContaining('Read: app/other') as never },
    },
    {
      name: 'ending at a usual secret, from a network new to it: medium',
      records: search(elsewhere),
      history: habit({}),
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('a network that nobody here had used') as never,
      },
    },
    {
      name: 'by a person who was never seen, from nowhere known: low',
      records: search(),
      history: habit({ userIdentity: mara }),
      finding: { severity: 'low', explanation: expect.stringContaining('Nothing was known') as never },
    },
    {
      name: 'by a person in the console, with nothing new but the secret: info, with the reason',
      records: search(inConsole, undefined, otherSecret),
      history: habit(inConsole),
      finding: {
        severity: 'info',
        explanation: expect.stringContaining('the console does it by itself') as never,
      },
    },
    {
      name: 'by a person in the console of a network that nobody knows: low',
      records: search({ ...inConsole, ...elsewhere }, undefined, otherSecret),
      history: habit(inConsole),
      finding: { severity: 'low' },
    },
    {
      name: 'by a person of whom network and tool are new: medium',
      records: search(
        {
          userIdentity: mara,
          ...elsewhere,
          userAgent: 'Boto3/1.34 md/Botocore#1.34 os/linux lang/python#3.11.8',
        },
        undefined,
        otherSecret,
      ),
      history: habit({ userIdentity: mara }),
      finding: { severity: 'medium' },
    },
    {
      name: 'ending at a refused read from elsewhere: low',
      records: search(elsewhere, undefined, denied('GetSecretValue', 'app/db')),
      history: habit({}),
      finding: { severity: 'low', explanation: expect.stringContaining('The read was refused.') as never },
    },
  ],
  quiet: [
    { name: 'as it always does', records: search(), history: habit({}) },
    { name: 'in ten minutes and a second', records: search({}, [0, 300, 601]) },
    { name: 'without a read', records: search().slice(0, 2) },
    {
      name: 'all of it refused, which is denied-probing’s to tell',
      records: search({ ...elsewhere, errorCode: 'AccessDeniedException' }),
      history: habit({}),
    },
    {
      name: 'ending at a refused read, without history',
      records: search({}, undefined, denied('GetSecretValue', 'app/db')),
    },
    { name: 'without a list', records: search().slice(1) },
    {
      name: 'a read that failed for another reason',
      records: search({}, undefined, { errorCode: 'ResourceNotFoundException' }),
    },
    {
      name: 'ending at a secret that was made that week',
      records: [
        record({ eventName: 'CreateSecret', requestParameters: { name: 'app/other' } }),
        ...search({}, undefined, otherSecret),
      ],
      history: habit({}),
    },
  ],
} satisfies DetectorCases;
