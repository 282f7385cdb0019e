import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import type { ChatWebhook, Clock } from '../core/ports.ts';
import type { DeliveryPace } from './delivery-pace.ts';
import { isDelay, postJson } from './post-json.ts';
import type { WebhookAddress } from './webhook-address.ts';

/** The webhook is gone or forbidden; its secret may hold a new one. */
const gone = new Set([403, 404, 410]);

export interface SlackWebhookOptions {
  readonly address: WebhookAddress;
  readonly clock: Clock;
  readonly pace: DeliveryPace;
  readonly fetch?: typeof fetch;
}

export function createSlackWebhook({ address, clock, pace, ...options }: SlackWebhookOptions): ChatWebhook {
  const post = async (url: string, body: string): Promise<Answer> => {
    await pace.turn();
    const { text, ...answer } = await postJson({ url, body, receiver: 'Slack', clock, ...options });
    return { ...answer, word: wordIn(text) };
  };

  return {
    async post(message) {
      const body = JSON.stringify(message);
      const url = await address.current();
      let answer = await post(url, body);
      // Slack has been seen to say so with status 200, too.
      if (gone.has(answer.status) || answer.word === 'no_service') {
        const renewed = await address.renewed();
        if (renewed !== url) answer = await post(renewed, body);
      }
      if (answer.status === 429) pace.hold(answer.retryAfterSeconds ?? 1);
      judgeAnswer(answer);
    },
  };
}

interface Answer {
  readonly status: number;
  /** Slack's own short word: `ok`, or what is wrong. */
  readonly word: string;
  readonly retryAfterSeconds: number | undefined;
}

function judgeAnswer({ status, word, retryAfterSeconds }: Answer): void {
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && word === 'ok') return;
  const reason = `${status} ${word}`.trim();
  // A page of something in between says nothing about Slack.
  const isNotSlack = isSuccess && word === '';
  if (isDelay(status) || isNotSlack) {
    throw new DeliveryDelayedError(`Slack cannot take the message now (${reason})`, retryAfterSeconds);
  }
  throw new DeliveryRefusedError(`Slack refuses the message (${reason})`);
}

/** Anything but Slack's words, such as a proxy's page, is not repeated. */
const wordIn = (body: string): string => /^[a-z_]{1,60}$/.exec(body.trim())?.[0] ?? '';
