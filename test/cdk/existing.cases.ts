import { describe, expect, it, jest } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SecretsAudit } from '../../cdk/constructs/secrets-audit.ts';
import {
  account,
  actionsOf,
  everything,
  region,
  resourcesOf,
  settingsOf,
  statementsOf,
  synthesize,
  withoutBundling,
} from './synthesized.ts';

const topic = `arn:aws:sns:${region}:${account}:findings`;
const encryptionKey = `arn:aws:kms:${region}:${account}:key/11111111-1111-1111-1111-111111111111`;
const permissionsBoundary = `arn:aws:iam::${account}:policy/boundary`;
const given = {
  ...everything,
  topic,
  encryptionKey,
  permissionsBoundary,
  trail: { create: true, bucket: 'audit-logs' },
};

describe('what exists already and is named in the settings', () => {
  const { suite, stack, template } = synthesize(given);
  const required = Object.fromEntries(suite.requiredStatements.map((each) => [each.policy, each.statements]));

  it('is used instead of a new one', () => {
    expect(resourcesOf(template, 'AWS::KMS::Key')).toEqual([]);
    expect(resourcesOf(template, 'AWS::S3::Bucket').filter(({ id }) => !id.includes('Reports'))).toEqual([]);
    expect(resourcesOf(template, 'AWS::SNS::Topic').map(({ id }) => id)).toEqual([
      expect.stringContaining('Alarms'),
    ]);
    for (const { Properties } of resourcesOf(template, 'AWS::SQS::Queue')) {
      expect(Properties.KmsMasterKeyId).toBe(encryptionKey);
    }
    template.hasResourceProperties('AWS::CloudTrail::Trail', {
      S3BucketName: 'audit-logs',
      KMSKeyId: encryptionKey,
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', TopicArn: topic });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TOPIC_ARN: topic } },
    });
  });

  it('needs these statements', () => {
    expect(Object.keys(required)).toEqual([
      `key ${encryptionKey}`,
      `topic ${topic}`,
      `customer key, if there is one, of topic ${topic}`,
      'bucket audit-logs',
      `key ${everything.notify.slack?.encryptionKey}`,
      `key ${everything.secrets[0]?.rotation?.encryptionKey}`,
      `permissions boundary ${permissionsBoundary}`,
    ]);
    expect(required).toMatchSnapshot();
  });

  it('and synth prints them as they are', () => {
    for (const statements of Object.values(required)) {
      const json = JSON.stringify(statements, undefined, 2);
      const escaped = json.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp(escaped));
    }
  });

  it('asks the key for the same as a new key gets', () => {
    const created = synthesize(everything).template;
    const sids = resourcesOf(created, 'AWS::KMS::Key')[0]?.Properties.KeyPolicy.Statement.flatMap(
      ({ Sid }: { Sid?: string }) => Sid ?? [],
    );
    expect(required[`key ${encryptionKey}`]?.map((statement) => statement['Sid'])).toEqual([
      ...sids,
      'RolesUseKeyThroughServices',
    ]);
  });

  it('asks the boundary for all that the roles are allowed', () => {
    const allowed = statementsOf(template, /./)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(actionsOf);
    expect(required[`permissions boundary ${permissionsBoundary}`]).toMatchObject([
      { Action: [...new Set(allowed)].sort() },
    ]);
  });

  it('stands with placeholders where the account is not known', () => {
    const app = new App({ context: withoutBundling });
    const { requiredStatements } = new SecretsAudit(new Stack(app, 'Anywhere'), 'Suite', {
      settings: settingsOf({ encryptionKey }),
    });
    const text = JSON.stringify(requiredStatements);
    expect(text).not.toContain('Token[');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as CloudFormation writes it
    expect(text).toContain('arn:aws:events:${AWS::Region}:${AWS::AccountId}:rule/*');
  });
});

describe('what exists already and is given as a construct', () => {
  it('of this very app gets its statements at once, and needs none', () => {
    const { suite, template } = synthesize(everything, (stack) => ({
      encryptionKey: new Key(stack, 'OwnKey'),
      topic: new Topic(stack, 'OwnTopic'),
      trailBucket: new Bucket(stack, 'OwnBucket'),
    }));
    expect(suite.requiredStatements.map(({ policy }) => policy)).toEqual(
      [everything.notify.slack?.encryptionKey, everything.secrets[0]?.rotation?.encryptionKey].map(
        (given) => `key ${given}`,
      ),
    );
    const [key, ...others] = resourcesOf(template, 'AWS::KMS::Key');
    expect(others).toEqual([]);
    expect(JSON.stringify(key?.Properties)).toContain('EventBridgeSendsToQueues');
    expect(JSON.stringify(resourcesOf(template, 'AWS::S3::BucketPolicy'))).toContain('TrailWrites');
  });

  it('wins over the settings', () => {
    const other = `arn:aws:sns:${region}:${account}:other`;
    const { suite } = synthesize(settingsOf({ topic }), (stack) => ({
      topic: Topic.fromTopicArn(stack, 'Other', other),
    }));
    expect(suite.topic.topicArn).toBe(other);
  });

  it('a trail is there before the rule', () => {
    const { template } = synthesize(settingsOf(), (stack) => ({
      trail: new CfnTrail(stack, 'OwnTrail', { isLogging: true, s3BucketName: 'audit-logs' }),
    }));
    expect(resourcesOf(template, 'AWS::Events::Rule')).toMatchObject([
      { DependsOn: ['OwnTrail'] },
      { DependsOn: ['OwnTrail'] },
    ]);
  });
});

describe('a topic that is a target', () => {
  const siem = `arn:aws:sns:${region}:999999999999:siem`;
  const settings = settingsOf({
    notify: { email: ['security@example.com'], targets: { siem: { topic: siem }, again: { topic: siem } } },
  });
  const { suite, template } = synthesize(settings);

  it.each(['Announce', 'Digest'])('is one that %s may publish to, with whatever key it has', (name) => {
    const statements = statementsOf(template, new RegExp(`Suite${name}LambdaServiceRole`));
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Resource: [siem, { Ref: expect.stringMatching(/^SuiteFindings/) }],
    });
    expect(statements).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: ['arn:*:kms:*:*:key/*', { 'Fn::GetAtt': [expect.stringContaining('EncryptionKey'), 'Arn'] }],
      Condition: { StringEquals: { 'kms:ViaService': `sns.${region}.amazonaws.com` } },
    });
  });

  it('may have to let them in its own policy', () => {
    expect(suite.requiredStatements.map(({ policy }) => policy)).toEqual([
      `topic ${siem}`,
      `customer key, if there is one, of topic ${siem}`,
    ]);
  });
});

describe('what cannot be', () => {
  it.each([
    [
      'a topic of another Region',
      settingsOf({ topic: topic.replace(region, 'us-east-1') }),
      'topic is in us-east-1',
    ],
    [
      'a key of another Region',
      settingsOf({ encryptionKey: encryptionKey.replace(region, 'us-east-1') }),
      'encryptionKey is in us-east-1',
    ],
  ])('%s is refused', (_, settings, message) => {
    expect(() => synthesize(settings)).toThrow(message);
  });

  it('a trail that exists and is created is refused', () => {
    const given = `arn:aws:cloudtrail:${region}:${account}:trail/given`;
    expect(() =>
      synthesize(everything, (scope) => ({ trail: CfnTrail.fromTrailArn(scope, 'Given', given) })),
    ).toThrow('exclude each other');
  });

  it('a bucket without a trail is warned of', () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const { stack } = synthesize(settingsOf({ trail: { bucket: 'audit-logs' } }));
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('not used'));
    printed.mockRestore();
  });
});

it('a message from a topic of another account may come in', () => {
  const foreign = `arn:aws:sns:${region}:444455556666:findings`;
  const { template } = synthesize(settingsOf({ topic: foreign }));
  const [key] = resourcesOf(template, 'AWS::KMS::Key');
  expect(key?.Properties.KeyPolicy.Statement).toContainEqual(
    expect.objectContaining({
      Sid: 'TopicsSendToQueues',
      Condition: {
        StringEquals: { 'aws:SourceAccount': [account, '444455556666'] },
        ArnLike: { 'aws:SourceArn': [expect.anything(), foreign] },
      },
    }),
  );
});

it('the construct works twice in a stack', () => {
  const app = new App({ context: withoutBundling });
  const stack = new Stack(app, 'Twice');
  new SecretsAudit(stack, 'One');
  new SecretsAudit(stack, 'Two');
  const names = resourcesOf(Template.fromStack(stack), 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => Properties.AlarmName,
  );
  expect(new Set(names).size).toBe(names.length);
});
