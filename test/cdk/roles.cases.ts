import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { secretArn } from '../../cdk/constructs/secret-arn.ts';
import { ownReadsSchema } from '../../functions/core/model/own-reads.ts';
import {
  account,
  actionsOf,
  everything,
  region,
  resourcesOf,
  type Statement,
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

  /** Values that each function may read; all that is not here is denied, by name. */
  const readable = {
    Announce: [],
    Audit: [],
    Digest: [],
    Enforce: ['sms/clockwork', 'sms/minted'],
    Notify: ['secrets-audit/slack'],
    Report: [],
    Rotate: ['sms/account', 'sms/clockwork', 'sms/minted'],
    Usage: ['sms/clockwork', 'sms/minted'],
    Watch: [],
  };
  const roles = resourcesOf(template, 'AWS::IAM::Role').filter(
    ({ Properties }) =>
      Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service === 'lambda.amazonaws.com',
  );
  const arnsOf = (names: readonly string[]) =>
    names.map((name) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`);

  it('are read by these functions alone', () => {
    expect(roles.map(({ id }) => /^Suite(\w+?)LambdaServiceRole/.exec(id)?.[1]).sort()).toEqual(
      Object.keys(readable),
    );
    const readers = resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
      (Properties.PolicyDocument.Statement as Statement[]).some(
        (statement) =>
          statement.Effect === 'Allow' && actionsOf(statement).some((action) => /SecretValue$/.test(action)),
      ),
    );
    expect(readers.map(({ id }) => /^Suite(\w+?)Lambda/.exec(id)?.[1]).sort()).toEqual([
      'Enforce',
      'Notify',
      'Rotate',
      'Usage',
    ]);
  });

  it.each(Object.entries(readable))(
    '%s may read exactly these, and is denied every other: %j',
    (name, names) => {
      const statements = touchingValues(new RegExp(`Suite${name}LambdaServiceRole`));
      const about = (effect: string, action: string) =>
        statements.filter(
          ({ Effect, ...each }) => Effect === effect && actionsOf({ Effect, ...each }).includes(action),
        );
      expect(about('Allow', 'secretsmanager:GetSecretValue').flatMap(({ Resource }) => Resource)).toEqual(
        arnsOf(names),
      );
      expect(about('Allow', 'secretsmanager:BatchGetSecretValue')).toEqual([]);
      const [deny, ...others] = about('Deny', 'secretsmanager:GetSecretValue');
      expect(others).toEqual([]);
      expect([deny?.NotResource ?? []].flat().sort()).toEqual(arnsOf(names));
      expect(deny?.Resource).toBe(names.length > 0 ? undefined : '*');
      expect(deny?.Condition).toBeUndefined();
      expect(about('Deny', 'secretsmanager:BatchGetSecretValue')).toMatchObject([{ Resource: '*' }]);
    },
  );

  it.each(['Watch', 'Announce', 'Digest'])('%s may read none', (name) => {
    expect(touchingValues(new RegExp(`${name}LambdaServiceRole`))).toEqual([denied]);
  });

  it.each(['Audit', 'Report'])('%s may list secrets, nothing else, and read no value', (name) => {
    const statements = touchingValues(new RegExp(`${name}LambdaServiceRole`));
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

  it('Notify may read the secrets of all its targets, each once, and hears of these targets alone', () => {
    const slack = { botSecret: 'app/bot', channel: '#security' };
    const other = synthesize(
      settingsOf({
        teams: { payments: { slack: '#payments' } },
        notify: {
          email: ['security@example.com'],
          slack,
          targets: {
            siem: { webhook: { secret: 'app/siem' } },
            old: { slack: { webhookSecret: 'app/hook' } },
            auditors: { email: ['auditors@example.com'] },
          },
        },
      }),
    ).template;
    const [allowed] = statementsOf(other, /NotifyLambdaServiceRole/).filter(
      (statement) =>
        statement.Effect === 'Allow' && actionsOf(statement).includes('secretsmanager:GetSecretValue'),
    );
    expect(allowed?.Resource).toEqual(
      ['app/bot', 'app/hook', 'app/siem'].map(
        (name) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`,
      ),
    );
    other.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sqs',
      FilterPolicy: { targets: ['slack', 'team-payments', 'siem', 'old'] },
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

  it('are one a function, and one for each schedule, without managed policies', () => {
    expect(roles.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'SuiteAnnounceLambdaServiceRole',
      'SuiteAuditLambdaServiceRole',
      'SuiteAuditSchedulerRole',
      'SuiteDigestLambdaServiceRole',
      'SuiteDigestSchedulerRole',
      'SuiteEnforceLambdaServiceRole',
      'SuiteEnforceSchedulerRole',
      'SuiteNotifyLambdaServiceRole',
      'SuiteReportLambdaServiceRole',
      'SuiteReportSchedulerRole',
      'SuiteRotateLambdaServiceRole',
      'SuiteUsageLambdaServiceRole',
      'SuiteUsageSchedulerRole',
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
        const isOnAnything = [statement.Resource].flat().includes('*');
        if (isOnAnything && statement.Condition === undefined) onAnything.add(action);
      }
    }
    expect([...onAnything].sort()).toEqual([
      'cloudtrail:LookupEvents',
      'dynamodb:ListStreams',
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
      'secretsmanager:GetResourcePolicy',
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

  it.each(['Audit', 'Enforce', 'Report', 'Usage'])(
    'of the scheduler of %s start this function, for schedules of this account alone',
    (name) => {
      const scheduler = roles.find(({ id }) => id.includes(`${name}SchedulerRole`));
      expect(scheduler?.Properties.AssumeRolePolicyDocument.Statement).toMatchObject([
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': expect.anything() } },
        },
      ]);
      const starts = statementsOf(template, new RegExp(`${name}SchedulerRole`)).filter(
        ({ Action }) => Action === 'lambda:InvokeFunction',
      );
      expect(starts).toMatchObject([
        { Resource: { 'Fn::GetAtt': [expect.stringContaining(`${name}LambdaFunction`), 'Arn'] } },
      ]);
    },
  );
});

it('without Slack, there is nothing of notify', () => {
  const quiet = synthesize(settingsOf({ notify: { email: ['security@example.com'] } })).template;
  expect(Object.keys(quiet.toJSON()['Resources']).filter((id) => /notify/i.test(id))).toEqual([]);
  const reads = statementsOf(quiet, /./).filter(
    (statement) =>
      statement.Effect === 'Allow' && actionsOf(statement).includes('secretsmanager:GetSecretValue'),
  );
  expect(reads).toEqual([]);
});

describe("the suite's own calls", () => {
  const ownCallsOf = (of: Template) =>
    resourcesOf(of, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
      const own = Properties.Environment.Variables.OWN_READS;
      if (own === undefined) return [];
      const text = [own['Fn::Join'][1]]
        .flat()
        .map((part: string | { 'Fn::GetAtt': string[] }) =>
          typeof part === 'string'
            ? part
            : part['Fn::GetAtt'][0]?.replace(/^Suite(\w+)LambdaServiceRole\w+$/, '$1'),
        )
        .join('');
      return [{ own: JSON.parse(text), length: text.length }];
    });

  it('are known by role, secret and action', () => {
    const secrets = ['sms/clockwork', 'sms/minted'];
    for (const { own } of ownCallsOf(template)) {
      expect(own).toEqual([
        { role: 'Notify', secret: ['secrets-audit/slack'] },
        { role: 'Rotate', secret: secrets, actions: ['read', 'describe', 'put-value', 'move-stage'] },
        { role: 'Rotate', secret: ['sms/account'], actions: ['read', 'describe'] },
        { role: ['Enforce', 'Usage'], secret: secrets, actions: ['read', 'describe'] },
        { role: 'Enforce', secret: '*', actions: ['describe'] },
      ]);
      expect(ownReadsSchema.parse(own)).toEqual(own);
    }
    expect(ownCallsOf(template)).toHaveLength(2);
  });

  it('are those of enforce alone, where nothing is rotated and nobody hears by Slack', () => {
    for (const { own } of ownCallsOf(synthesize(settingsOf()).template)) {
      expect(own).toEqual([{ role: 'Enforce', secret: '*', actions: ['describe'] }]);
    }
  });

  it('of 30 rotated secrets fit the environment of a Lambda', () => {
    const secrets = Array.from({ length: 30 }, (_, index) => ({
      match: { name: `production/messaging/key-${index}` },
      rotation: { provider: 'clockwork' },
    }));
    for (const { length } of ownCallsOf(synthesize(settingsOf({ secrets })).template)) {
      // 4 KB for all variables; 5 ARNs of roles are about 100 characters each.
      expect(length).toBeLessThan(4096 - 1000);
    }
  });
});
