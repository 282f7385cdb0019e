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

  it('answers no_service with status 200 when it is told to', async () => {
    slack.fail({ status: 200, body: 'no_service', times: 1 });
    expect(await post({ text: 't' })).toMatchObject({ status: 200, text: 'no_service' });
    expect(slack.messages()).toEqual([]);
  });

  it('takes so many messages a second from a webhook and answers 429 beyond', async () => {
    slack.allow(2);
    const answers = await Promise.all(Array.from({ length: 5 }, () => post({ text: 't' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 429)).toEqual(
      Array(3).fill({ status: 429, text: 'rate_limited', retryAfter: '1' }),
    );
    expect([slack.messages().length, slack.limited()]).toEqual([2, 3]);
    const other = slack.webhookUrl.replace('B00000000', 'B00000001');
    expect((await post({ text: 't' }, other)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    expect((await post({ text: 't' })).status).toBe(200);
  });

  it('can take a message and answer too late', async () => {
    slack.slow({ milliseconds: 500, times: 1 });
    const hasty = fetch(slack.webhookUrl, {
      method: 'POST',
      body: '{"text": "t"}',
      signal: AbortSignal.timeout(100),
    });
    await expect(hasty).rejects.toThrow(/aborted/);
    expect(slack.messages()).toHaveLength(1);
  });
});

describe("the stand-in's bot", () => {
  async function call(method: string, body: object, token = slack.bot.token) {
    const answer = await fetch(`${slack.apiUrl}${method}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
    });
    const json = (await answer.json()) as { ok: boolean; error?: string; channel: string; ts: string };
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ...json };
  }

  it('posts, answers in a thread and changes in place', async () => {
    expect(await call('auth.test', {})).toMatchObject({ ok: true, team_id: 'T00000000' });
    const first = await call('chat.postMessage', { channel: '#security', text: 'first' });
    expect(first).toMatchObject({ ok: true, channel: 'CSECURITY' });
    const { channel, ts } = first;
    await call('chat.postMessage', { channel, thread_ts: ts, text: 'reply', metadata: { event_type: 'e' } });
    await call('chat.update', { channel, ts, text: 'changed', blocks: [section(3_000)] });
    expect(slack.bot.messages()).toMatchObject([
      { channel, ts, thread: undefined, text: 'changed', updates: 1, onlyFor: undefined },
      { channel, thread: ts, text: 'reply', updates: 0, metadata: { event_type: 'e' } },
    ]);
    await call('chat.postEphemeral', { channel, user: 'U1', text: 'psst' });
    expect(slack.bot.messages().at(-1)).toMatchObject({ text: 'psst', onlyFor: 'U1' });
  });

  const button = { type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'x'.repeat(75) } };
  const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
  const question = {
    type: 'input',
    block_id: 'reason',
    label: plain(2_000),
    element: { type: 'plain_text_input', action_id: 'reason' },
  };
  const modal = { type: 'modal', title: plain(24), submit: plain(24), blocks: [question] };

  it('opens a modal', async () => {
    expect((await call('views.open', { trigger_id: '1.2', view: modal })).ok).toBe(true);
    expect(slack.bot.views()).toEqual([{ trigger: '1.2', view: modal }]);
  });

  const message = { channel: '#security', text: 't' };
  it.each([
    ['chat.postMessage', { text: 't' }, 'channel_not_found'],
    ['chat.postMessage', { channel: '#security' }, 'no_text'],
    ['chat.postMessage', { ...message, blocks: [section(3_001)] }, 'invalid_blocks'],
    [
      'chat.postMessage',
      { ...message, blocks: [{ type: 'actions', elements: Array(26).fill(button) }] },
      'invalid_blocks',
    ],
    [
      'chat.postMessage',
      { ...message, blocks: [{ type: 'actions', elements: [{ ...button, text: plain(76) }] }] },
      'invalid_blocks',
    ],
    ['chat.update', { ...message, ts: '1.1' }, 'channel_not_found'],
    ['chat.update', { channel: 'C1', ts: '1.1', text: 't' }, 'message_not_found'],
    ['chat.postEphemeral', message, 'user_not_in_channel'],
    ['views.open', { view: modal }, 'invalid_trigger_id'],
    ['views.open', { trigger_id: '1', view: { ...modal, title: plain(25) } }, 'invalid_arguments'],
    ['views.open', { trigger_id: '1', view: { ...modal, submit: undefined } }, 'invalid_arguments'],
    ['chat.delete', {}, 'unknown_method'],
  ])('%s %j: %s', async (method, body, error) => {
    expect(await call(method, body)).toMatchObject({ status: 200, ok: false, error });
    expect([slack.bot.messages(), slack.bot.views()]).toEqual([[], []]);
  });

  it('knows its token, and refuses as it is told, while webhooks work', async () => {
    expect(await call('chat.postMessage', message, 'xoxb-other')).toMatchObject({ error: 'invalid_auth' });
    slack.bot.refuse('token_revoked');
    expect(await call('auth.test', {})).toMatchObject({ ok: false, error: 'token_revoked' });
    expect((await post({ text: 't' })).status).toBe(200);
    slack.bot.refuse('channel_not_found', 1);
    expect(await call('chat.postMessage', message)).toMatchObject({ error: 'channel_not_found' });
    expect((await call('chat.postMessage', message)).ok).toBe(true);
  });

  it('limits a channel, not its modals', async () => {
    slack.allow(1);
    expect((await call('chat.postMessage', message)).ok).toBe(true);
    expect(await call('chat.postMessage', message)).toMatchObject({
      status: 429,
      retryAfter: '1',
      error: 'ratelimited',
    });
    expect((await call('chat.postMessage', { ...message, channel: '#other' })).ok).toBe(true);
    expect((await call('views.open', { trigger_id: '1', view: modal })).ok).toBe(true);
  });
});
