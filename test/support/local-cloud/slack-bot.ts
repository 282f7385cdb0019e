import type { LoopbackReply, LoopbackRequest } from '../loopback-server.ts';
import { isObject, isValidModal, parse, problemOf } from './slack-blocks.ts';

/** A message that the bot posted, as it stands now. */
export interface SlackBotMessage {
  /** Slack's id of the channel, whatever the bot called it. */
  channel: string;
  ts: string;
  /** `ts` of the message that it answers. */
  thread: string | undefined;
  text: string;
  blocks: unknown[];
  metadata: unknown;
  /** How often it was changed in place. */
  updates: number;
  /** The one user who sees it. */
  onlyFor: string | undefined;
}

/** The Web API of Slack as a bot with one token sees it. */
export interface SlackBot {
  readonly token: string;
  /** All messages, oldest first; those of threads too. */
  messages(): SlackBotMessage[];
  /** Modals that were opened. */
  views(): { trigger: string; view: Record<string, unknown> }[];
  /** Answers `ok: false` with this word: `token_revoked`, `channel_not_found`; default: until accept(). */
  refuse(word: string, times?: number): void;
  accept(): void;
}

const TOKEN = 'xoxb-stand-in-token';
const TEAM = 'T00000000';

/** The methods that the suite calls, with Slack's words for what is wrong. */
export function createSlackBot(): SlackBot & { answer(request: LoopbackRequest): LoopbackReply } {
  const messages: SlackBotMessage[] = [];
  const views: { trigger: string; view: Record<string, unknown> }[] = [];
  let refusal: { word: string; left: number } | undefined;

  const post = (call: Record<string, unknown>, onlyFor?: string) => {
    const channel = channelIdOf(call['channel']);
    if (channel === undefined) return refused('channel_not_found');
    const problem = problemOf(call);
    if (problem) return refused(problem);
    // Slack's: seconds with six digits behind the point, unlike any other of the channel.
    const ts = `${Math.floor(Date.now() / 1000)}.${String(messages.length + 1).padStart(6, '0')}`;
    const { text = '', blocks = [], metadata, thread_ts: thread } = call;
    const message = { channel, ts, thread, text, blocks, metadata, updates: 0, onlyFor };
    messages.push(message as SlackBotMessage);
    return onlyFor === undefined ? { ok: true, channel, ts } : { ok: true, message_ts: ts };
  };

  const methods: Record<string, (call: Record<string, unknown>) => object> = {
    'auth.test': () => ({ ok: true, team_id: TEAM, user_id: 'U0BOT', bot_id: 'B0BOT' }),
    'chat.postMessage': (call) => post(call),
    'chat.postEphemeral': (call) =>
      typeof call['user'] === 'string' ? post(call, call['user']) : refused('user_not_in_channel'),
    'chat.update': (call) => {
      const message = messages.find(({ channel, ts }) => channel === call['channel'] && ts === call['ts']);
      // A name in the place of an id is not understood here, unlike in chat.postMessage.
      if (!/^[CGD][A-Z0-9]+$/.test(String(call['channel']))) return refused('channel_not_found');
      if (!message) return refused('message_not_found');
      const problem = problemOf(call);
      if (problem) return refused(problem);
      const { text = '', blocks = [], metadata = message.metadata } = call;
      Object.assign(message, { text, blocks, metadata, updates: message.updates + 1 });
      return { ok: true, channel: message.channel, ts: message.ts };
    },
    'views.open': ({ trigger_id: trigger, view }) => {
      if (typeof trigger !== 'string' || trigger === '') return refused('invalid_trigger_id');
      if (!isValidModal(view)) return refused('invalid_arguments');
      views.push({ trigger, view: view as Record<string, unknown> });
      return { ok: true, view: { id: `V${views.length}` } };
    },
  };

  return {
    token: TOKEN,
    messages: () => messages.map((message) => ({ ...message })),
    views: () => [...views],
    refuse: (word, times = Number.POSITIVE_INFINITY) => {
      refusal = { word, left: times };
    },
    accept: () => {
      refusal = undefined;
    },
    answer({ method, target, headers, body }) {
      const call = methods[target.replace('/api/', '')];
      if (method !== 'POST' || !call) return json(refused('unknown_method'));
      if (headers.authorization === undefined) return json(refused('not_authed'));
      if (headers.authorization !== `Bearer ${TOKEN}`) return json(refused('invalid_auth'));
      if (refusal && refusal.left > 0) {
        refusal.left -= 1;
        return json(refused(refusal.word));
      }
      if (!headers['content-type']?.startsWith('application/json')) return json(refused('invalid_post_type'));
      const parsed = parse(body);
      return json(isObject(parsed) ? call(parsed) : refused('invalid_json'));
    },
  };
}

/** As Slack tells the id of a channel that was called by its name. */
function channelIdOf(channel: unknown): string | undefined {
  if (typeof channel !== 'string') return undefined;
  if (/^[CGD][A-Z0-9]+$/.test(channel)) return channel;
  return channel.startsWith('#') ? `C${channel.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')}` : undefined;
}

const refused = (error: string) => ({ ok: false, error });

const json = (body: object): LoopbackReply => ({
  status: 200,
  contentType: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});
