import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, person, record, role } from '../../support/records.ts';

const sender = { userIdentity: role('sender', 'i-0abc123456789def0') };
const service = { userIdentity: role('sender', 'task') };
const elsewhere = { sourceIPAddress: '203.0.113.9' };

export default {
  fires: [
    {
      name: 'a service from a network that nobody here had used: medium',
      history: onDaysBefore(20, service),
      records: [record({ ...service, ...elsewhere })],
      finding: {
        severity: 'medium',
        title: 'role/sender read app/db from a network new to it',
        explanation: expect.stringContaining('203.0.113.0/24, a network that nobody here had used') as never,
      },
    },
    {
      name: 'credentials of one instance elsewhere: high, naming the instance',
      history: onDaysBefore(20, sender),
      records: [record({ ...sender, ...elsewhere })],
      finding: {
        severity: 'high',
        explanation: expect.stringContaining('instance i-0abc123456789def0') as never,
      },
    },
    {
      name: 'a network that others here use: low',
      history: [...onDaysBefore(20, service), ...onDaysBefore(20, { sourceIPAddress: '203.0.113.77' })],
      records: [record({ ...service, ...elsewhere })],
      finding: { severity: 'low' },
    },
    {
      name: 'a new NAT gateway, to which several services change within a week: info, and says so',
      history: [
        ...['a', 'b', 'c', 'd', 'e'].flatMap((name) =>
          onDaysBefore(10, { userIdentity: role(name, 'task') }),
        ),
        ...['b', 'c', 'd'].map((name) =>
          record({ userIdentity: role(name, 'task'), ...elsewhere, eventTime: at(-86_400) }),
        ),
      ],
      records: [record({ userIdentity: role('a', 'task'), ...elsewhere })],
      finding: {
        severity: 'info',
        explanation: expect.stringContaining('as after a change of NAT') as never,
      },
    },
    {
      name: 'a service from a network where only people work: medium',
      history: [
        ...onDaysBefore(20, service),
        ...['ines', 'mara', 'tomas'].flatMap((name) =>
          onDaysBefore(5, { userIdentity: person('Developers', name), ...elsewhere }),
        ),
      ],
      records: [record({ ...service, ...elsewhere })],
      finding: { severity: 'medium' },
    },
    {
      name: 'a person who travels: low',
      history: onDaysBefore(20, { userIdentity: person('OnCall', 'mara@example.com') }),
      records: [record({ userIdentity: person('OnCall', 'mara@example.com'), ...elsewhere })],
      finding: { severity: 'low' },
    },
    {
      name: 'a person from elsewhere with a tool never used before: medium',
      history: onDaysBefore(20, { userIdentity: person('OnCall', 'mara@example.com') }),
      records: [
        record({
          userIdentity: person('OnCall', 'mara@example.com'),
          ...elsewhere,
          userAgent: 'Boto3/1.34.0 md/Botocore#1.34.0 lang/python#3.11.8',
        }),
      ],
      finding: { severity: 'medium', explanation: expect.stringContaining('a tool new to it') as never },
    },
    {
      name: 'a CI role that comes from ever new networks: info',
      history: onDaysBefore(20, { userIdentity: role('ci', 'run') }).map((each, index) => ({
        ...each,
        sourceIPAddress: `198.18.${index}.4`,
      })),
      records: [record({ userIdentity: role('ci', 'run'), ...elsewhere })],
      finding: { severity: 'info' },
    },
  ],
  quiet: [
    { name: 'nothing is known yet: cannot know', records: [record({ ...service, ...elsewhere })] },
    {
      name: 'another address of the same block',
      history: onDaysBefore(20, service),
      records: [record({ ...service, sourceIPAddress: '192.0.2.200' })],
    },
    {
      name: 'the same network after a hundred days',
      history: [
        ...onDaysBefore(20, service),
        record({ ...service, ...elsewhere, eventTime: at(-100 * 86_400) }),
      ],
      records: [record({ ...service, ...elsewhere })],
    },
  ],
} satisfies DetectorCases;
