import { describe, expect, it } from '@jest/globals';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import {
  account,
  actionsOf,
  region,
  resourcesOf,
  settingsOf,
  statementsOf,
  synthesize,
} from './synthesized.ts';

const key = `arn:aws:kms:${region}:${account}:key/44444444-4444-4444-4444-444444444444`;
const settings = settingsOf({
  notify: {
    email: ['security@example.com'],
    slack: {
      botSecret: 'app/slack',
      encryptionKey: key,
      channel: '#security',
      buttons: true,
      users: ['U012AB3CD'],
    },
    targets: { old: { slack: { webhookSecret: 'app/hook' } } },
  },
});
const { app, template } = synthesize(settings);
const statements = statementsOf(template, /RespondLambdaServiceRole/);

describe('buttons in Slack', () => {
  it('have the one function URL of the suite, which anybody may call, as an output', () => {
    expect(resourcesOf(template, 'AWS::Lambda::Url').map(({ Properties }) => Properties)).toMatchObject([
      { AuthType: 'NONE', TargetFunctionArn: { 'Fn::GetAtt': [expect.stringContaining('Respond'), 'Arn'] } },
    ]);
    const open = resourcesOf(template, 'AWS::Lambda::Permission').filter(
      ({ Properties }) => Properties.Principal === '*',
    );
    expect(open.length).toBeGreaterThan(0);
    for (const { Properties } of open) {
      expect(JSON.stringify(Properties.FunctionName)).toContain('Respond');
      expect(Properties.FunctionUrlAuthType === 'NONE' || Properties.InvokedViaFunctionUrl === true).toBe(
        true,
      );
    }
    const outputs = Object.entries(template.toJSON()['Outputs'] as Record<string, { Value: unknown }>);
    expect(outputs.find(([id]) => id.includes('SlackRequestUrl'))?.[1].Value).toEqual({
      'Fn::GetAtt': [expect.stringContaining('Respond'), 'FunctionUrl'],
    });
  });

  it('are off unless asked for', () => {
    const slack = { botSecret: 'app/slack', channel: '#security' };
    const quiet = settingsOf({ notify: { email: ['security@example.com'], slack } });
    const other = synthesize(quiet).template;
    expect(resourcesOf(other, 'AWS::Lambda::Url')).toEqual([]);
    expect(Object.keys(other.toJSON()['Resources']).filter((id) => /respond/i.test(id))).toEqual([]);
  });

  it('let the function read the secret of the app, and no other', () => {
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:app/slack-??????`;
    const about = (effect: string) =>
      statements.filter(
        (each) => each.Effect === effect && actionsOf(each).includes('secretsmanager:GetSecretValue'),
      );
    expect(about('Allow')).toMatchObject([{ Resource: arn }]);
    expect(about('Deny')).toMatchObject([{ NotResource: arn }]);
    expect(statements).toContainEqual(expect.objectContaining({ Action: 'kms:Decrypt', Resource: key }));
  });

  it('let it touch incidents and seen requests alone', () => {
    const table = statements.filter((each) => actionsOf(each).some((action) => /^dynamodb:/.test(action)));
    expect(table).toMatchObject([
      {
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['INCIDENT#*', 'INCIDENTS', 'REQUEST#*'] },
        },
      },
    ]);
  });

  it('raise an alarm for errors, throttling, and many refused requests', () => {
    const names = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => Properties.AlarmName,
    );
    expect(names.filter((name: string) => name.includes('respond')).sort()).toEqual([
      'Test-Suite-respond-errors',
      'Test-Suite-respond-refused',
      'Test-Suite-respond-throttled',
    ]);
  });

  it.each([AwsSolutionsChecks, ServerlessChecks])('cdk-nag has nothing to say', (Checks) => {
    expect(new Checks(app).validateScope(app).violations).toEqual([]);
  });
});
