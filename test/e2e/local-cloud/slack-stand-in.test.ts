import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SlackStandIn, startSlackStandIn } from '../../support/local-cloud/slack-stand-in.ts';

let slack: SlackStandIn;

beforeEach(async () => {
  slack = await startSlackStandIn();
});

afterEach(() => slack.stop());

async function post(message: unknown, url = slack.webhookUrl) {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const answer = await fetch(url, { method: 'POST', body });
  return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get('retry-after') };
}

const section = (length: number) => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } });
const header = (length: number) => ({
  type: 'header',
  text: { type: 'plain_text', text: 'x'.repeat(length) },
});
const fields = (count: number, length: number) => ({
  type: 'section',
  fields: Array.from({ length: count }, () => ({ type: 'mrkdwn', text: 'x'.repeat(length) })),
});
const divider = { type: 'divider' };

describe("Slack's stand-in", () => {
  it('takes a message and keeps it', async () => {
    expect(
      await post({ text: 'CRITICAL', blocks: [header(150), section(3_000), fields(10, 2_000)] }),
    ).toMatchObject({
      status: 200,
      text: 'ok',
    });
    expect(slack.messages()).toEqual([
      expect.objectContaining({ text: 'CRITICAL', blocks: expect.any(Array), time: expect.any(String) }),
    ]);
  });

  it.each([
    ['a header of 151 characters', { text: 't', blocks: [header(151)] }, 'invalid_blocks'],
    ['a section of 3001 characters', { text: 't', blocks: [section(3_001)] }, 'invalid_blocks'],
    ['an empty section', { text: 't', blocks: [{ type: 'section' }] }, 'invalid_blocks'],
    ['eleven fields', { text: 't', blocks: [fields(11, 1)] }, 'invalid_blocks'],
    ['a field of 2001 characters', { text: 't', blocks: [fields(1, 2_001)] }, 'invalid_blocks'],
    ['51 blocks', { text: 't', blocks: Array(51).fill(divider) }, 'invalid_blocks'],
    ['a block without a type', { text: 't', blocks: [{}] }, 'invalid_blocks'],
    ['no text at all', { text: '' }, 'no_text'],
    ['a list', [], 'invalid_payload'],
    ['no JSON', 'hello', 'invalid_payload'],
  ])('refuses %s', async (_, message, word) => {
    expect(await post(message)).toMatchObject({ status: 400, text: word });
    expect(slack.messages()).toEqual([]);
  });

  it('does not know another address', async () => {
    expect(await post({ text: 't' }, `http://127.0.0.1:${slack.port}/services/T1/B1`)).toMatchObject({
      status: 404,
      text: 'no_service',
    });
  });

  it('fails as often as it is told, then works again', async () => {
    slack.fail({ status: 429, retryAfterSeconds: 7, times: 1 });
    expect(await post({ text: 't' })).toMatchObject({ status: 429, retryAfter: '7', text: 'rate_limited' });
    expect((await post({ text: 't' })).status).toBe(200);
    slack.fail({ status: 500 });
    expect((await post({ text: 't' })).status).toBe(500);
    slack.recover();
    expect((await post({ text: 't' })).status).toBe(200);
    expect(slack.requests()).toBe(4);
  });

  it('can be stopped and started again on the same port', async () => {
    const { webhookUrl } = slack;
    await slack.stop();
    await expect(post({ text: 't' }, webhookUrl)).rejects.toThrow();
    await slack.start();
    expect((await post({ text: 't' }, webhookUrl)).status).toBe(200);
  });
});
