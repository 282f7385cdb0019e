import * as z from 'zod';
import { timeOfDayForm, weekdays } from '../contracts/calendar-text.ts';
import { textLike } from './named-settings.ts';
import { severities } from './severity.ts';

const arnOf = (service: string) =>
  textLike(new RegExp(`^arn:[^:]+:${service}:`), `must be an ARN of ${service}`);

const encryptionKey = arnOf('kms')
  .optional()
  .describe('ARN of the key of that secret, where it is a customer key');

const slackWebhook = {
  webhookSecret: z
    .string()
    .min(1)
    .describe('Name or ARN of the secret that holds the incoming webhook address, and nothing else'),
  encryptionKey,
};

const digestSchema = z
  .strictObject({
    every: z.enum(['never', 'daily', 'weekly']).default('weekly').describe('How often'),
    day: z.enum(weekdays).default('Mon').describe('Of a weekly one'),
    at: textLike(timeOfDayForm, 'must be a time in quotes, such as "08:00"')
      .default('08:00')
      .describe('"HH:MM"'),
    zone: z.string().default('UTC').describe('Zone of the IANA database'),
  })
  .describe('What was not sent by itself, together');

/** How much a receiver hears, and when. */
const rhythm = {
  hours: z
    .string()
    .optional()
    .describe(
      'A name of `calendars`: outside these hours messages wait and come as one digest afterwards. Critical ones never wait',
    ),
  hourlyLimit: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'Messages an hour; the others come as one digest when the hour is over. Critical ones have a limit of their own, as high. Default: 10',
    ),
  digest: digestSchema.optional(),
};

const slackTarget = z.union([
  z.strictObject(slackWebhook),
  z.strictObject({
    botSecret: z
      .string()
      .min(1)
      .describe(
        'Name or ARN of the secret that holds {"token": "…", "signingSecret": "…"} of a Slack app; signingSecret for buttons only',
      ),
    channel: textLike(/^[#CGD].+/, 'must be a channel, such as "#security", in quotes, or its id'),
    encryptionKey,
  }),
]);

const targetSchema = z
  .strictObject({
    email: z.array(z.email()).min(1).optional().describe('Addresses'),
    slack: slackTarget.optional().describe('A Slack channel, by incoming webhook or by bot'),
    topic: arnOf('sns').optional().describe('Another SNS topic; it needs the statement that synth prints'),
    format: z
      .enum(['document', 'amazon-q'])
      .default('document')
      .describe('Of a topic. amazon-q: for Amazon Q Developer in chat applications'),
    webhook: z
      .strictObject({
        secret: z
          .string()
          .min(1)
          .describe('Name or ARN of the secret that holds {"url": "https://…", "key": "…"}'),
        encryptionKey,
      })
      .optional()
      .describe('An HTTPS address; each request is signed (docs/webhook.md)'),
    ...rhythm,
  })
  .refine(
    ({ email, slack, topic, webhook }) =>
      [email, slack, topic, webhook].filter((way) => way !== undefined).length === 1,
    'names one of email, slack, topic and webhook',
  )
  .describe('A receiver');

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const routeSchema = z
  .strictObject({
    match: z
      .strictObject({
        severity: z
          .enum(severities)
          .optional()
          .describe('At least, by the whole incident; default: whatever is sent'),
        detector: oneOrMore.optional().describe('Id of a detector or check; * stands for any characters'),
        secret: oneOrMore.optional().describe('Name of a secret; * stands for any characters'),
        owner: oneOrMore.optional().describe('A name of `teams`, or an email address'),
      })
      .default({})
      .describe('Which incidents: all that is named here must be so of one of its findings. Nothing: all'),
    to: z
      .array(z.string())
      .min(1)
      .describe('Names of `targets`; email and slack are those of `notify` itself'),
  })
  .describe('Sends what matches to targets. Every route that matches counts');

/** `notify` of the settings: who hears of findings, and how often. */
export const notifySchema = z.strictObject({
  email: z
    .array(z.email())
    .default([])
    .describe('Who receives findings. AWS asks each address to confirm first'),
  minimumSeverity: z
    .enum(severities)
    .default('medium')
    .describe(
      'Milder findings are stored and reported, and come in digests only. A clause with announce: always is sent whatever it is',
    ),
  slack: z
    .strictObject({
      ...slackWebhook,
      webhookSecret: slackWebhook.webhookSecret.optional(),
      botSecret: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Instead of a webhook: name or ARN of the secret that holds {"token": "…", "signingSecret": "…"} of a Slack app. Brings threads and updates in place, and teams’ own channels',
        ),
      channel: z.string().optional().describe('With botSecret: the channel, such as "#security", in quotes'),
      buttons: z
        .boolean()
        .default(false)
        .describe(
          'Buttons under messages, through a public function URL; needs botSecret with a signingSecret. Each button is also a command',
        ),
      messagesPerSecond: z
        .int()
        .min(1)
        .max(20)
        .default(1)
        .describe('To one webhook or channel. Slack itself takes 1; more is for a relay of your own'),
      users: z
        .array(textLike(/^[UW][A-Z0-9]+$/, 'must be the id of a Slack user, such as U012AB3CD'))
        .default([])
        .describe('Who may use the buttons, by Slack user id'),
    })
    .refine(
      ({ webhookSecret, botSecret }) => (webhookSecret === undefined) !== (botSecret === undefined),
      'names either webhookSecret or botSecret',
    )
    .refine(({ botSecret, channel }) => (botSecret === undefined) === (channel === undefined), {
      error: 'botSecret and channel belong together',
      path: ['channel'],
    })
    .refine(({ buttons, botSecret, users }) => !buttons || (botSecret !== undefined && users.length > 0), {
      error: 'buttons need botSecret, and users who may press them',
      path: ['buttons'],
    })
    .optional(),
  securityHub: z
    .boolean()
    .default(false)
    .describe('Import findings into AWS Security Hub of this account, as far as it is on'),
  targets: z
    .record(z.string().regex(/^[a-z0-9-]+$/, 'a name is of small letters, digits and hyphens'), targetSchema)
    .default({})
    .describe('Further receivers, by name'),
  routes: z
    .array(routeSchema)
    .default([])
    .describe(
      'Who hears of what. Default: email and slack of `notify` hear of everything. Owners hear of keys that are theirs besides, where `teams` or the owner itself names an address',
    ),
  ...rhythm,
  digest: digestSchema.prefault({}),
  hourlyLimit: rhythm.hourlyLimit
    .unwrap()
    .default(10)
    .describe(rhythm.hourlyLimit.description ?? ''),
});

export type NotifySettings = z.infer<typeof notifySchema>;
export type TargetSettings = z.infer<typeof targetSchema>;
export type RouteSettings = z.infer<typeof routeSchema>;
export type DigestSettings = z.infer<typeof digestSchema>;
