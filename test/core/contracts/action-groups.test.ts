import { describe, expect, it } from '@jest/globals';
import { actionGroupOf, groupsNeeded } from '../../../functions/core/contracts/action-groups.ts';
import { actionsOf } from '../../../functions/core/model/cloudtrail-events.ts';
import { event, secretArn } from '../../support/records.ts';

it('every action about secrets has a group, or is nobody’s', () => {
  const actions = [...actionsOf('secretsmanager.amazonaws.com')];
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action) => actionGroupOf(action) === undefined)).toEqual([]);
});

it.each([
  ['read', 'read'],
  ['batch-read', 'read'],
  ['decrypt', 'read'],
  ['read-parameter', 'read'],
  ['describe', 'describe'],
  ['list', 'list'],
  ['put-value', 'write'],
  ['delete', 'write'],
  ['tag', 'write'],
  ['rotate', 'write'],
  ['replicate', 'write'],
  ['move-stage', 'stage'],
  ['put-policy', 'policy'],
  ['rotation-started', 'nobody'],
  ['random-password', 'nobody'],
  ['stop-trail', undefined],
  ['something-new', undefined],
  ['constructor', undefined],
])('%s: %s', (action, group) => {
  expect(actionGroupOf(action)).toBe(group);
});

describe('what Secrets Manager asks of KMS', () => {
  const kms = (sourceIPAddress: string) =>
    event({
      eventSource: 'kms.amazonaws.com',
      eventName: 'Decrypt',
      sourceIPAddress,
      requestParameters: { encryptionContext: { SecretARN: secretArn('app/db') } },
    });

  it('may be for a read or a write; what anybody else asks is a read', () => {
    expect(groupsNeeded(kms('secretsmanager.amazonaws.com'))).toEqual(['read', 'write']);
    expect(groupsNeeded(kms('192.0.2.1'))).toEqual(['read']);
  });
});
