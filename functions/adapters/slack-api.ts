import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { BotCredentials } from './bot-credentials.ts';
import { fieldsIn, type KeptSecret } from './kept-secret.ts';
import { postJson } from './post-json.ts';

/** What a method of Slack's Web API answered: `ok`, or the word for why not. */
export interface SlackAnswer {
  /** Slack's word; `undefined`: it is done. */
  readonly refusal: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface SlackApi {
  /** @throws DeliveryDelayedError, and DeliveryRefusedError where the token is not good */
  call(method: string, body: object): Promise<SlackAnswer>;
}

export interface SlackApiOptions {
  readonly credentials: KeptSecret<BotCredentials>;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** "Errors" of chat.postMessage: the token itself is no longer good. */
const tokenRefusals = new Set([
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
]);
/** The same: it may be taken later. */
const delays = new Set([
  'fatal_error',
  'internal_error',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

export function createSlackApi(options: SlackApiOptions): SlackApi {
  const { credentials, clock, ...web } = options;

  const callWith = async ({ token, api }: BotCredentials, method: string, body: string) => {
    const { status, text, retryAfterSeconds } = await postJson({
      url: `${api}${method}`,
      body,
      headers: { Authorization: `Bearer ${token}` },
      receiver: 'Slack',
      clock,
      ...web,
    });
    const fields = fieldsIn(text);
    const refusal = fields['ok'] === true ? undefined : wordOf(fields['error']);
    if (status !== 200 || refusal === '' || delays.has(refusal ?? '')) {
      const reason = `${status} ${refusal ?? ''}`.trim();
      throw new DeliveryDelayedError(
        `Slack cannot take the message now (${reason})`,
        retryAfterSeconds ?? (status === 429 ? 1 : undefined),
      );
    }
    return { refusal, fields };
  };

  return {
    async call(method, body) {
      const text = JSON.stringify(body);
      const current = await credentials.current();
      let answer = await callWith(current, method, text);
      if (answer.refusal !== undefined && tokenRefusals.has(answer.refusal)) {
        const renewed = await credentials.renewed();
        if (renewed.token !== current.token) answer = await callWith(renewed, method, text);
        if (answer.refusal !== undefined && tokenRefusals.has(answer.refusal)) {
          throw new DeliveryRefusedError(
            `Slack refuses the token of the bot (${answer.refusal}): put a new one into its secret`,
          );
        }
      }
      return answer;
    },
  };
}

/** Anything but one of Slack's words is not repeated. */
const wordOf = (error: unknown): string =>
  typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : '';
