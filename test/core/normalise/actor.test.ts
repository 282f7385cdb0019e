import { describe, expect, it } from '@jest/globals';
import { account, event, otherAccount, region, role, root, user } from '../../support/records.ts';

describe('who', () => {
  const actor = (userIdentity: unknown) => event({ userIdentity }).actor;

  it('is the role for a machine, whatever its session', () => {
    const first = actor(role('worker', 'i-0aaa', '/service/'));
    expect(first).toMatchObject({ kind: 'role', principal: `arn:aws:iam::${account}:role/service/worker` });
    const other = actor(role('worker', 'i-0bbb', '/service/'));
    expect(other.principal).toBe(first.principal);
    expect(other.session?.name).toBe('i-0bbb');
  });

  it('comes with what the record tells of the session, and no more', () => {
    const identity = role('worker', 'i-0aaa');
    const sessionContext = identity['sessionContext'] as object;
    const instance = `arn:aws:ec2:${region}:${account}:instance/i-0aaa`;
    expect(
      event({
        userIdentity: {
          ...identity,
          sessionContext: { ...sessionContext, ec2RoleDelivery: '2.0' },
          inScopeOf: { issuerType: 'AWS::EC2::Instance', credentialsIssuedTo: instance },
        },
        sessionCredentialFromConsole: 'true',
      }).actor,
    ).toMatchObject({
      session: {
        name: 'i-0aaa',
        mfa: false,
        ec2RoleDelivery: '2.0',
        issuedAt: Date.parse('2026-03-02T08:00:00Z'),
        fromConsole: true,
      },
      scope: instance,
    });
    const bare = event({ userIdentity: { ...user('anika'), inScopeOf: {} } }).actor;
    expect(bare).not.toHaveProperty('session');
    expect(bare).not.toHaveProperty('scope');
  });

  it('is the person still when a service calls for them', () => {
    expect(
      event({ userIdentity: { ...user('anika'), invokedBy: 'cloudformation.amazonaws.com' } }).actor,
    ).toMatchObject({
      kind: 'user',
      viaService: 'cloudformation.amazonaws.com',
    });
    expect(actor({ type: 'AWSService', invokedBy: 'backup.amazonaws.com' })).not.toHaveProperty('viaService');
  });

  it('is role and person for Identity Center and federation', () => {
    const mara = actor(role('AWSReservedSSO_OnCall_0123456789abcdef', 'mara@example.com'));
    expect(mara).toMatchObject({ kind: 'person' });
    expect(mara.role).toBe(`arn:aws:iam::${account}:role/AWSReservedSSO_OnCall_0123456789abcdef`);
    expect(actor(role('worker', 'i-0aaa'))).not.toHaveProperty('role');
    expect(mara.principal).toContain('AWSReservedSSO_OnCall_0123456789abcdef/mara@example.com');
    const arn = `arn:aws:sts::${account}:federated-user/bo`;
    expect(actor({ type: 'FederatedUser', arn, accountId: account })).toMatchObject({
      kind: 'person',
      principal: arn,
    });
  });

  it.each([
    ['root', root(), `arn:aws:iam::${account}:root`],
    ['user', user('anika'), `arn:aws:iam::${account}:user/anika`],
    // The documentation's own sample: an assumed role under the type of a user.
    [
      'role',
      { type: 'IAMUser', arn: `arn:aws:sts::${account}:assumed-role/Admin/u` },
      `arn:aws:iam::${account}:role/Admin`,
    ],
    [
      'role',
      { type: 'Role', arn: `arn:aws:iam::${account}:role/direct` },
      `arn:aws:iam::${account}:role/direct`,
    ],
    ['service', { type: 'AWSService', invokedBy: 'backup.amazonaws.com' }, 'backup.amazonaws.com'],
    ['account', { type: 'AWSAccount', principalId: 'AROAX:session', accountId: otherAccount }, 'AROAX'],
    ['account', { type: 'AWSAccount', accountId: otherAccount }, account],
    ['person', { type: 'IdentityCenterUser', onBehalfOf: { userId: 'u-1' } }, 'identity-center:u-1'],
    ['person', { type: 'IdentityCenterUser' }, 'identity-center:unknown'],
    ['person', { type: 'SAMLUser', principalId: 'idp:mara' }, 'idp:mara'],
    ['person', { type: 'WebIdentityUser' }, 'unknown'],
    ['root', { type: 'Root' }, `${account}:root`],
    ['unknown', { type: 'Directory', userName: 'old' }, 'old'],
    ['unknown', undefined, 'unknown'],
  ])('is %s for %j', (kind, identity, principal) => {
    expect(actor(identity)).toMatchObject({ kind, principal });
  });
});
