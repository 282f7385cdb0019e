import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { denied, onDaysBefore, record, role } from '../../support/records.ts';

const settings = `version: 1
teams: {messaging: {email: messaging@example.com}}
networks: {office: {cidrs: [192.0.2.0/24]}}
secrets:
  - match: {name: app/db}
    owner: messaging
    allow:
      - {id: sender, role: sender, actions: [read], from: [office], severity: high}
`;
const draft = `${settings}learned: {from: 2026-01-01, until: 2026-03-01}
`;
const known = onDaysBefore(20, { requestParameters: { secretId: 'other' } });
const sender = { userIdentity: role('sender', 'task') };

export default {
  fires: [
    {
      name: 'an identity that no clause names: the finding lists what is permitted',
      settings,
      records: [record()],
      finding: {
        severity: 'medium',
        owner: 'messaging',
        title: 'user/anika used app/db outside its contract',
        explanation: expect.stringMatching(/No clause of app\/db permits .*anika.*sender/) as never,
      },
    },
    {
      name: 'the right identity from another network: the finding quotes the clause, and has its severity',
      settings,
      records: [record({ ...sender, sourceIPAddress: '203.0.113.9' })],
      finding: {
        severity: 'high',
        explanation: expect.stringMatching(/"sender".*office.*203\.0\.113\.9/) as never,
      },
    },
    {
      name: 'somebody known, while the contracts are a learned draft: low',
      settings: draft,
      history: known,
      records: [record()],
      finding: {
        severity: 'low',
        explanation: expect.stringMatching(/draft learned until 2026-03-01, .*known by then/) as never,
      },
    },
    {
      name: 'somebody first seen after the draft was learned: medium, and says so',
      settings: draft,
      history: known,
      records: [record({ userIdentity: role('newcomer', 'task') })],
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining(
          'role/newcomer was first seen on 2026-03-02, after the contracts were learned (until 2026-03-01)',
        ) as never,
      },
    },
    {
      name: 'a network first seen after the draft was learned: medium, and says so',
      settings: draft,
      history: known,
      records: [record({ sourceIPAddress: '203.0.113.9' })],
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('203.0.113.0/24 was first seen on 2026-03-02') as never,
      },
    },
    {
      name: 'a draft, where nothing is known of the days that it was learned from: medium',
      settings: draft,
      records: [record()],
      finding: {
        severity: 'medium',
        explanation: expect.stringContaining('Not known: whether the identity') as never,
      },
    },
  ],
  quiet: [
    { name: 'what the clause permits', settings, records: [record(sender)] },
    { name: 'a refused call', settings, records: [record(denied('GetSecretValue', 'app/db'))] },
    {
      name: 'a secret without a contract',
      settings,
      records: [record({ requestParameters: { secretId: 'other' } })],
    },
    { name: 'no contracts at all', records: [record()] },
  ],
} satisfies DetectorCases;
