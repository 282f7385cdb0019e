import { type MessageAttributeValue, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { plainText, truncate } from '../core/format/plain-text.ts';
import type { Finding } from '../core/model/finding.ts';
import type { Publisher } from '../core/ports.ts';

/** SNS's limit for message and attributes together is 256 KiB; the rest is for the attributes. */
const largestMessage = 250 * 1024;
/** Email text of a finding is a few KB; what is longer was made long on purpose. */
const longestText = 16_000;
/** How many entries of its lists a finding keeps, and how long its texts may be, until it fits. */
const cuts = [
  { entries: 50, characters: 4_000 },
  { entries: 20, characters: 2_000 },
  { entries: 5, characters: 1_000 },
  { entries: 1, characters: 300 },
] as const;

export interface SnsPublisherOptions {
  readonly topicArn: string;
  readonly client?: SNSClient;
}

export function createSnsPublisher({ topicArn, client = connectTopics() }: SnsPublisherOptions): Publisher {
  return {
    async publish({ finding, subject, text }) {
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: validSubject(subject),
          MessageStructure: 'json',
          Message: fittingMessage(finding, text),
          MessageAttributes: attributesOf(finding),
        }),
      );
    },
  };
}

const connectTopics = (): SNSClient =>
  new SNSClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } });

/** People get the text, machines the finding; subscribers of other kinds get the `default`. */
function message(finding: Finding, text: string): string {
  const document = JSON.stringify(finding);
  return JSON.stringify({ default: text, email: text, sqs: document, https: document, lambda: document });
}

function fittingMessage(finding: Finding, text: string): string {
  const shown = truncate(text, longestText);
  const whole = message(finding, shown);
  if (Buffer.byteLength(whole) <= largestMessage) return whole;
  const candidates = cuts.map((cut) => message(cutFinding(finding, cut), shown));
  const fitting = candidates.find((candidate) => Buffer.byteLength(candidate) <= largestMessage);
  if (fitting === undefined) throw new RangeError(`Finding ${finding.id} does not fit an SNS message`);
  return fitting;
}

function cutFinding(finding: Finding, cut: (typeof cuts)[number]): Finding {
  const evidence = finding.evidence.slice(0, cut.entries);
  const note = `This message was too large for SNS and was cut: it holds ${evidence.length} of ${finding.evidence.length} event ids. The table holds all that is kept.`;
  const shortened = shortenTexts(
    {
      ...finding,
      evidence,
      origins: finding.origins.slice(0, cut.entries),
      agents: finding.agents.slice(0, cut.entries),
    },
    cut.characters,
  );
  return { ...shortened, explanation: `${shortened.explanation}\n${note}` };
}

function shortenTexts<Value>(value: Value, length: number): Value {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? truncate(part, length) : part,
  );
}

/** Fewer than 100 characters, printable ASCII, not beginning with a space (Publish in the SNS API reference). */
const validSubject = (subject: string): string =>
  subject
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, 99) || 'A finding of secrets-audit';

/** For filter policies of subscriptions. */
function attributesOf({
  severity,
  detector,
  secret,
  actor,
  owner,
}: Finding): Record<string, MessageAttributeValue> {
  const account = secret?.account ?? actor?.account;
  const text = (value: string) => ({ DataType: 'String', StringValue: truncate(plainText(value), 100) });
  return {
    severity: text(severity),
    detector: text(detector),
    ...(account && { account: text(account) }),
    ...(owner && { owner: text(owner) }),
  };
}
