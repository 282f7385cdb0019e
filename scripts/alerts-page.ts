import { formatEmail } from '../functions/core/format/email.ts';
import { formatSlack, formatSlackReply } from '../functions/core/format/slack.ts';
import type { AlertSample } from './alert-samples.ts';

export function emailGolden({ announcement }: AlertSample): string {
  const { subject, text } = formatEmail(announcement);
  return `Subject: ${subject}\n\n${text}`;
}

export const slackGolden = ({ announcement }: AlertSample): string =>
  `${JSON.stringify({ message: formatSlack(announcement, { buttons: true }), reply: formatSlackReply(announcement) }, null, 2)}\n`;

const golden = '../test/core/format/golden';

/** Those with a picture in docs/images. */
export const pictured = new Set(['incident', 'rotation', 'digest-weekly']);

function sampleText(sample: AlertSample): string {
  const { name, title } = sample;
  const picture = pictured.has(name) ? `\n![${title}, in Slack](images/slack-${name}.png)\n` : '';
  return `### ${title}

\`\`\`text
${emailGolden(sample).trimEnd()}
\`\`\`
${picture}
[As Slack gets it](${golden}/${name}.slack.json).
`;
}

export const alertsPage = (samples: readonly AlertSample[]): string => `# What arrives

One incident is one thread. The first message tells it; another comes only when it becomes graver, when there is more that
matters, when a reminder is due, or when it is over. Who hears of what, when, and how often is said in \`audit.yaml\` under
\`notify\` ([configuration.md](configuration.md)).

Every message keeps apart what is known and what is not, says what to do in numbered steps, and prints commands; nothing
runs them. Text that comes from logs is shown as it is: no markup, no escape sequence, no mention and no link of it works.

- The subject begins with the severity, and names what, where and the incident. An update begins with \`Re:\`; one that is
  graver says what it was.
- \`INC-841AE2\` is the beginning of the incident's id; every command takes it.
- In Slack a bot updates the message in place and tells each change in its thread. A webhook posts the message again.

## For other subscribers

The topic takes Lambda functions, queues and HTTPS addresses too. They get a JSON document with everything that the text is
made of: [announcement.schema.json](schemas/announcement.schema.json). \`kind\` is \`incident\`, \`digest\` or \`test\`. Fields are
added, never renamed.

- The same \`id\` and \`revision\` is the same message; it may come twice, and may be dropped then. A smaller revision never
  follows a greater one on purpose; drop it where a queue gives it out late.
- What is larger than SNS takes is cut. \`whole\` then says where all of it lies: \`s3://BUCKET/announcements/ID/REVISION.json\`.
- \`email-json\` subscribers get the text within SNS's own envelope.

| attribute | type | of | is |
|---|---|---|---|
| \`kind\` | String | all | \`incident\`, \`digest\`, \`test\` |
| \`targets\` | String.Array | all | names of \`notify.targets\`, \`email\`, \`slack\`, \`team-NAME\` |
| \`severity\` | String | incidents | \`info\` to \`critical\` |
| \`detectors\` | String.Array | incidents | [ids](detectors/README.md) |
| \`owners\` | String.Array | incidents, digests of an owner | owners of the secrets |
| \`account\` | String | incidents | 12 digits |

An attribute that is not known is left out. A filter policy takes at most five of them, and 150 combinations of values:

\`\`\`json
{"kind": ["incident"], "severity": ["high", "critical"], "account": ["111122223333"]}
\`\`\`

\`\`\`json
{"detectors": [{"prefix": "rotation-"}], "owners": ["messaging"]}
\`\`\`

\`\`\`sh
aws sns subscribe --topic-arn TOPIC_ARN --protocol sqs --notification-endpoint QUEUE_ARN \\
  --attributes '{"RawMessageDelivery":"true","FilterPolicy":"{\\"severity\\":[\\"critical\\"]}"}'
\`\`\`

## Samples

Made by the code that sends them, of invented incidents.

${samples.map(sampleText).join('\n')}`;
