import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecretsAudit } from '../../cdk/constructs/secrets-audit.ts';
import type { SecretsAuditProps } from '../../cdk/constructs/secrets-audit-props.ts';
import { type Settings, settingsSchema } from '../../functions/core/model/settings.ts';

export const account = '111122223333';
export const region = 'eu-west-1';

/** Settings as a file would give them, with every default filled in; somebody hears of findings. */
export const settingsOf = (given: object = {}): Settings =>
  settingsSchema.parse({ version: 1, notify: { email: ['security@example.com'] }, ...given });

export const everything = settingsOf({
  trail: { create: true },
  notify: {
    email: ['security@example.com'],
    slack: {
      webhookSecret: 'secrets-audit/slack',
      encryptionKey: `arn:aws:kms:${region}:${account}:key/22222222-2222-2222-2222-222222222222`,
    },
  },
  operations: { email: ['operations@example.com'] },
  egress: { subnets: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] },
  teams: { messaging: { email: 'messaging@example.com' }, silent: { slack: '#silent' } },
  secrets: [
    {
      match: { name: 'sms/clockwork', account },
      owner: 'messaging',
      allow: [
        {
          id: 'sender',
          role: 'sms-sender-exec',
          actions: ['read'],
          from: 'any',
          consumer: { ecs: 'prod/sms-sender', delivery: 'injected' },
        },
        {
          id: 'reports',
          role: 'sms-reports',
          actions: ['read'],
          from: 'any',
          consumer: { lambda: 'sms-reports', delivery: 'runtime' },
        },
      ],
      rotation: {
        provider: 'clockwork',
        encryptionKey: `arn:aws:kms:${region}:${account}:key/33333333-3333-3333-3333-333333333333`,
      },
    },
    {
      match: { name: 'sms/minted' },
      owner: 'oncall@example.com',
      rotation: { provider: 'clockwork', mode: 'minted', every: '12h', accountSecret: 'sms/account' },
    },
    { match: { name: 'sms/elsewhere', region: 'us-east-1' }, rotation: { provider: 'clockwork' } },
  ],
});

export interface Synthesized {
  readonly app: App;
  readonly stack: Stack;
  readonly suite: SecretsAudit;
  readonly template: Template;
}

/** Skips bundling, so that a test needs no bundle. */
export const withoutBundling = { 'aws:cdk:bundling-stacks': [] };

const cdkJson = new URL('../../cdk.json', import.meta.url);
const { context: featureFlags } = JSON.parse(readFileSync(cdkJson, 'utf8')) as { context: object };

/** A stack with the construct, in an app with the repository's feature flags. */
export function synthesize(
  settings: Settings = everything,
  props: (stack: Stack) => SecretsAuditProps = () => ({}),
  flags: object = featureFlags,
): Synthesized {
  const app = new App({ context: { ...flags, ...withoutBundling } });
  const stack = new Stack(app, 'Test', { env: { account, region } });
  const suite = new SecretsAudit(stack, 'Suite', { settings, ...props(stack) });
  return { app, stack, suite, template: Template.fromStack(stack) };
}

export interface Resource {
  readonly id: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have as many shapes as AWS has types
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string[];
}

export const resourcesOf = (template: Template, type: string): Resource[] =>
  Object.entries(template.findResources(type)).map(([id, resource]) => ({ id, ...resource }) as Resource);

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** Statements of the role whose logical id matches. */
export function statementsOf(template: Template, role: RegExp): Statement[] {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => role.test(Ref)),
  );
  return policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[]);
}

export const actionsOf = ({ Action }: Statement): string[] => [Action].flat();
