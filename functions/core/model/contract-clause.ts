import * as z from 'zod';
import { textLike } from './named-settings.ts';
import { severities } from './severity.ts';

/** What a clause may permit; contracts/action-groups.ts says which calls each stands for. */
export const actionGroups = ['read', 'describe', 'list', 'write', 'stage', 'policy'] as const;

export type ActionGroup = (typeof actionGroups)[number];

export const identityKeys = ['role', 'user', 'permissionSet', 'service'] as const;

export const consumerKinds = ['ecs', 'lambda', 'ec2', 'eks', 'batch', 'other'] as const;

const pattern = z.string().min(1, 'must not be empty');

const arnOrName = (kind: 'role' | 'user') =>
  textLike(
    new RegExp(`^(?!arn:).|^arn:[^:]+:iam::[^:]+:${kind}/.`),
    `must be the name of a ${kind} or its ARN (arn:aws:iam::ACCOUNT:${kind}/NAME), and may hold *`,
  );

const networksOf = 'must be a list of names of `networks`, or any';

export const fromSchema = z.union([z.literal('any'), z.array(z.string()).min(1, networksOf)], {
  error: networksOf,
});

const consumerSchema = z
  .strictObject({
    ...(Object.fromEntries(
      consumerKinds.map((kind) => [kind, pattern.optional().describe(consumerDescriptions(kind))]),
    ) as Record<(typeof consumerKinds)[number], z.ZodOptional<z.ZodString>>),
    delivery: z
      .enum(['injected', 'runtime'])
      .describe(
        'injected: once, when a task or function starts. runtime: it reads the secret itself, again and again',
      ),
  })
  .superRefine((consumer, context) => {
    const named = consumerKinds.filter((kind) => consumer[kind] !== undefined);
    if (named.length === 1) return;
    context.addIssue({
      code: 'custom',
      message: `name one of ${consumerKinds.join(', ')}; this names ${named.join(' and ') || 'none'}`,
    });
  })
  .describe(
    'What uses the value, so that rotation and blast radius know what must move. Not judged: the log does not always say it',
  );

function consumerDescriptions(kind: (typeof consumerKinds)[number]): string {
  const named = {
    ecs: 'ECS service, as CLUSTER/SERVICE',
    lambda: 'Lambda function',
    ec2: 'EC2 instances, by a name of yours',
    eks: 'EKS workload, as CLUSTER/NAMESPACE/NAME',
    batch: 'AWS Batch job definition',
    other: 'Anything else, by a name of yours',
  };
  return named[kind];
}

const rateSchema = z
  .strictObject({
    events: z.int().min(1).max(1_000_000).describe('Not more than this many events'),
    per: z.enum(['minute', 'hour', 'day']).describe('within this long, by one identity on one secret'),
  })
  .describe('How often the clause may be used');

/** One clause: who may do what, from where and when. Lists side by side would permit their cross product. */
export const clauseSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\w.-]+$/, 'an id is of letters, digits, points, hyphens and underscores')
      .describe('Unique in its entry; findings and exceptions name it'),
    role: arnOrName('role')
      .optional()
      .describe(
        'Who: IAM role, by name or ARN; * stands for any characters. People in Identity Center: permissionSet',
      ),
    user: arnOrName('user').optional().describe('Who: IAM user, by name or ARN; * stands for any characters'),
    permissionSet: textLike(
      /^(?!AWSReservedSSO_)./,
      'must be the name of the permission set alone, without AWSReservedSSO_ and its ending',
    )
      .optional()
      .describe(
        'Who: people with this permission set of IAM Identity Center; OnCall means roles AWSReservedSSO_OnCall_…',
      ),
    service: pattern.optional().describe('Who: AWS service that calls as itself, by host name'),
    account: z
      .string()
      .optional()
      .describe("Account of the identity, a name of `accounts` or 12 digits. Default: the secret's"),
    actions: z
      .union(
        [
          z.literal('any'),
          z.array(z.enum(actionGroups, { error: `must be one of ${actionGroups.join(', ')}` })).min(1),
        ],
        {
          error: `must be a list of ${actionGroups.join(', ')}, or any`,
        },
      )
      .describe('What: groups of calls, or any'),
    from: fromSchema.describe('From where: names of `networks`, or any'),
    hours: z.string().optional().describe('When: a name of `calendars`. Default: at any time'),
    rate: rateSchema.optional(),
    consumer: consumerSchema.optional(),
    announce: z.literal('always').optional().describe('Each use is told, although it is permitted'),
    severity: z
      .enum(severities)
      .optional()
      .describe(
        'Severity of what is found about the clause; each use is then told, although it is permitted',
      ),
  })
  .superRefine((clause, context) => {
    const named = identityKeys.filter((key) => clause[key] !== undefined);
    if (named.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: `a clause names one of ${identityKeys.join(', ')}; this names ${named.join(' and ') || 'none'}`,
      });
    }
    if (
      clause.account !== undefined &&
      (clause.service !== undefined || (clause.role ?? clause.user)?.startsWith('arn:'))
    ) {
      context.addIssue({
        code: 'custom',
        message:
          clause.service === undefined
            ? 'the ARN names the account already'
            : 'a service belongs to no account',
        path: ['account'],
      });
    }
    const setOfPeople = /^AWSReservedSSO_(.+)_[^_]+$/.exec(clause.role?.split('/').at(-1) ?? '')?.[1];
    if (setOfPeople !== undefined) {
      context.addIssue({
        code: 'custom',
        message: `people in Identity Center are named by permission set: permissionSet: ${setOfPeople}`,
        path: ['role'],
      });
    }
  })
  .describe('One clause: who may do what, from where and when');

export type Clause = z.infer<typeof clauseSchema>;
