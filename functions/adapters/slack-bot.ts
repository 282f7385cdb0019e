import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import type { ChatBot } from '../core/ports.ts';
import type { DeliveryPace } from './delivery-pace.ts';
import type { SlackAnswer, SlackApi } from './slack-api.ts';

/** "Errors" of chat.update: the message is there, and cannot be changed. */
const unchangeable = new Set(['cant_update_message', 'edit_window_closed']);
/** Nobody wants Slack to look at addresses that a log names. */
const unfurl = { unfurl_links: false, unfurl_media: false };

export function createSlackBot(api: SlackApi, pace: DeliveryPace): ChatBot {
  const call = async (method: string, body: object): Promise<SlackAnswer> => {
    await pace.turn();
    try {
      return await api.call(method, body);
    } catch (error) {
      if (error instanceof DeliveryDelayedError && error.retryAfterSeconds !== undefined) {
        pace.hold(error.retryAfterSeconds);
      }
      throw error;
    }
  };

  return {
    async post(channel, message, thread) {
      const { refusal, fields } = await call('chat.postMessage', {
        ...message,
        ...unfurl,
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
      });
      if (refusal !== undefined) throw refused(refusal, channel);
      return { channel: String(fields['channel']), ts: String(fields['ts']) };
    },

    async update({ channel, ts }, message) {
      const { refusal } = await call('chat.update', { ...message, channel, ts });
      if (refusal === undefined) return 'updated';
      if (refusal === 'message_not_found') return 'gone';
      if (unchangeable.has(refusal)) return 'unchangeable';
      throw refused(refusal, channel);
    },
  };
}

const advice: Readonly<Record<string, string>> = {
  channel_not_found: ': does it exist, and is the bot invited?',
  is_archived: ': it is archived',
  missing_scope: ': the app needs the scope chat:write',
  not_in_channel: ': invite the bot with /invite',
};

const refused = (word: string, channel: string): DeliveryRefusedError =>
  new DeliveryRefusedError(`Slack refuses the message to ${channel} (${word})${advice[word] ?? ''}`);
