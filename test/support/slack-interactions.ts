import { createHmac } from 'node:crypto';

/** A call of the function URL as Slack makes it. */
export interface SlackCall {
  headers: Record<string, string>;
  body: string;
}

/** The team of the stand-in's bot. */
export const team = 'T00000000';

export interface Signing {
  readonly signingSecret: string;
  /** Milliseconds. */
  readonly at: number;
}

/** What Slack sends when somebody does something, signed. */
export function slackCall(payload: object, { signingSecret, at }: Signing): SlackCall {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  };
}

export interface Person {
  readonly user?: string;
  readonly team?: string;
}

const personOf = ({ user = 'U012AB3CD', team: of = team }: Person) => ({
  user: { id: user, username: 'mara', team_id: of },
  team: { id: of, domain: 'example' },
});

/** Somebody presses a button; `element` is the button as it stands in the message. */
export const press = (element: { action_id: string; value: string }, person: Person = {}) => ({
  type: 'block_actions',
  ...personOf(person),
  api_app_id: 'A1',
  token: 'deprecated',
  trigger_id: '12345.98765.abcd',
  container: { type: 'message', message_ts: '1.000001', channel_id: 'CSECURITY' },
  channel: { id: 'CSECURITY', name: 'security' },
  message: { text: 't' },
  response_url: 'https://hooks.slack.com/actions/T0/1/x',
  actions: [{ type: 'button', block_id: 'b', action_ts: '1.0', text: {}, ...element }],
});

/** Somebody sends the snooze dialog. */
export const submit = (
  view: { private_metadata: string },
  reason: string,
  end: string,
  person: Person = {},
) => ({
  type: 'view_submission',
  ...personOf(person),
  view: {
    id: 'V1',
    callback_id: 'snooze',
    private_metadata: view.private_metadata,
    state: {
      values: {
        reason: { reason: { type: 'plain_text_input', value: reason } },
        end: { end: { type: 'static_select', selected_option: { text: {}, value: end } } },
      },
    },
  },
});
