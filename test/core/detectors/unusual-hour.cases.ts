import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, person, record, role } from '../../support/records.ts';

const mara = { userIdentity: person('Developers', 'mara@example.com') };
/** 18 hours after 09:00. */
const night = { eventTime: at(18 * 3_600) };

export default {
  fires: [
    {
      name: 'a person at 03:00 who always works at 09:00',
      history: onDaysBefore(20, mara),
      records: [record({ ...mara, ...night })],
      finding: {
        severity: 'medium',
        title: 'mara@example.com (Developers) read app/db at 03:00 UTC, an hour new to them',
      },
    },
    {
      name: 'somebody less known, while others of the permission set work at night, as on call: low',
      history: [
        ...onDaysBefore(6, mara),
        ...onDaysBefore(6, { userIdentity: person('Developers', 'ines@example.com') }, -6),
      ],
      records: [record({ ...mara, ...night })],
      finding: {
        severity: 'low',
        explanation: expect.stringContaining('others with the same permission set had') as never,
      },
    },
    {
      name: 'the same with two secrets that are new to them: medium',
      history: [
        ...onDaysBefore(6, mara),
        ...onDaysBefore(6, { userIdentity: person('Developers', 'ines@example.com') }, -6),
      ],
      records: ['x', 'y'].map((secretId) => record({ ...mara, ...night, requestParameters: { secretId } })),
      finding: { severity: 'medium', count: 2 },
    },
  ],
  quiet: [
    {
      name: 'an hour later than usual',
      history: onDaysBefore(20, mara),
      records: [record({ ...mara, eventTime: at(3_600) })],
    },
    {
      name: 'seen on three days only: cannot know',
      history: onDaysBefore(3, mara),
      records: [record({ ...mara, ...night })],
    },
    {
      name: 'a machine',
      history: onDaysBefore(20, { userIdentity: role('job', 'x') }),
      records: [record({ userIdentity: role('job', 'x'), ...night })],
    },
    { name: 'nothing is known yet', records: [record({ ...mara, ...night })] },
  ],
} satisfies DetectorCases;
