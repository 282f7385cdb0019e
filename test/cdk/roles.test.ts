import { describe, expect, it } from '@jest/globals';
import { secretArn } from '../../cdk/constructs/secret-arn.ts';
import {
  account,
  actionsOf,
  everything,
  region,
  resourcesOf,
  settingsOf,
  statementsOf,
  synthesize,
} from './synthesized.ts';

const { template } = synthesize(everything);
const arn = `arn:aws:secretsmanager:${region}:${account}:secret:secrets-audit/slack-??????`;
const touchingValues = (role: RegExp) =>
  statementsOf(template, role).filter((statement) =>
    actionsOf(statement).some((action) => action.startsWith('secretsmanager:')),
  );

describe('values of secrets', () => {
  const denied = {
    Sid: 'NoSecretValue',
    Effect: 'Deny',
    Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
    Resource: '*',
  };

  it.each(['Watch', 'Announce'])('%s may read none', (name) => {
    expect(touchingValues(new RegExp(`${name}LambdaServiceRole`))).toEqual([denied]);
  });

  it('Audit may list secrets, nothing else, and read no value', () => {
    const statements = touchingValues(/AuditLambdaServiceRole/);
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toEqual([denied]);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(actionsOf);
    expect(allowed.filter((action) => action.startsWith('secretsmanager:'))).toEqual([
      'secretsmanager:ListSecrets',
    ]);
  });

  it('Notify may read the webhook address, and is denied every other', () => {
    expect(touchingValues(/NotifyLambdaServiceRole/)).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: arn },
      {
        Sid: 'NoOtherSecretValue',
        Effect: 'Deny',
        Action: 'secretsmanager:GetSecretValue',
        NotResource: arn,
      },
      {
        Sid: 'NoSecretValuesInBatches',
        Effect: 'Deny',
        Action: 'secretsmanager:BatchGetSecretValue',
        Resource: '*',
      },
    ]);
  });

  it('Notify may decrypt with the key of the webhook address, through Secrets Manager alone', () => {
    const key = everything.notify.slack?.encryptionKey;
    expect(statementsOf(template, /NotifyLambdaServiceRole/)).toContainEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: key,
      Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
    });
  });

  it.each([
    ['app/slack', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/slack-??????'],
    [
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/slack-AbC123',
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/slack-AbC123',
    ],
    [
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/slack',
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/slack-??????',
    ],
  ])('%s is %s to IAM', (given, expected) => {
    expect(secretArn(given, { partition: 'aws', region, account })).toBe(expected);
  });
});

describe('roles', () => {
  const roles = resourcesOf(template, 'AWS::IAM::Role');

  it('are one a function, and one for the scheduler, without managed policies', () => {
    expect(roles.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'SuiteAnnounceLambdaServiceRole',
      'SuiteAuditLambdaServiceRole',
      'SuiteAuditSchedulerRole',
      'SuiteNotifyLambdaServiceRole',
      'SuiteWatchLambdaServiceRole',
    ]);
    for (const { Properties } of roles) expect(Properties.ManagedPolicyArns).toBeUndefined();
  });

  it('allow nothing by wildcard action, and any resource only where AWS knows none', () => {
    const onAnything = new Set<string>();
    for (const statement of statementsOf(template, /./)) {
      if (statement.Effect === 'Deny') continue;
      for (const action of actionsOf(statement)) {
        expect(action).not.toContain('*');
        if ([statement.Resource].flat().includes('*')) onAnything.add(action);
      }
    }
    expect([...onAnything].sort()).toEqual([
      'cloudtrail:LookupEvents',
      'dynamodb:ListStreams',
      'secretsmanager:ListSecrets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('use the key through services alone', () => {
    const uses = statementsOf(template, /./).filter((statement) =>
      actionsOf(statement).some((action) => action.startsWith('kms:')),
    );
    expect(uses.length).toBeGreaterThan(8);
    for (const { Condition } of uses) expect(Condition?.['StringEquals']?.['kms:ViaService']).toBeDefined();
  });

  it('have no boundary unless one is given', () => {
    for (const { Properties } of roles) expect(Properties.PermissionsBoundary).toBeUndefined();
    const boundary = `arn:aws:iam::${account}:policy/boundary`;
    const bounded = resourcesOf(
      synthesize({ ...everything, permissionsBoundary: boundary }).template,
      'AWS::IAM::Role',
    );
    expect(bounded).toHaveLength(roles.length);
    for (const { Properties } of bounded) expect(Properties.PermissionsBoundary).toBe(boundary);
  });

  it('of the scheduler start one function, for schedules of this account alone', () => {
    const scheduler = roles.find(({ id }) => id.includes('SchedulerRole'));
    expect(scheduler?.Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
      {
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': expect.anything() } },
      },
    ]);
    const starts = statementsOf(template, /SchedulerRole/).filter(
      ({ Action }) => Action === 'lambda:InvokeFunction',
    );
    expect(starts).toMatchObject([
      { Resource: { 'Fn::GetAtt': [expect.stringContaining('AuditLambdaFunction'), 'Arn'] } },
    ]);
  });
});

it('without Slack, there is nothing of notify', () => {
  const quiet = synthesize(settingsOf({ notify: { email: ['security@example.com'] } })).template;
  expect(Object.keys(quiet.toJSON()['Resources']).filter((id) => /notify/i.test(id))).toEqual([]);
  expect(JSON.stringify(quiet.toJSON())).not.toContain('"secretsmanager:GetSecretValue"],"Effect":"Allow"');
  const own = resourcesOf(quiet, 'AWS::Lambda::Function').map(
    ({ Properties }) => Properties.Environment.Variables.OWN_READS,
  );
  expect(own.filter((each) => each !== undefined)).toEqual(['[]', '[]']);
});

it('the reads of notify are known by its role and secret', () => {
  for (const { Properties } of resourcesOf(template, 'AWS::Lambda::Function')) {
    const own = Properties.Environment.Variables.OWN_READS;
    if (own === undefined) continue;
    expect(own).toEqual({
      'Fn::Join': [
        '',
        [
          '[{"role":"',
          { 'Fn::GetAtt': [expect.stringContaining('NotifyLambdaServiceRole'), 'Arn'] },
          '","secret":"secrets-audit/slack"}]',
        ],
      ],
    });
  }
});
