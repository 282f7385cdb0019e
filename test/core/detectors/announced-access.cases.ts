import type { DetectorCases } from '../../support/detector-cases.ts';
import { record, role } from '../../support/records.ts';

const settings = `version: 1
secrets:
  - match: {name: app/db}
    allow:
      - {id: breakglass, role: break-glass, actions: any, from: any, severity: critical}
      - {id: oncall, role: oncall, actions: [read], from: any, announce: always}
      - {id: sender, role: sender, actions: [read], from: any}
`;

export default {
  fires: [
    {
      name: 'break-glass: permitted and never silent',
      settings,
      records: [record({ userIdentity: role('break-glass', 'mara') })],
      finding: { severity: 'critical', title: 'role/break-glass used app/db by clause "breakglass"' },
    },
    {
      name: 'announce: always',
      settings,
      records: [record({ userIdentity: role('oncall', 'mara') })],
      finding: { severity: 'low' },
    },
  ],
  quiet: [
    { name: 'an ordinary clause', settings, records: [record({ userIdentity: role('sender', 'task') })] },
    { name: 'an identity that no clause names', settings, records: [record()] },
  ],
} satisfies DetectorCases;
