import type { DetectorCases } from '../../support/detector-cases.ts';
import { onDaysBefore, person, record, role } from '../../support/records.ts';

const mara = { userIdentity: person('Developers', 'mara@example.com') };
const agent = (system: string, language: string) => ({
  userAgent: `Boto3/1.34.0 md/Botocore#1.34.0 ua/2.0 os/${system}#6.1 md/arch#x86_64 lang/python#${language}`,
});
const habit = onDaysBefore(20, { ...mara, ...agent('macos', '3.11.8') });

export default {
  fires: [
    {
      name: 'another language version on the same system: low',
      history: habit,
      records: [record({ ...mara, ...agent('macos', '3.12.1') })],
      finding: { severity: 'low' },
    },
    {
      name: 'a person on a system never used: medium',
      history: habit,
      records: [record({ ...mara, ...agent('linux', '3.10.2') })],
      finding: { severity: 'medium' },
    },
    {
      name: 'a service on another system: low',
      history: onDaysBefore(20, { userIdentity: role('sender', 'task'), ...agent('macos', '3.11.8') }),
      records: [record({ userIdentity: role('sender', 'task'), ...agent('linux', '3.10.2') })],
      finding: { severity: 'low' },
    },
  ],
  quiet: [
    {
      name: 'a patch of the same tool',
      history: habit,
      records: [record({ ...mara, ...agent('macos', '3.11.9') })],
    },
    {
      name: 'somebody seen on two days',
      history: onDaysBefore(2, mara),
      records: [record({ ...mara, ...agent('linux', '3.10.2') })],
    },
    { name: 'nothing is known yet', records: [record({ ...mara, ...agent('linux', '3.10.2') })] },
  ],
} satisfies DetectorCases;
