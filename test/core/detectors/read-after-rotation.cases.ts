import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, record, role, rotationEvent, user } from '../../support/records.ts';

const consumer = { userIdentity: role('sender', 'task') };
const others = onDaysBefore(20, { userIdentity: user('boris'), requestParameters: { secretId: 'other' } });
const history = [...onDaysBefore(20, consumer), ...others];
const rotation = rotationEvent('RotationSucceeded', 'app/db');

export default {
  fires: [
    {
      name: 'somebody who never read it, five minutes after its rotation',
      history,
      records: [rotation, record({ userIdentity: user('boris'), eventTime: at(300) })],
      finding: {
        severity: 'medium',
        title: expect.stringMatching(
          /^user\/boris read app\/db within .* of its rotation, for the first time$/,
        ) as never,
      },
    },
  ],
  quiet: [
    { name: 'its consumer', history, records: [rotation, record({ ...consumer, eventTime: at(300) })] },
    {
      name: 'two hours later',
      history,
      records: [rotation, record({ userIdentity: user('boris'), eventTime: at(7_200) })],
    },
    { name: 'a rotation alone', history, records: [rotation] },
    { name: 'nothing is known yet', records: [rotation, record({ eventTime: at(300) })] },
  ],
} satisfies DetectorCases;
