import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createSnsPublisher } from '../../functions/adapters/sns-publisher.ts';
import { createWholeDocuments } from '../../functions/adapters/whole-documents.ts';
import { formatEmail } from '../../functions/core/format/email.ts';
import {
  type Announcement,
  announcementSchema,
  type IncidentAnnouncement,
} from '../../functions/core/model/announcement.ts';
import type { Publication } from '../../functions/core/ports.ts';
import { digestAnnouncement, incidentAnnouncement, testAnnouncement } from '../support/announcements.ts';
import { finding, hostile } from '../support/findings.ts';
import { account } from '../support/records.ts';

const bucket = 'secrets-audit-reports-111122223333';
let sns: AwsClientStub<SNSClient>;
let s3: AwsClientStub<S3Client>;
beforeEach(() => {
  sns = mockClient(SNSClient);
  sns.on(PublishCommand).resolves({ MessageId: 'm' });
  s3 = mockClient(S3Client);
  s3.on(PutObjectCommand).resolves({});
});
afterEach(() => {
  sns.restore();
  s3.restore();
});

async function publish(
  announcement: Announcement,
  { isKept = true, ...overrides }: Partial<Publication> & { readonly isKept?: boolean } = {},
): Promise<PublishCommandInput> {
  const publisher = createSnsPublisher({
    topicArn: 'arn:aws:sns:eu-west-1:111122223333:findings',
    ...(isKept && { whole: createWholeDocuments({ bucket }) }),
  });
  await publisher.publish({ announcement, ...formatEmail(announcement), ...overrides });
  const call = sns.commandCalls(PublishCommand).at(-1);
  if (!call) throw new Error('nothing published');
  return call.args[0].input;
}

const sizeOf = ({ Message = '', MessageAttributes = {} }: PublishCommandInput): number =>
  Buffer.byteLength(Message) + Buffer.byteLength(JSON.stringify(MessageAttributes));

const one = (value: string) => ({ DataType: 'String', StringValue: value });
const many = (...values: string[]) => ({ DataType: 'String.Array', StringValue: JSON.stringify(values) });

const large = (): IncidentAnnouncement =>
  incidentAnnouncement(
    Array.from({ length: 20 }, (_, place) =>
      finding({
        id: `finding-${place}`,
        evidence: Array.from({ length: 100 }, (_, index) => `${place}-${index}-${'e'.repeat(150)}`),
        agents: Array.from({ length: 20 }, (_, index) => ({ family: `f${index}`, raw: hostile, count: 1 })),
      }),
    ),
  );

describe('SNS publisher', () => {
  test('people get the text, machines the document', async () => {
    const announcement = incidentAnnouncement();
    const input = await publish(announcement);
    const message = JSON.parse(input.Message ?? '');
    expect(input.MessageStructure).toBe('json');
    expect(message.email).toBe(formatEmail(announcement).text);
    expect(message.default).toBe(message.email);
    for (const protocol of ['sqs', 'https', 'lambda']) {
      expect(announcementSchema.parse(JSON.parse(message[protocol]))).toEqual(announcement);
    }
    expect(s3.calls()).toEqual([]);
  });

  test('attributes for filter policies, those that are known', async () => {
    const told = incidentAnnouncement([finding({ owner: 'messaging' })], { targets: ['email', 'slack'] });
    expect((await publish(told)).MessageAttributes).toEqual({
      kind: one('incident'),
      targets: many('email', 'slack'),
      severity: one('high'),
      detectors: many('mass-retrieval'),
      owners: many('messaging'),
      account: one(account),
    });
    const nowhere = incidentAnnouncement([finding({ secret: null, actor: null })], { targets: [] });
    expect(Object.keys((await publish(nowhere)).MessageAttributes ?? {})).toEqual([
      'kind',
      'severity',
      'detectors',
    ]);
    expect(
      (await publish(digestAnnouncement({ because: 'owner', owner: 'data' }))).MessageAttributes,
    ).toEqual({
      kind: one('digest'),
      targets: many('email'),
      owners: many('data'),
    });
    expect((await publish(testAnnouncement())).MessageAttributes).toEqual({
      kind: one('test'),
      targets: many('email', 'slack'),
    });
  });

  test.each([hostile, 'Schlüssel für Zürich gelesen', '\n\n', '', 'x'.repeat(500)])(
    'a subject that SNS takes, whatever it was: %.20s',
    async (subject) => {
      const { Subject = '' } = await publish(incidentAnnouncement(), { subject });
      expect(Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    },
  );

  test('what is too large for SNS is kept whole, and cut with a pointer to it', async () => {
    const announcement = large();
    const input = await publish(announcement);
    const place = `s3://${bucket}/announcements/${announcement.id}/1.json`;
    expect(sizeOf(input)).toBeLessThanOrEqual(256 * 1024);
    const message = JSON.parse(input.Message ?? '');
    const document = announcementSchema.parse(JSON.parse(message.sqs));
    expect(document).toMatchObject({ id: announcement.id, revision: 1, whole: place });
    expect(message.email).toContain('WHAT HAPPENED');
    expect(message.email).toContain(place);
    const [put] = s3.commandCalls(PutObjectCommand);
    expect(put?.args[0].input).toMatchObject({
      Bucket: bucket,
      Key: `announcements/${announcement.id}/1.json`,
      ContentType: 'application/json',
    });
    expect(JSON.parse(String(put?.args[0].input.Body))).toEqual(announcement);
  });

  test('without a bucket it is cut, and says where the whole is', async () => {
    const announcement = large();
    const message = JSON.parse((await publish(announcement, { isKept: false })).Message ?? '');
    expect(JSON.parse(message.sqs)).toMatchObject({ id: announcement.id, whole: null });
    expect(message.email).toContain(`in the suite's table, ${announcement.id}`);
    expect(s3.calls()).toEqual([]);
  });

  test('where keeping it fails, nothing is published: the whole would be lost', async () => {
    s3.on(PutObjectCommand).rejects(new Error('AccessDenied'));
    await expect(publish(large())).rejects.toThrow('AccessDenied');
    expect(sns.calls()).toEqual([]);
  });

  test('names of any length fit too, also those that grow when they are escaped', async () => {
    const long = '\u0000\u20ac"'.repeat(4_000);
    const input = await publish(
      incidentAnnouncement(
        Array.from({ length: 20 }, (_, place) =>
          finding({
            id: `f${place}`,
            title: long,
            explanation: long,
            advice: long,
            owner: long,
            facts: [long, long],
            secret: { arn: long, name: long, account, region: long },
            actor: { principal: long, kind: 'role', account: long },
            evidence: [long, `${place}${long}`],
          }),
        ),
      ),
      { text: long },
    );
    expect(sizeOf(input)).toBeLessThanOrEqual(256 * 1024);
  });

  test('a refusal of SNS is passed on', async () => {
    sns.on(PublishCommand).rejects(new Error('AuthorizationError'));
    await expect(publish(incidentAnnouncement())).rejects.toThrow('AuthorizationError');
  });
});
