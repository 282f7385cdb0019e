import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, onDaysBefore, record, role } from '../../support/records.ts';

const worker = { userIdentity: role('worker', 'task') };
const newSecretOn = (...days: number[]) =>
  days.map((day) =>
    record({ ...worker, eventTime: at(day * 86_400), requestParameters: { secretId: `other/${day}` } }),
  );

export default {
  fires: [
    {
      name: 'a new secret on the fourth of 21 days',
      history: onDaysBefore(20, worker),
      records: newSecretOn(0, 5, 12, 20),
      finding: {
        severity: 'medium',
        count: 4,
        title: 'role/worker read 4 secrets new to it on 4 days',
        explanation: expect.stringContaining('other/0, other/12, other/20, other/5') as never,
      },
    },
  ],
  quiet: [
    { name: 'three days', history: onDaysBefore(20, worker), records: newSecretOn(0, 5, 12) },
    { name: 'four days, but over 22', history: onDaysBefore(20, worker), records: newSecretOn(0, 5, 12, 22) },
    {
      name: 'ten new secrets on one day, as with a release',
      history: onDaysBefore(20, worker),
      records: Array.from({ length: 10 }, (_, index) =>
        record({ ...worker, requestParameters: { secretId: `r/${index}` } }),
      ),
    },
    {
      name: 'what a contract permits was agreed',
      settings: `version: 1
secrets: [{match: {name: other/*}, allow: [{id: worker, role: worker, actions: [read], from: any}]}]`,
      history: onDaysBefore(20, worker),
      records: newSecretOn(0, 5, 12, 20),
    },
    { name: 'nothing is known yet', records: newSecretOn(0, 1, 2, 3, 4) },
  ],
} satisfies DetectorCases;
