import { readFileSync } from 'node:fs';
import { describe, expect, it, jest } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { everything, resourcesOf, settingsOf, synthesize } from './synthesized.ts';

const { template } = synthesize(everything);
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
const watched = (metric: string) =>
  alarms
    .filter(({ MetricName }) => MetricName === metric)
    .map(({ Dimensions }) => JSON.stringify(Dimensions[0].Value));
const topics = resourcesOf(template, 'AWS::SNS::Topic').map(({ id }) => id);
const operations = topics.find((id) => id.includes('Alarms'));
const emailsTo = (settings = everything) =>
  resourcesOf(synthesize(settings).template, 'AWS::SNS::Subscription')
    .map(({ Properties }) => Properties)
    .filter(({ Protocol }) => Protocol === 'email')
    .map(({ TopicArn, Endpoint }) => [/Alarms/.test(TopicArn.Ref) ? 'operations' : 'findings', Endpoint]);

describe('alarms', () => {
  it('stand on every dead-letter queue', () => {
    const deadLetters = resourcesOf(template, 'AWS::SQS::Queue').filter(
      ({ Properties }) => !Properties.RedrivePolicy,
    );
    expect(deadLetters).toHaveLength(9);
    const found = watched('ApproximateNumberOfMessagesVisible');
    for (const { id } of deadLetters) {
      expect(found).toContainEqual(JSON.stringify({ 'Fn::GetAtt': [id, 'QueueName'] }));
    }
    for (const { MetricName, Threshold } of alarms) {
      if (MetricName === 'ApproximateNumberOfMessagesVisible') expect(Threshold).toBe(1);
    }
  });

  it('stand on the errors of every function', () => {
    const found = watched('Errors');
    for (const { id } of resourcesOf(template, 'AWS::Lambda::Function')) {
      expect(found).toContainEqual(JSON.stringify({ Ref: id }));
    }
  });

  it('stand on what is late, throttled or undelivered', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'Test-Suite-announce-dead-letters',
      'Test-Suite-announce-errors',
      'Test-Suite-announce-late',
      'Test-Suite-announce-throttled',
      'Test-Suite-audit-behind',
      'Test-Suite-audit-dead-letters',
      'Test-Suite-audit-errors',
      'Test-Suite-digest-dead-letters',
      'Test-Suite-digest-errors',
      'Test-Suite-enforce-dead-letters',
      'Test-Suite-enforce-errors',
      'Test-Suite-findings-dead-letters',
      'Test-Suite-findings-undelivered',
      'Test-Suite-notify-dead-letters',
      'Test-Suite-notify-errors',
      'Test-Suite-notify-late',
      'Test-Suite-notify-throttled',
      'Test-Suite-report-dead-letters',
      'Test-Suite-report-errors',
      'Test-Suite-rotate-errors',
      'Test-Suite-usage-dead-letters',
      'Test-Suite-usage-errors',
      'Test-Suite-watch-dead-letters',
      'Test-Suite-watch-errors',
      'Test-Suite-watch-late',
      'Test-Suite-watch-throttled',
      'Test-Suite-watch-undelivered',
    ]);
  });

  it('go to the operations topic, which is not that of findings', () => {
    expect(topics).toHaveLength(2);
    for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual([{ Ref: operations }]);
    expect(
      resourcesOf(template, 'AWS::SNS::Subscription').filter(
        ({ Properties }) => Properties.Protocol === 'sqs',
      ),
    ).toMatchObject([{ Properties: { TopicArn: { Ref: topics.find((id) => id !== operations) } } }]);
  });

  it('may publish to it', () => {
    const policy = resourcesOf(template, 'AWS::SNS::TopicPolicy').find(
      ({ Properties }) => Properties.Topics[0].Ref === operations,
    );
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: expect.objectContaining({ StringEquals: { 'aws:SourceAccount': '111122223333' } }),
      }),
    );
  });

  it('each say what to do, in an article of the runbook', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const articles = new Set(
      [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    const wanted = alarms.map(
      ({ AlarmDescription }) => /docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription)?.[1],
    );
    expect(wanted.filter((slug) => slug === undefined || !articles.has(slug))).toEqual([]);
  });
});

describe('who hears of it', () => {
  it('are those whom the settings name', () => {
    expect(emailsTo()).toEqual([
      ['findings', 'security@example.com'],
      ['findings', 'messaging@example.com'],
      ['findings', 'oncall@example.com'],
      ['operations', 'operations@example.com'],
    ]);
  });

  it('are those who hear of findings, where no others are named; synth says so', () => {
    const settings = settingsOf({ notify: { email: ['security@example.com'] } });
    expect(emailsTo(settings)).toEqual([
      ['findings', 'security@example.com'],
      ['operations', 'security@example.com'],
    ]);
    const { stack } = synthesize(settings);
    Annotations.fromStack(stack).hasInfo('*', Match.stringLikeRegexp('operations.email is empty'));
  });

  it('is nobody, where nobody is named; synth warns', () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    const { stack, template: quiet } = synthesize(settingsOf({ notify: {} }));
    expect(resourcesOf(quiet, 'AWS::SNS::Subscription')).toEqual([]);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('nobody hears'));
    printed.mockRestore();
  });
});
