import * as z from 'zod';
import { durationForm } from '../contracts/duration.ts';
import { clauseSchema, fromSchema } from './contract-clause.ts';
import { modeSchema } from './mode.ts';
import { accountsSchema, calendarsSchema, networksSchema, teamsSchema, textLike } from './named-settings.ts';

const duration = textLike(durationForm, 'must be a duration, such as 90d, 8h or 30m');

const nameGlob = z.string().min(1, 'must not be empty');

const ownerSchema = z.string().min(1, 'must not be empty');

const rotationSchema = z
  .strictObject({
    provider: z
      .string()
      .min(1)
      .optional()
      .describe('Who issues the value: clockwork, or a name of `keyProviders`. The suite then rotates it'),
    mode: z
      .enum(['staged', 'minted'])
      .default('staged')
      .describe('staged: a person makes the new key and stages it. minted: the provider makes it when asked'),
    every: duration.optional().describe('How often it should be rotated, such as 90d'),
    warn: duration.optional().describe('How long before that to remind; default 14d'),
    grace: duration.optional().describe('How long the old value stays in use after a rotation; default 5d'),
    remind: duration
      .optional()
      .describe('How often at most to remind of what is still to be done; default 2d'),
    field: z
      .string()
      .min(1)
      .default('api_key')
      .describe('Key that holds the value, where the secret is a JSON object'),
    accountSecret: z
      .string()
      .min(1)
      .optional()
      .describe(
        'minted: name or ARN of the secret with the account\'s credentials, {"username", "password"}',
      ),
    encryptionKey: z
      .string()
      .regex(/^arn:[^:]+:kms:/, 'must be an ARN of kms')
      .optional()
      .describe('ARN of the key of these secrets, where it is a customer key'),
  })
  .describe('How the secret is rotated');

const control = z.boolean().optional();

const postureSchema = z
  .strictObject({
    every: duration.optional().describe('How old a value may be, such as 90d'),
    unused: duration.optional().describe('How long nobody may have used it, such as 90d; default 90d'),
    rotation: control.describe('Rotation must be on; default true'),
    customerKey: control.describe('Must be encrypted with a customer key; default false'),
    tags: z.array(z.string().min(1)).optional().describe('Keys of tags that it must have'),
    public: control.describe('Its policy may let everybody in; default false'),
  })
  .describe('What a secret should be like');

const matchSchema = z
  .strictObject({
    name: z
      .union([nameGlob, z.array(nameGlob).min(1)], {
        error: 'must be a name of a secret, or a list of names',
      })
      .optional()
      .describe('Name of the secret; * stands for any characters, also slashes. Several: a list'),
    account: z.string().optional().describe('Account of the secret: a name of `accounts`, or 12 digits'),
    region: z
      .string()
      .regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, 'must be a Region name, such as eu-west-1')
      .optional()
      .describe('Region of the secret'),
    tag: z
      .record(
        z.string(),
        z.string({ error: 'must be a text, in quotes where YAML would take it for something else' }),
      )
      .refine((tags) => Object.keys(tags).length > 0, 'names no tag')
      .optional()
      .describe(
        'Tags that the secret has, each as KEY: VALUE; * stands for any characters. Where tags are not known, an entry with tags does not match',
      ),
  })
  .refine((match) => Object.values(match).some((value) => value !== undefined), {
    error: 'names nothing; for all secrets write name: "*"',
  })
  .describe('Which secrets: all that is named here must be so');

const entrySchema = z
  .strictObject({
    match: matchSchema,
    owner: ownerSchema.optional().describe('Who owns the secret: a name of `teams`, or an email address'),
    ownerTag: z
      .string()
      .min(1)
      .optional()
      .describe('Key of the tag that names the owner, where no entry does'),
    mode: modeSchema
      .optional()
      .describe("For findings about these secrets; default: defaults.mode, then the suite's"),
    allow: z
      .array(clauseSchema)
      .optional()
      .describe(
        'The contract: what is permitted. An empty list permits nobody. Without it a less specific entry decides',
      ),
    decoy: z
      .literal(true, { error: 'must be true, or left out' })
      .optional()
      .describe('The secret is there to be touched by nobody: any use of it is found'),
    impact: z.string().min(1).optional().describe('What somebody can do who has the value; findings say it'),
    rotation: rotationSchema.optional(),
    posture: postureSchema.optional(),
  })
  .refine(({ allow, decoy }) => !(allow && decoy), {
    error: 'a decoy permits nobody: leave out allow or decoy',
    path: ['decoy'],
  })
  .describe('What applies to some secrets');

const moment = (must: string) =>
  z.iso.datetime({
    offset: true,
    error: (issue) =>
      issue.input === undefined ? must : 'must be a time as RFC 3339 has it, such as 2026-12-09T08:00:00Z',
  });

/** A text that may not be missing; says why. */
const required = (must: string) =>
  z.string({ error: (issue) => (issue.input === undefined ? must : 'must be a text') }).min(1, must);

const exceptionSchema = z
  .strictObject({
    secret: required('missing: an exception names a secret').describe(
      'Name of the secret; * stands for any characters',
    ),
    clause: required('missing: an exception names a clause').describe('Id of the clause that is loosened'),
    for: z
      .string()
      .min(1)
      .optional()
      .describe(
        "For this identity only: a role's or user's name, a person's session name, or an ARN; * stands for any characters",
      ),
    from: fromSchema.optional().describe('From where as well: names of `networks`, or any'),
    hours: z.string().optional().describe('When as well: a name of `calendars`, or any'),
    owner: required('missing: an exception has an owner').describe(
      'Who answers for it: a name of `teams`, or an email address',
    ),
    reason: required('missing: an exception has a reason').describe('Why; findings and reports say it'),
    until: moment('missing: an exception has an end').describe('Last moment at which it holds, RFC 3339'),
  })
  .refine(
    ({ from, hours }) => from !== undefined || hours !== undefined,
    'loosens nothing: name from or hours',
  )
  .describe('Loosens a clause until a date');

const suppressionSchema = z
  .strictObject({
    id: required('missing: a suppression has an id').describe('Unique; what is held back names it'),
    match: z
      .strictObject({
        detector: z.string().min(1).optional().describe('Id of the detector'),
        secret: nameGlob
          .optional()
          .describe('Name of the one secret that the finding is about; * stands for any characters'),
        principal: z
          .string()
          .min(1)
          .optional()
          .describe(
            'The one identity that the finding is about: a name or an ARN; * stands for any characters',
          ),
        network: z
          .string()
          .optional()
          .describe('A name of `networks`; all calls of the finding came from it'),
      })
      .refine((match) => Object.values(match).some((value) => value !== undefined), {
        error: 'would match every finding: name detector, secret, principal or network',
      })
      .describe('Which findings: all that is named here must be so'),
    owner: required('missing: a suppression has an owner').describe(
      'Who answers for it: a name of `teams`, or an email address',
    ),
    reason: required('missing: a suppression has a reason').describe('Why'),
    until: moment('missing: a suppression has an end').describe('Last moment at which it holds, RFC 3339'),
  })
  .describe('Holds back the announcement of findings until a date; they are still stored and reported');

const defaultsSchema = z
  .strictObject({
    mode: modeSchema.optional().describe("For findings about a secret; default: the suite's mode"),
    owner: ownerSchema.optional().describe('Who owns what nobody else does'),
    ownerTag: z
      .string()
      .min(1)
      .default('owner')
      .describe('Key of the tag that names the owner, where no entry does'),
    unmatched: z
      .enum(['history', 'deny'])
      .default('history')
      .describe(
        'Secrets without a contract. history: judged by what is usual, and by the detectors. deny: nobody is permitted',
      ),
    posture: postureSchema.optional(),
    rotation: rotationSchema.optional(),
  })
  .prefault({})
  .describe('What applies where no entry says otherwise');

const day = z.iso.date({ error: 'must be a date, such as 2026-04-04' });

const learnedSchema = z
  .strictObject({
    from: day.describe('First day of the logs'),
    until: day.describe('Last day of the logs'),
  })
  .describe(
    'The contracts are a draft of `secrets-audit learn`: what is outside them is low, unless the identity or the network was first seen after these days. Take it out when the draft is reviewed',
  );

/** The part of the settings that says who may use which secret. */
export const contractSettings = {
  learned: learnedSchema.optional(),
  accounts: accountsSchema.default({}).describe('Names for accounts'),
  teams: teamsSchema.default({}).describe('Owners of secrets'),
  networks: networksSchema.default({}).describe('Names for the places that calls come from'),
  calendars: calendarsSchema.default({}).describe('Names for hours of the week'),
  defaults: defaultsSchema,
  secrets: z
    .array(entrySchema)
    .default([])
    .describe('Access contracts and what else is known, by secret; the most specific entry wins'),
  exceptions: z.array(exceptionSchema).default([]).describe('Clauses that are loosened until a date'),
  suppressions: z
    .array(suppressionSchema)
    .default([])
    .describe('Findings that are not announced until a date'),
};

const contractSettingsSchema = z.strictObject(contractSettings);

export type ContractSettings = z.infer<typeof contractSettingsSchema>;
export type SecretEntry = z.infer<typeof entrySchema>;
export type Exception = z.infer<typeof exceptionSchema>;
export type Suppression = z.infer<typeof suppressionSchema>;
export type Rotation = z.infer<typeof rotationSchema>;
export type Posture = z.infer<typeof postureSchema>;
export type From = z.infer<typeof fromSchema>;
