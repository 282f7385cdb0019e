import * as z from 'zod';
import { notifyProblems } from '../announcing/notify-problems.ts';
import { checks } from '../checks/index.ts';
import { contractProblems } from '../contracts/consistency.ts';
import { detectors } from '../detectors/index.ts';
import { SettingsError } from '../errors.ts';
import { rotationProblems } from '../rotation/rotation-settings.ts';
import { contractSettings } from './contract-settings.ts';
import { issuerUrl, keyProvidersSchema } from './key-provider-settings.ts';
import { modeSchema } from './mode.ts';
import { notifySchema } from './notify-settings.ts';
import { openSettings, type SettingsSource } from './settings-source.ts';

const regionName = z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, 'must be a Region name, such as eu-west-1');
const schedule = z
  .string()
  .regex(/^(rate|cron)\(.+\)$/, 'must be a schedule such as rate(15 minutes) or cron(0 * * * ? *)');
const days = z.int().min(1).max(3653);
const arnOf = (service: string) =>
  z.string().regex(new RegExp(`^arn:[^:]+:${service}:`), `must be an ARN of ${service}`);

const detectorSettings = z.strictObject(
  Object.fromEntries(
    [...detectors, ...checks].map((detector) => [
      detector.id,
      detector.params
        .extend({
          mode: modeSchema
            .optional()
            .describe(
              `For this detector alone; default: ${'commonCause' in detector && detector.commonCause ? 'observe, because in an outage many identities show it at once' : "the suite's mode"}`,
            ),
          enabled: z
            .boolean()
            .default(detector.status === 'stable')
            .describe('Whether this detector judges at all'),
        })
        .prefault({})
        .describe(detector.title),
    ]),
  ),
);

/** `audit.yaml`: a type and its checks in one place. Every key has a default but the ones that only you can know. */
export const settingsSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format'),
    mode: modeSchema
      .default('announce')
      .describe('observe: findings are stored and reported, nothing is sent. announce: they are sent too'),
    regions: z
      .array(regionName)
      .default([])
      .describe(
        'Regions that the sweep asks besides the one the suite runs in; watch sees its own Region only',
      ),
    trail: z
      .strictObject({
        create: z
          .boolean()
          .default(false)
          .describe('Create a trail. Default: the account has one that records management events'),
        bucket: z
          .string()
          .optional()
          .describe(
            'Bucket that a created trail writes to. Default: a new one; an existing one needs the statement that synth prints',
          ),
      })
      .prefault({}),
    topic: arnOf('sns')
      .optional()
      .describe(
        'Topic for findings. Default: a new one; an existing one needs the statement that synth prints',
      ),
    encryptionKey: arnOf('kms')
      .optional()
      .describe(
        'Customer key for topic, queues, table and logs. Default: a new one; an existing one needs the statements that synth prints',
      ),
    schedule: schedule
      .default('rate(15 minutes)')
      .describe('How often the sweep closes what EventBridge missed'),
    sweep: z
      .strictObject({
        lookbackDays: z
          .int()
          .min(0)
          .max(90)
          .default(1)
          .describe('How far the first sweep goes back, in days; CloudTrail keeps 90'),
        overlapMinutes: z
          .int()
          .min(5)
          .max(1440)
          .default(30)
          .describe('How far every sweep goes back again, for events that CloudTrail delivers late'),
      })
      .prefault({}),
    notify: notifySchema.prefault({}),
    operations: z
      .strictObject({
        email: z
          .array(z.email())
          .default([])
          .describe(
            "Who hears of the suite's own faults: dead letters, errors. Not by Slack, which may be the fault",
          ),
      })
      .prefault({}),
    history: z
      .strictObject({
        minimumDays: z
          .int()
          .min(1)
          .max(120)
          .default(14)
          .describe(
            'Days of history that must lie before a day on which something is called new. Until then: cannot know',
          ),
        backfillDays: z
          .int()
          .min(0)
          .max(90)
          .default(90)
          .describe(
            'How far back the first deploy learns what is usual, from CloudTrail event history; 0: from now on',
          ),
      })
      .prefault({}),
    retention: z
      .strictObject({
        findingDays: days.default(400).describe('Findings, with the addresses and names in them'),
        reportDays: days.default(400).describe('Reports, and whatever else lies in their bucket'),
        logDays: z
          .union([z.literal(30), z.literal(90), z.literal(180), z.literal(365)])
          .default(90)
          .describe("The Lambdas' logs"),
      })
      .prefault({}),
    clockwork: z
      .strictObject({
        url: issuerUrl.default('https://api.clockworksms.com').describe('Where its API is'),
      })
      .prefault({})
      .describe('The issuer of the SMS key'),
    keyProviders: keyProvidersSchema
      .default({})
      .describe('Other issuers of keys that are made by hand, by name'),
    egress: z
      .strictObject({
        subnets: z
          .array(z.string().regex(/^subnet-[0-9a-f]+$/, 'must be a subnet id'))
          .min(1)
          .describe('Ids of the subnets'),
        securityGroups: z
          .array(z.string().regex(/^sg-[0-9a-f]+$/, 'must be a security group id'))
          .min(1)
          .describe('Ids of the security groups'),
      })
      .optional()
      .describe(
        'Where rotate, enforce and usage run, so that an issuer that checks addresses sees a fixed one: subnets whose way out is a NAT gateway, with a way to the AWS APIs',
      ),
    enforce: z
      .strictObject({
        schedule: schedule
          .default('rate(1 hour)')
          .describe('How often rotations and what follows them are looked after'),
      })
      .prefault({}),
    digest: z
      .strictObject({
        schedule: schedule
          .default('rate(15 minutes)')
          .describe('How often the suite looks whether a digest is due'),
      })
      .prefault({}),
    usage: z
      .strictObject({
        schedule: schedule.default('rate(15 minutes)').describe('How often the balance is asked for'),
      })
      .prefault({}),
    report: z
      .strictObject({
        schedule: schedule
          .default('cron(0 6 ? * MON *)')
          .describe('How often the report is made; as it stands on Mondays, 06:00 UTC'),
        days: z.int().min(1).max(120).default(90).describe('How many days it covers'),
      })
      .prefault({}),
    permissionsBoundary: arnOf('iam')
      .optional()
      .describe('ARN of a policy that every role of the suite gets as its permissions boundary'),
    ...contractSettings,
    detectors: detectorSettings.prefault({}).describe('Parameters by detector; see docs/detectors'),
  })
  .meta({ title: 'secrets-audit settings (audit.yaml)' });

export type Settings = z.infer<typeof settingsSchema>;
export type { Mode } from './mode.ts';

/** What applies where there is no `audit.yaml`. */
export const defaultSettings: Settings = settingsSchema.parse({ version: 1 });

/**
 * Reads settings from YAML.
 *
 * @param path only for messages
 * @throws SettingsError naming every problem as `path:line: what is wrong`
 */
export function parseSettings(text: string, path: string): Settings {
  const source = openSettings(text, path);
  const result = settingsSchema.safeParse(source.values ?? {});
  const problems = result.success
    ? [
        ...contractProblems(result.data),
        ...rotationProblems(result.data, result.data.keyProviders),
        ...notifyProblems(result.data),
      ].map((problem) => source.describe(problem.path, problem.message))
    : result.error.issues.flatMap((issue) => describeIssue(issue, source));
  if (!result.success || problems.length > 0) throw new SettingsError(problems);
  return result.data;
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, source: SettingsSource): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return `${source.at(path)}: unknown setting ${path.join('.')}`;
    });
  }
  // Of the shapes that a value may have, the one that it nearly has: the fault then lies inside, and has its own line.
  const inside =
    issue.code === 'invalid_union'
      ? issue.errors.find((issues) => issues.some(({ path }) => path.length > 0))
      : undefined;
  if (inside) {
    return inside.flatMap((nested) =>
      describeIssue({ ...nested, path: [...issue.path, ...nested.path] }, source),
    );
  }
  if (issue.code === 'invalid_key') {
    return [source.describe(issue.path, issue.issues.map(({ message }) => message).join('; '))];
  }
  return [source.describe(issue.path, issue.message)];
}
