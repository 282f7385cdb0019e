import { DeliveryRefusedError } from '../core/errors.ts';
import type { ChatDialogs } from '../core/ports.ts';
import type { SlackApi } from './slack-api.ts';

export function createSlackDialogs(api: SlackApi): ChatDialogs {
  let team: string | undefined;
  const call = async (method: string, body: object) => {
    const { refusal, fields } = await api.call(method, body);
    if (refusal !== undefined) throw new DeliveryRefusedError(`Slack refuses ${method} (${refusal})`);
    return fields;
  };
  return {
    async team() {
      team ??= String((await call('auth.test', {}))['team_id']);
      return team;
    },
    async open(trigger, view) {
      await call('views.open', { trigger_id: trigger, view });
    },
    async whisper({ channel, user }, text) {
      await call('chat.postEphemeral', { channel, user, text });
    },
  };
}
