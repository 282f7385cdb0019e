import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { policyReach } from '../../../functions/core/normalise/resource-policy.ts';
import { account, otherAccount } from '../../support/records.ts';

const allow = (parts: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  ...parts,
});
const reach = (...statements: object[]) =>
  policyReach(JSON.stringify({ Version: '2012-10-17', Statement: statements }), account);
const heldBy = (Condition: object) => reach(allow({ Condition }));

const everybody = { openTo: 'everybody', accounts: [], narrowed: false };
const held = { openTo: 'everybody', accounts: [], narrowed: true };
const nobody = { openTo: 'none', accounts: [], narrowed: false };
const other = { openTo: 'accounts', accounts: [otherAccount], narrowed: false };

describe('principals', () => {
  it.each([
    ['*', everybody],
    [{ AWS: '*' }, everybody],
    [{ AWS: ['*'] }, everybody],
    [{ AWS: [`arn:aws:iam::${account}:root`, '*'] }, everybody],
    [{ AWS: 'arn:aws:iam::*:root' }, everybody],
    [{ AWS: account }, nobody],
    [{ AWS: `arn:aws:iam::${account}:role/app` }, nobody],
    [{ AWS: otherAccount }, other],
    [{ AWS: [`arn:aws:iam::${otherAccount}:root`, `arn:aws:iam::${otherAccount}:role/x`] }, other],
    [{ AWS: `arn:aws:sts::${otherAccount}:assumed-role/x/y` }, other],
    [{ AWS: 'AROAEXAMPLE000000001' }, nobody],
    [{ Service: 'lambda.amazonaws.com' }, nobody],
    [{ AWS: [7, null] }, nobody],
    ['anybody', nobody],
  ])('%j', (Principal, expected) => {
    expect(reach(allow({ Principal }))).toEqual(expected);
  });

  it('NotPrincipal is everybody but those', () => {
    const { Principal: _, ...rest } = allow();
    expect(reach({ ...rest, NotPrincipal: { AWS: account } })).toEqual(everybody);
  });

  it('a Deny lets nobody in', () => {
    expect(reach(allow({ Effect: 'Deny' }))).toEqual(nobody);
  });

  it('the widest statement counts', () => {
    const own = allow({ Principal: { AWS: account } });
    const foreign = allow({ Principal: { AWS: otherAccount } });
    expect(reach(own, foreign)).toEqual(other);
    expect(reach(own, foreign, allow())).toEqual({ ...everybody, accounts: [otherAccount] });
  });
});

describe('conditions that hold strangers back', () => {
  it.each([
    { StringEquals: { 'aws:PrincipalOrgID': 'o-abc123' } },
    { stringequals: { 'AWS:principalorgid': ['o-abc123', 'o-def456'] } },
    { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-abc123/r-ab12/*' } },
    { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
    { StringEquals: { 'aws:SourceVpce': ['vpce-1', 'vpce-2'] } },
    { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    { IpAddress: { 'aws:SourceIp': ['203.0.113.7', '2001:db8::/32'] } },
    { StringLike: { 'aws:userid': 'AROAEXAMPLE000000001:*' } },
    { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::one-bucket' } },
    { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:PrincipalOrgID': 'o-abc123' } },
    // Without wildcards in the operator a star is a letter, and matches no caller.
    { StringEquals: { 'aws:PrincipalOrgID': '*' } },
  ])('%j', (Condition) => {
    expect(heldBy(Condition)).toEqual(held);
  });
});

describe('conditions that hold nobody back', () => {
  it.each([
    {},
    { Bool: { 'aws:SecureTransport': 'true' } },
    { StringLike: { 'aws:PrincipalArn': '*' } },
    { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } },
    { StringLike: { 'aws:userid': '*' } },
    { StringEquals: { 'aws:PrincipalTag/team': 'ours' } },
    { StringEquals: { 'aws:username': 'admin' } },
    { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
    { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
    { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '::/0'] } },
    { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } },
    { IpAddress: { 'aws:SourceIp': 'everywhere' } },
    { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc123' } },
    { Null: { 'aws:PrincipalOrgID': 'false' } },
    // True as well for whoever belongs to no organization, or comes by no endpoint.
    { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abc123' } },
    { 'ForAllValues:StringEquals': { 'aws:SourceVpce': 'vpce-1' } },
    { StringEquals: 'aws:PrincipalOrgID' },
  ])('%j', (Condition) => {
    expect(heldBy(Condition)).toEqual(everybody);
  });
});

describe('conditions on accounts', () => {
  it.each([
    [{ StringEquals: { 'aws:PrincipalAccount': otherAccount } }],
    [{ StringEqualsIfExists: { 'aws:PrincipalAccount': otherAccount } }],
    [{ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${otherAccount}:role/*` } }],
    [{ StringEquals: { 'aws:SourceAccount': [account, otherAccount] } }],
  ])('name who is let in: %j', (Condition) => {
    expect(heldBy(Condition)).toEqual(other);
  });

  it('of the secret’s own account let nobody else in', () => {
    expect(heldBy({ StringEquals: { 'aws:PrincipalAccount': account } })).toEqual(nobody);
    expect(heldBy({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/app-*` } })).toEqual(nobody);
  });
});

describe('a Deny for strangers', () => {
  const deny = (Condition: object, parts: object = {}) =>
    allow({ Effect: 'Deny', Action: 'secretsmanager:*', Condition, ...parts });

  it.each([
    deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc123' } }),
    deny({ StringNotEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } }, { Action: '*' }),
    deny({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, { Action: ['secretsmanager:Get*'] }),
    deny({
      StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc123' },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    }),
  ])('holds them back: %j', (statement) => {
    expect(reach(allow(), statement)).toEqual(held);
  });

  it.each([
    deny({ Bool: { 'aws:SecureTransport': 'false' } }),
    deny({
      StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc123' },
      Bool: { 'aws:SecureTransport': 'false' },
    }),
    deny({ StringEquals: { 'aws:PrincipalOrgID': 'o-abc123' } }),
    deny(
      { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc123' } },
      { Action: 'secretsmanager:DeleteSecret' },
    ),
    deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc123' } }, { Principal: { AWS: otherAccount } }),
  ])('or does not: %j', (statement) => {
    expect(reach(allow(), statement)).toEqual(everybody);
  });
});

describe('the document', () => {
  it('may be parsed already, and hold one statement without a list', () => {
    expect(policyReach({ Statement: allow() }, account)).toEqual(everybody);
  });

  it.each([undefined, null, '', '{', '[]', '"*"', 7])('is none: %j', (policy) => {
    expect(policyReach(policy, account)).toBeUndefined();
  });

  it('without statements lets nobody in', () => {
    expect(policyReach('{}', account)).toEqual(nobody);
    expect(policyReach({ Statement: ['*', null] }, account)).toEqual(nobody);
  });

  it('of any content is read without a fault', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (Principal, Action, Condition) => {
        const statement = { Effect: 'Allow', Principal, Action, Condition };
        const deny = { ...statement, Effect: 'Deny' };
        expect(['everybody', 'accounts', 'none']).toContain(reach(statement, deny)?.openTo);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  const statements = fc.constantFrom(
    allow(),
    allow({ Principal: { AWS: account } }),
    allow({ Principal: { AWS: otherAccount } }),
    allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abc123' } } }),
    allow({ Condition: { StringEquals: { 'aws:PrincipalAccount': account } } }),
    allow({ Principal: { Service: 'lambda.amazonaws.com' } }),
  );
  const widths = { none: 0, held: 1, accounts: 2, everybody: 3 };
  const widthOf = (result: ReturnType<typeof reach>): number =>
    result?.openTo === 'everybody' && result.narrowed ? widths.held : widths[result?.openTo ?? 'none'];

  it('never lets fewer in for one Allow more, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(statements, { maxLength: 6 }), statements, (list, more) => {
        const before = reach(...list);
        expect(reach(...list.toReversed())).toEqual(before);
        expect(widthOf(reach(more, ...list))).toBeGreaterThanOrEqual(widthOf(before));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('that is hostile does not keep us busy', () => {
    const stars = '*a'.repeat(5_000);
    const began = performance.now();
    reach(allow(), {
      ...allow(),
      Effect: 'Deny',
      Action: stars,
      Condition: { StringLike: { 'aws:userid': stars } },
    });
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
