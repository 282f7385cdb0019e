import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { denied, onDaysBefore, person, record } from '../../support/records.ts';

const userAgent =
  'aws-cli/2.17.0 ua/2.0 os/linux#6.1.112 md/arch#x86_64 lang/python#3.12.6 exec-env/CloudShell md/command#secretsmanager.get-secret-value';
const mara = person('OnCall', 'mara');
const fromConsole = { userIdentity: mara, userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' };
const shell = (overrides: object = {}) => record({ userIdentity: mara, userAgent, ...overrides });

export default {
  fires: [
    {
      name: 'without history: low, and says what is not known',
      records: [shell()],
      finding: {
        severity: 'low',
        title: expect.stringMatching(/^mara \(OnCall\) read app\/db from CloudShell$/) as never,
        explanation: expect.stringContaining('Not known: whether that is usual.') as never,
      },
    },
    {
      name: 'by somebody who reads this secret there: info',
      records: [shell()],
      history: onDaysBefore(20, { userIdentity: mara, userAgent }),
      finding: { severity: 'info', count: 1 },
    },
    {
      name: 'by somebody to whom the tool is new, of a secret they always read: medium',
      records: [shell()],
      history: onDaysBefore(20, fromConsole),
      finding: { severity: 'medium', explanation: expect.stringContaining('a tool new to it') as never },
    },
    {
      name: 'by somebody to whom tool and secret are new: medium',
      records: [shell({ requestParameters: { secretId: 'app/other' } })],
      history: onDaysBefore(20, fromConsole),
      finding: { severity: 'medium', explanation: expect.stringContaining('no MFA') as never },
    },
    {
      name: 'by somebody who was never seen, so whose tools are not known: low',
      records: [shell({ userIdentity: person('OnCall', 'bo') })],
      history: onDaysBefore(20, fromConsole),
      finding: { severity: 'low' },
    },
    {
      name: 'a batch by filter',
      records: [shell({ eventName: 'BatchGetSecretValue', requestParameters: { filters: [] } })],
      finding: { title: expect.stringContaining('read secrets by filter') as never },
    },
  ],
  quiet: [
    { name: 'another tool', records: [record()] },
    { name: 'a refused read', records: [shell(denied('GetSecretValue', 'app/db'))] },
    { name: 'a description', records: [shell({ eventName: 'DescribeSecret' })] },
  ],
} satisfies DetectorCases;
