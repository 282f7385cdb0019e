import { expect } from '@jest/globals';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { at, denied, onDaysBefore, person, record, role } from '../../support/records.ts';

const habit = onDaysBefore(20, { userIdentity: role('billing', 'task') });
/** Somebody else, so that the network is known here. */
const colleagues = onDaysBefore(20, { sourceIPAddress: '198.51.100.7' });

export default {
  fires: [
    {
      name: 'a role reads one more secret, as after a release: low',
      history: habit,
      records: [
        record({ userIdentity: role('billing', 'task'), requestParameters: { secretId: 'sms/clockwork' } }),
      ],
      finding: {
        severity: 'low',
        title: 'role/billing read sms/clockwork for the first time',
        explanation: expect.stringContaining('Known of it: 20 active days') as never,
      },
    },
    {
      name: 'the same from a network that nobody here had used: medium',
      history: habit,
      records: [
        record({
          userIdentity: role('billing', 'task'),
          requestParameters: { secretId: 'sms/clockwork' },
          sourceIPAddress: '203.0.113.9',
        }),
      ],
      finding: { severity: 'medium', explanation: expect.stringContaining('203.0.113.0/24') as never },
    },
    {
      name: 'an identity not seen before, from a network of the organisation: low',
      history: [...habit, ...colleagues],
      records: [record({ userIdentity: role('new-service', 'task'), sourceIPAddress: '198.51.100.8' })],
      finding: {
        severity: 'low',
        explanation: expect.stringContaining('An identity not seen before') as never,
      },
    },
    {
      name: 'an identity not seen before, from nowhere known: medium',
      history: habit,
      records: [record({ userIdentity: role('new-service', 'task'), sourceIPAddress: '203.0.113.9' })],
      finding: { severity: 'medium' },
    },
    {
      name: 'another team’s secret by a person: medium',
      history: onDaysBefore(20, { userIdentity: person('Developers', 'mara@example.com') }),
      settings: `version: 1
teams: {messaging: {}, billing: {}}
secrets: [{match: {name: app/*}, owner: billing}, {match: {name: sms/*}, owner: messaging}]`,
      records: [
        record({
          userIdentity: person('Developers', 'mara@example.com'),
          requestParameters: { secretId: 'sms/clockwork' },
        }),
      ],
      finding: {
        severity: 'medium',
        owner: 'messaging',
        explanation: expect.stringContaining('of an owner none of whose') as never,
      },
    },
    {
      name: 'the suite is fourteen days old',
      knownForDays: 14,
      history: onDaysBefore(12, { userIdentity: role('billing', 'task') }),
      records: [
        record({ userIdentity: role('billing', 'task'), requestParameters: { secretId: 'sms/clockwork' } }),
      ],
      finding: { severity: 'low' },
    },
    {
      name: 'six new secrets on one day are more than a release brings: medium',
      history: habit,
      records: Array.from({ length: 6 }, (_, index) =>
        record({ userIdentity: role('billing', 'task'), requestParameters: { secretId: `app/${index}` } }),
      ),
      finding: { severity: 'medium', count: 6, title: 'role/billing read 6 secrets for the first time' },
    },
  ],
  quiet: [
    {
      name: 'the suite is thirteen days old: cannot know',
      knownForDays: 13,
      history: onDaysBefore(12, { userIdentity: role('billing', 'task') }),
      records: [
        record({ userIdentity: role('billing', 'task'), requestParameters: { secretId: 'sms/clockwork' } }),
      ],
    },
    { name: 'nothing is known yet: cannot know', records: [record()] },
    {
      name: 'a secret that it reads every day',
      history: habit,
      records: [record({ userIdentity: role('billing', 'other-task') })],
    },
    {
      name: 'a refused read',
      history: habit,
      records: [
        record({ ...denied('GetSecretValue', 'sms/clockwork'), userIdentity: role('billing', 'task') }),
      ],
    },
    {
      name: 'a secret that was created two days ago: everybody is new to it',
      history: [
        ...habit,
        record({
          eventTime: at(-2 * 86_400),
          eventName: 'CreateSecret',
          requestParameters: { name: 'app/new' },
          responseElements: { arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/new-AbCd12' },
        }),
      ],
      records: [
        record({ userIdentity: role('billing', 'task'), requestParameters: { secretId: 'app/new' } }),
      ],
    },
  ],
} satisfies DetectorCases;
