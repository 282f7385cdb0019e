import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, record, role } from '../../support/records.ts';

const settings = 'version: 1\ndetectors: {session-elsewhere: {enabled: true}}';
const host = { userIdentity: role('sender', 'i-0abc123456789def0') };
const elsewhere = { ...host, sourceIPAddress: '203.0.113.9' };
const otherSession = {
  userIdentity: { ...role('sender', 'i-0fff123456789def0'), accessKeyId: 'ASIAEXAMPLE000000002' },
  sourceIPAddress: '203.0.113.9',
};
const history = onDaysBefore(20, host);

export default {
  fires: [
    {
      name: 'the same access key at home and elsewhere within an hour',
      settings,
      history,
      records: [record(host), record({ ...elsewhere, eventTime: at(3_600) })],
      finding: {
        severity: 'high',
        count: 2,
        title: 'One session of role/sender read secrets from 2 networks',
        explanation: expect.stringContaining('192.0.2.0/24 and 203.0.113.0/24') as never,
      },
    },
  ],
  quiet: [
    {
      name: 'more than an hour apart',
      settings,
      history,
      records: [record(host), record({ ...elsewhere, eventTime: at(3_601) })],
    },
    { name: 'two sessions in two places', settings, history, records: [record(host), record(otherSession)] },
    {
      name: 'two networks that it uses every day',
      settings,
      history: [...history, ...onDaysBefore(20, elsewhere)],
      records: [record(host), record(elsewhere)],
    },
    {
      name: 'experimental: off until the settings name it',
      history,
      records: [record(host), record(elsewhere)],
    },
  ],
} satisfies DetectorCases;
