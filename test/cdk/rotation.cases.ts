import { describe, expect, it, jest } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { SecretsAudit } from '../../cdk/constructs/secrets-audit.ts';
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
  withoutBundling,
} from './synthesized.ts';

const { template } = synthesize(everything);
const arn = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-??????`;
const rotated = [arn('sms/clockwork'), arn('sms/minted')];
const key = `arn:aws:kms:${region}:${account}:key/33333333-3333-3333-3333-333333333333`;
const nothing = synthesize(settingsOf()).template;

const functionNamed = (name: string, of = template) =>
  resourcesOf(of, 'AWS::Lambda::Function').find(({ id }) => id.includes(`${name}LambdaFunction`));
const allowed = (name: string, of = template): Statement[] =>
  statementsOf(of, new RegExp(`${name}LambdaServiceRole`)).filter(({ Effect }) => Effect === 'Allow');
const denied = (name: string, of = template): Statement[] =>
  statementsOf(of, new RegExp(`${name}LambdaServiceRole`)).filter(({ Effect }) => Effect === 'Deny');
const resourcesOfAction = (action: string, statements: readonly Statement[]) =>
  statements.filter((each) => actionsOf(each).includes(action)).flatMap(({ Resource }) => Resource);

describe('where nothing is rotated', () => {
  it('there is no rotate and no usage', () => {
    for (const [name, type] of [
      ['Rotate', 'AWS::Lambda::Function'],
      ['Usage', 'AWS::Lambda::Function'],
    ] as const) {
      expect(resourcesOf(nothing, type).filter(({ id }) => id.includes(name))).toEqual([]);
    }
    expect(resourcesOf(nothing, 'AWS::SecretsManager::RotationSchedule')).toEqual([]);
    expect(resourcesOf(nothing, 'AWS::Lambda::Permission')).toEqual([]);
  });

  it('enforce still looks after posture, and is denied every value', () => {
    expect(functionNamed('Enforce', nothing)).toBeDefined();
    expect(denied('Enforce', nothing)).toEqual([
      {
        Sid: 'NoSecretValue',
        Effect: 'Deny',
        Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
        Resource: '*',
      },
    ]);
    const actions = allowed('Enforce', nothing).flatMap(actionsOf);
    expect(actions.filter((action) => /^(secretsmanager|ecs|lambda):/.test(action)).sort()).toEqual([
      'secretsmanager:GetResourcePolicy',
      'secretsmanager:ListSecrets',
    ]);
  });
});

describe('rotate', () => {
  it('may change exactly the rotated secrets of this account and Region', () => {
    for (const action of [
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]) {
      expect(resourcesOfAction(action, allowed('Rotate'))).toEqual(rotated);
    }
    const actions = allowed('Rotate').flatMap(actionsOf);
    expect([...new Set(actions.filter((action) => action.startsWith('secretsmanager:')))].sort()).toEqual([
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
  });

  it("uses the secret's key through Secrets Manager, for this secret alone", () => {
    const uses = (actions: string | string[]) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: key,
      Condition: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:SecretARN': [arn('sms/clockwork')] },
      },
    });
    expect(allowed('Rotate')).toContainEqual(uses(['kms:Decrypt', 'kms:GenerateDataKey']));
    for (const name of ['Enforce', 'Usage']) expect(allowed(name)).toContainEqual(uses('kms:Decrypt'));
  });

  it('is started by Secrets Manager for these secrets alone', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(({ Properties }) => Properties);
    expect(permissions).toEqual(
      rotated.map((SourceArn) => ({
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': [functionNamed('Rotate')?.id, 'Arn'] },
        Principal: 'secretsmanager.amazonaws.com',
        SourceAccount: account,
        SourceArn,
      })),
    );
  });

  it('is scheduled as the settings say, once it may be started, and not by the deployment', () => {
    const schedules = resourcesOf(template, 'AWS::SecretsManager::RotationSchedule');
    expect(schedules.map(({ Properties }) => Properties)).toEqual(
      [
        ['sms/clockwork', 'rate(90 days)'],
        ['sms/minted', 'rate(12 hours)'],
      ].map(([SecretId, ScheduleExpression]) => ({
        SecretId,
        RotationLambdaARN: { 'Fn::GetAtt': [functionNamed('Rotate')?.id, 'Arn'] },
        RotationRules: { ScheduleExpression },
        RotateImmediatelyOnUpdate: false,
      })),
    );
    for (const [index, { DependsOn }] of schedules.entries()) {
      expect(DependsOn).toEqual([resourcesOf(template, 'AWS::Lambda::Permission')[index]?.id]);
    }
  });

  it.each([
    ['4h', 'rate(4 hours)'],
    ['250m', 'rate(4 hours)'],
    ['1d', 'rate(1 day)'],
    ['47h', 'rate(1 day)'],
    ['2d', 'rate(2 days)'],
  ])('never less often than asked for: every %s is %s', (every, expected) => {
    const secrets = [{ match: { name: 'sms/key' }, rotation: { provider: 'clockwork', every } }];
    synthesize(settingsOf({ secrets })).template.hasResourceProperties(
      'AWS::SecretsManager::RotationSchedule',
      { RotationRules: { ScheduleExpression: expected } },
    );
  });
});

it('what reads a value may see whether the secret is there', () => {
  const described = (name: string) =>
    resourcesOfAction('secretsmanager:DescribeSecret', allowed(name)).toSorted();
  expect(described('Rotate')).toEqual([arn('sms/account'), ...rotated]);
  expect(described('Usage')).toEqual(rotated);
});

describe('enforce', () => {
  it('describes rotated secrets, and of all others their list and policies', () => {
    expect(resourcesOfAction('secretsmanager:DescribeSecret', allowed('Enforce'))).toEqual(rotated);
    expect(resourcesOfAction('secretsmanager:ListSecretVersionIds', allowed('Enforce'))).toEqual(rotated);
    expect(resourcesOfAction('secretsmanager:GetResourcePolicy', allowed('Enforce'))).toEqual(['*']);
  });

  it('sees the consumers that the contracts name, and no others', () => {
    expect(allowed('Enforce')).toContainEqual({
      Effect: 'Allow',
      Action: ['ecs:DescribeTasks', 'ecs:ListTasks'],
      Resource: '*',
      Condition: { ArnEquals: { 'ecs:cluster': [`arn:aws:ecs:${region}:${account}:cluster/prod`] } },
    });
    expect(resourcesOfAction('lambda:GetFunctionConfiguration', allowed('Enforce'))).toEqual([
      `arn:aws:lambda:${region}:${account}:function:sms-reports`,
    ]);
  });

  it('knows which roles are no consumers', () => {
    const roles = ['Enforce', 'Rotate', 'Usage'].map((name) => ({
      'Fn::GetAtt': [expect.stringContaining(`${name}LambdaServiceRole`), 'Arn'],
    }));
    expect(functionNamed('Enforce')?.Properties.Environment.Variables.OWN_ROLES).toEqual({
      'Fn::Join': ['', ['["', roles[0], '","', roles[1], '","', roles[2], '"]']],
    });
  });
});

it('rotate may start enforce, and nothing else', () => {
  expect(resourcesOfAction('lambda:InvokeFunction', allowed('Rotate'))).toEqual([
    { 'Fn::GetAtt': [expect.stringContaining('EnforceLambdaFunction'), 'Arn'] },
  ]);
});

describe('schedules', () => {
  it('are those of the settings', () => {
    const settings = {
      ...everything,
      enforce: { schedule: 'rate(2 hours)' },
      usage: { schedule: 'rate(5 minutes)' },
    };
    const schedules = resourcesOf(synthesize(settings).template, 'AWS::Scheduler::Schedule');
    const ofPart = (name: string) =>
      schedules.find(({ Properties }) => Properties.Target.Arn['Fn::GetAtt'][0].includes(name))?.Properties;
    expect(ofPart('Enforce').ScheduleExpression).toBe('rate(2 hours)');
    expect(ofPart('Usage').ScheduleExpression).toBe('rate(5 minutes)');
    for (const name of ['Enforce', 'Usage']) {
      expect(ofPart(name).Target.DeadLetterConfig.Arn['Fn::GetAtt'][0]).toContain(`${name}DeadLetters`);
    }
  });
});

describe('egress', () => {
  const parts = ['Rotate', 'Enforce', 'Usage'];
  const isOfNetwork = (statement: Statement) =>
    actionsOf(statement).some((action) => action.startsWith('ec2:'));

  it('puts what speaks to issuers into the subnets, and nothing else', () => {
    const inside = resourcesOf(template, 'AWS::Lambda::Function').filter(
      ({ Properties }) => Properties.VpcConfig,
    );
    expect(inside).toHaveLength(3);
    for (const name of parts) {
      expect(functionNamed(name)?.Properties.VpcConfig).toEqual({
        SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'],
        SecurityGroupIds: ['sg-0a1b2c3d'],
      });
    }
  });

  it('lets Lambda make network interfaces, not code', () => {
    for (const name of parts) {
      const [allow] = allowed(name).filter(isOfNetwork);
      expect(denied(name).filter(isOfNetwork)).toEqual([
        {
          ...allow,
          Action: expect.arrayContaining(['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces']),
          Sid: 'NoNetworkInterfaceByCode',
          Effect: 'Deny',
          Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
        },
      ]);
    }
    expect(statementsOf(template, /(Watch|Audit|Announce|Notify)Lambda/).filter(isOfNetwork)).toEqual([]);
  });

  it('is not there where none is named', () => {
    const open = synthesize({ ...everything, egress: undefined }).template;
    expect(
      resourcesOf(open, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.VpcConfig),
    ).toEqual([]);
    expect(statementsOf(open, /./).filter(isOfNetwork)).toEqual([]);
  });
});

describe('who gets email', () => {
  const subscriptionsOf = (settings = everything) =>
    resourcesOf(synthesize(settings).template, 'AWS::SNS::Subscription')
      .map(({ Properties }) => Properties)
      .filter(({ Protocol, TopicArn }) => Protocol === 'email' && !/Alarms/.test(TopicArn.Ref))
      .map(({ Endpoint, FilterPolicy, FilterPolicyScope }) => [
        Endpoint,
        FilterPolicy.targets,
        FilterPolicyScope,
      ]);

  it('hears what is sent to it, by the attribute of the message', () => {
    // SNS filters by attributes where no scope is named.
    expect(subscriptionsOf()).toEqual([
      ['security@example.com', ['email'], undefined],
      ['messaging@example.com', ['team-messaging'], undefined],
      ['oncall@example.com', ['owner-oncall@example.com'], undefined],
    ]);
  });

  it('has one subscription, for however many targets', () => {
    const settings = settingsOf({
      teams: {
        one: { email: 'shared@example.com' },
        two: { email: 'shared@example.com' },
        silent: { slack: '#silent' },
      },
      notify: {
        email: ['security@example.com', 'shared@example.com'],
        targets: { auditors: { email: ['security@example.com'] } },
      },
    });
    expect(subscriptionsOf(settings)).toEqual([
      ['security@example.com', ['email', 'auditors'], undefined],
      ['shared@example.com', ['email', 'team-one', 'team-two'], undefined],
    ]);
  });
});

it('a stack without a place takes the secrets to be where it goes, and says so', () => {
  const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
  const stack = new Stack(new App({ context: withoutBundling }), 'Anywhere');
  const { rotate } = new SecretsAudit(stack, 'Suite', { settings: everything });
  expect(rotate).toBeDefined();
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('has an account or a Region'));
  printed.mockRestore();
});
