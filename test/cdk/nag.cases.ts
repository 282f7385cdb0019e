import { describe, expect, it } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { everything, type Synthesized, settingsOf, synthesize } from './synthesized.ts';

const packs = [
  ['AwsSolutions', AwsSolutionsChecks, ['AwsSolutions-IAM5[Action::s3:*]', 'AwsSolutions-SQS3']],
  ['Serverless', ServerlessChecks, ['Serverless-SQSRedrivePolicy']],
] as const;

const variants: [string, () => Synthesized][] = [
  ['with everything created', () => synthesize(everything)],
  ['with the defaults', () => synthesize(settingsOf())],
  ['in an app without feature flags', () => synthesize(everything, undefined, {})],
  [
    'with a topic of which only the ARN is known',
    () => synthesize(settingsOf({ topic: 'arn:aws:sns:eu-west-1:111122223333:findings' })),
  ],
];

describe.each(packs)('cdk-nag %s', (_, Checks, caught) => {
  it.each(variants)('has nothing to say %s', (_, make) => {
    const { app } = make();
    expect(new Checks(app).validateScope(app).violations).toEqual([]);
  });

  it('would say something of what is added carelessly to the suite', () => {
    const { app, stack, suite } = synthesize();
    new Queue(stack, 'Careless');
    suite.audit.function.role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    const found = new Checks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
    expect(found).toEqual(expect.arrayContaining([...caught]));
  });
});

it('every exception has a reason of its own', () => {
  const { app } = synthesize();
  const reasons = app.node
    .findAll()
    .flatMap((each) => each.node.metadata)
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>));
  expect(reasons.length).toBeGreaterThan(0);
  for (const [, reason] of reasons) expect(reason).toMatch(/^\S.{20,}\.$/);
  expect([...new Set(reasons.map(([id]) => id.replace(/^annotation::/i, '')))].sort()).toEqual([
    'AwsSolutions-IAM5[Resource::*]',
    expect.stringMatching(/^AwsSolutions-IAM5\[Resource::<SuiteReportsBucket\w+\.Arn>\/announcements\/\*\]$/),
    expect.stringMatching(/^AwsSolutions-IAM5\[Resource::<SuiteReportsBucket\w+\.Arn>\/reports\/\*\]$/),
    'AwsSolutions-SQS3',
    'Serverless-LambdaDLQ',
    'Serverless-LambdaEventSourceMappingDestination',
    'Serverless-SQSRedrivePolicy',
  ]);
});
