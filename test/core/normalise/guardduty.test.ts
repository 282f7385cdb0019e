import { describe, expect, it } from '@jest/globals';
import { actorKey, relatedSightingIn } from '../../../functions/core/normalise/guardduty.ts';

const sighting = (credentials: object, detail: object = {}) =>
  relatedSightingIn({
    time: '2026-11-24T02:20:00Z',
    detail: {
      accountId: '111122223333',
      id: 'gd-1',
      type: 'Recon:IAMUser/UserPermissions',
      severity: 5,
      title: 'Unusual calls.',
      resource: { accessKeyDetails: credentials },
      ...detail,
    },
  });

describe('an identity is the same in GuardDuty and in CloudTrail', () => {
  it.each([
    [{ userName: 'deploy' }, 'arn:aws:iam::111122223333:role/deploy'],
    [{ userName: 'deploy' }, 'arn:aws:iam::111122223333:role/service/deploy'],
    [{ userName: 'anika' }, 'arn:aws:iam::111122223333:user/people/anika'],
    [
      { userName: 'AWSReservedSSO_OnCall_0123456789abcdef', principalId: 'AROAEXAMPLE:mara@example.com' },
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_OnCall_0123456789abcdef/mara@example.com',
    ],
  ])('%o', (credentials, principal) => {
    expect(sighting(credentials)?.actor).toBe(actorKey({ account: '111122223333', kind: 'role', principal }));
  });
});

it.each([
  [9, 'critical'],
  [8.9, 'high'],
  [4, 'medium'],
  [1, 'low'],
  ['x', 'info'],
])('its severity %s is %s', (severity, expected) => {
  expect(sighting({ userName: 'deploy' }, { severity })?.finding.severity).toBe(expected);
});

it('says when it was seen last, as far as it says so', () => {
  const seen = { service: { eventLastSeen: '2026-11-24T02:14:00Z' }, updatedAt: '2026-11-24T02:19:00Z' };
  expect(sighting({ userName: 'deploy' }, seen)?.finding.at).toBe('2026-11-24T02:14:00.000Z');
  expect(sighting({ userName: 'deploy' })?.finding.at).toBe('2026-11-24T02:20:00.000Z');
});

it('a finding that names no identity stands beside none', () => {
  expect(sighting({})).toBeUndefined();
  expect(relatedSightingIn({ detail: 'text' })).toBeUndefined();
});
