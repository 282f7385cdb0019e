import { type MessageAttributeValue, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { cutAnnouncement } from '../core/announcing/cut-announcement.ts';
import { truncate } from '../core/format/plain-text.ts';
import type { Announcement } from '../core/model/announcement.ts';
import type { Finding } from '../core/model/finding.ts';
import type { Publication, Publisher, WholeDocuments } from '../core/ports.ts';

/** SNS's limit for message and attributes together is 256 KiB; the rest is for the attributes. */
const largestMessage = 240 * 1024;
/** Email text is a few KB, that of a long digest some ten; what is longer was made long on purpose. */
const longestText = 45_000;
/** Of an email whose document has to be cut. */
const longestTextBesideCut = 8_000;
/** A filter policy matches values of at most 256 characters. */
const longestValue = 256;
/** Of what others may filter by. Targets are all there: who is left out hears nothing. */
const valuesAnAttribute = 20;

export interface SnsPublisherOptions {
  readonly topicArn: string;
  /** Where what does not fit is kept; without it, what is cut off is in the table only. */
  readonly whole?: WholeDocuments;
  readonly client?: SNSClient;
}

export function createSnsPublisher({
  topicArn,
  whole,
  client = connectTopics(),
}: SnsPublisherOptions): Publisher {
  return {
    async publish(publication) {
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: validSubject(publication.subject),
          MessageStructure: 'json',
          Message: await fittingMessage(publication, whole),
          MessageAttributes: attributesOf(publication.announcement),
        }),
      );
    },
  };
}

/** @param region default: where this runs */
export const connectTopics = (region?: string): SNSClient =>
  new SNSClient({
    ...(region !== undefined && { region }),
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });

/** People get the text, machines the document; subscribers of other kinds get the `default`. */
function message(announcement: Announcement, text: string): string {
  const document = JSON.stringify(announcement);
  return JSON.stringify({ default: text, email: text, sqs: document, https: document, lambda: document });
}

async function fittingMessage(
  { announcement, text }: Publication,
  whole: WholeDocuments | undefined,
): Promise<string> {
  const shown = truncate(text, longestText);
  const all = message(announcement, shown);
  if (Buffer.byteLength(all) <= largestMessage) return all;
  const { id, revision } = announcement;
  const place = (await whole?.put(id, revision, JSON.stringify(announcement))) ?? null;
  const note = `This message was too large for SNS, and was cut for machines. The whole document: ${
    place ?? `in the suite's table, ${id}`
  }`;
  for (const cut of cutAnnouncement(announcement, place)) {
    const candidate = message(cut, `${truncate(text, longestTextBesideCut)}\n${note}\n`);
    if (Buffer.byteLength(candidate) <= largestMessage) return candidate;
  }
  throw new RangeError(`Announcement ${id} does not fit an SNS message`);
}

/** Fewer than 100 characters, printable ASCII, not beginning with a space (Publish in the SNS API reference). */
const validSubject = (subject: string): string =>
  subject
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, 99) || 'A message of secrets-audit';

/**
 * For filter policies of subscriptions. Ten at most: SQS with raw delivery drops messages with more.
 */
function attributesOf(announcement: Announcement): Record<string, MessageAttributeValue> {
  const { kind, targets } = announcement;
  const incident = announcement.kind === 'incident' ? announcement : undefined;
  const account = incident?.findings.map(accountOf).find((each) => each !== undefined);
  return {
    kind: oneOf(kind),
    ...manyOf('targets', targets),
    ...(incident && {
      severity: oneOf(incident.record.incident.severity),
      ...manyOf('detectors', incident.record.incident.detectors.slice(0, valuesAnAttribute)),
      ...manyOf('owners', incident.record.owners.slice(0, valuesAnAttribute)),
    }),
    ...(announcement.kind === 'digest' && announcement.owner && manyOf('owners', [announcement.owner])),
    ...(account && { account: oneOf(account) }),
  };
}

const accountOf = ({ secret, actor }: Finding): string | undefined => secret?.account ?? actor?.account;

const oneOf = (value: string): MessageAttributeValue => ({
  DataType: 'String',
  StringValue: truncate(value, longestValue),
});

/** Nothing at all where there is none: a filter policy can ask whether it `exists`. */
const manyOf = (name: string, values: readonly string[]): Record<string, MessageAttributeValue> =>
  values.length === 0
    ? {}
    : {
        [name]: {
          DataType: 'String.Array',
          StringValue: JSON.stringify(values.map((value) => truncate(value, longestValue))),
        },
      };
