import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import type { ChatWebhook, Clock } from '../core/ports.ts';
import { networkFailure } from './network-failure.ts';
import { createPacer } from './pacer.ts';
import type { Sleep } from './system-clock.ts';
import type { WebhookAddress } from './webhook-address.ts';

/** One message a second for a webhook ("Rate limits" of the Slack API). */
const messageIntervalMs = 1_000;
const timeoutMs = 5_000;
/** The webhook is gone or forbidden; its secret may hold a new one. */
const gone = new Set([403, 404, 410]);

export interface SlackWebhookOptions {
  readonly address: WebhookAddress;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly fetch?: typeof fetch;
}

export function createSlackWebhook({ address, clock, sleep, ...options }: SlackWebhookOptions): ChatWebhook {
  const send = options.fetch ?? fetch;
  const turn = createPacer(messageIntervalMs, clock, sleep);

  const post = async (url: string, body: string): Promise<Answer> => {
    await turn();
    try {
      const response = await send(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return {
        status: response.status,
        word: wordIn(await response.text()),
        retryAfterSeconds: secondsIn(response.headers.get('Retry-After'), clock),
      };
    } catch (error) {
      throw new DeliveryDelayedError(`Slack could not be reached (${networkFailure(error)})`);
    }
  };

  return {
    async post(message) {
      const body = JSON.stringify(message);
      const url = await address.current();
      let answer = await post(url, body);
      if (gone.has(answer.status)) {
        const renewed = await address.renewed();
        if (renewed !== url) answer = await post(renewed, body);
      }
      judgeAnswer(answer);
    },
  };
}

interface Answer {
  readonly status: number;
  /** Slack's own short word for what is wrong. */
  readonly word: string;
  readonly retryAfterSeconds: number | undefined;
}

function judgeAnswer({ status, word, retryAfterSeconds }: Answer): void {
  if (status >= 200 && status < 300) return;
  const reason = `${status} ${word}`.trim();
  if (status === 429 || status === 408 || status >= 500) {
    throw new DeliveryDelayedError(`Slack cannot take the message now (${reason})`, retryAfterSeconds);
  }
  throw new DeliveryRefusedError(`Slack refuses the message (${reason})`);
}

/** Anything but Slack's words, such as a proxy's page, is not repeated. */
const wordIn = (body: string): string => /^[a-z_]{1,60}$/.exec(body.trim())?.[0] ?? '';

/** Seconds or an HTTP date (RFC 9110, Retry-After). */
function secondsIn(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - clock.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
