import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createSnsPublisher } from '../../functions/adapters/sns-publisher.ts';
import { formatEmail } from '../../functions/core/format/email.ts';
import { type Finding, findingSchema } from '../../functions/core/model/finding.ts';
import type { Announcement } from '../../functions/core/ports.ts';
import { finding, hostile } from '../support/findings.ts';
import { account } from '../support/records.ts';

let sns: AwsClientStub<SNSClient>;
beforeEach(() => {
  sns = mockClient(SNSClient);
  sns.on(PublishCommand).resolves({ MessageId: 'm' });
});
afterEach(() => sns.restore());

async function publish(
  published: Finding,
  overrides: Partial<Announcement> = {},
): Promise<PublishCommandInput> {
  const publisher = createSnsPublisher({ topicArn: 'arn:aws:sns:eu-west-1:111122223333:findings' });
  await publisher.publish({ finding: published, ...formatEmail(finding()), ...overrides });
  const [call] = sns.commandCalls(PublishCommand);
  if (!call) throw new Error('nothing published');
  return call.args[0].input;
}

const sizeOf = ({ Message = '', MessageAttributes = {} }: PublishCommandInput): number =>
  Buffer.byteLength(Message) + Buffer.byteLength(JSON.stringify(MessageAttributes));

describe('SNS publisher', () => {
  test('people get the text, machines the finding', async () => {
    const input = await publish(finding());
    const message = JSON.parse(input.Message ?? '');
    expect(input.MessageStructure).toBe('json');
    expect(message.email).toBe(formatEmail(finding()).text);
    expect(message.default).toBe(message.email);
    for (const protocol of ['sqs', 'https', 'lambda']) {
      expect(findingSchema.parse(JSON.parse(message[protocol]))).toEqual(finding());
    }
  });

  test('attributes for filter policies: severity, detector, account where it is known', async () => {
    const text = (value: string) => ({ DataType: 'String', StringValue: value });
    expect((await publish(finding())).MessageAttributes).toEqual({
      severity: text('high'),
      detector: text('mass-retrieval'),
      account: text(account),
    });
    sns.resetHistory();
    const nowhere = await publish(finding({ secret: null, actor: null }));
    expect(Object.keys(nowhere.MessageAttributes ?? {})).toEqual(['severity', 'detector']);
  });

  test.each([hostile, 'Schlüssel für Zürich gelesen', '\n\n', '', 'x'.repeat(500)])(
    'a subject that SNS takes, whatever it was: %.20s',
    async (subject) => {
      const { Subject = '' } = await publish(finding(), { subject });
      expect(Subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    },
  );

  test('what is too large for SNS is cut, says so, and is still a finding', async () => {
    const large = finding({
      evidence: Array.from({ length: 100 }, (_, index) => `${index}-${hostile.slice(0, 2_000)}`),
      agents: Array.from({ length: 20 }, (_, index) => ({ family: `f${index}`, raw: hostile, count: 1 })),
    });
    const input = await publish(large);
    expect(sizeOf(input)).toBeLessThanOrEqual(256 * 1024);
    const document = findingSchema.parse(JSON.parse(JSON.parse(input.Message ?? '').sqs));
    expect(document).toMatchObject({ id: large.id, revision: 1, severity: 'high', count: 25 });
    expect(document.evidence.length).toBeGreaterThan(0);
    expect(document.explanation).toMatch(/too large for SNS.* of 100 event ids/);
  });

  test('a name of any length fits too', async () => {
    const long = '\u0000\u20ac"'.repeat(60_000);
    const input = await publish(
      finding({
        secret: { arn: null, name: long, account, region: long },
        actor: { principal: long, kind: 'role', account: long },
        evidence: [long],
      }),
      { text: long },
    );
    expect(sizeOf(input)).toBeLessThanOrEqual(256 * 1024);
  });

  test('a refusal of SNS is passed on', async () => {
    sns.on(PublishCommand).rejects(new Error('AuthorizationError'));
    await expect(publish(finding())).rejects.toThrow('AuthorizationError');
  });
});
