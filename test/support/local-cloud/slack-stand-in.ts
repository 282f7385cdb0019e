import {
  bounded,
  type LoopbackReply,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
  text,
} from '../loopback-server.ts';
import { isObject, parse, problemOf } from './slack-blocks.ts';
import { createSlackBot, type SlackBot } from './slack-bot.ts';

/** A message that an incoming webhook accepted. */
export interface SlackMessage {
  time: string;
  /** The webhook it was sent to: /services/T…/B…/X… */
  path: string;
  text: string;
  blocks: unknown[];
}

/** How the stand-in answers instead of Slack's `ok`. */
export interface SlackFailure {
  /** 200 with a word such as `no_service` is seen, too. */
  status: number;
  body?: string;
  /** Sent with status 429. */
  retryAfterSeconds?: number;
  /** How many requests fail; default: all, until recover(). */
  times?: number;
}

export interface SlackStandIn extends Pick<LoopbackServer, 'slow' | 'stop' | 'start'> {
  readonly port: number;
  /** A webhook address of the form that Slack gives out. */
  readonly webhookUrl: string;
  /** Where the methods of the Web API are: http://127.0.0.1:PORT/api/ */
  readonly apiUrl: string;
  readonly bot: SlackBot;
  /** Messages that webhooks accepted, oldest first. */
  messages(): SlackMessage[];
  /** All requests, refused ones too. */
  requests(): number;
  /** Requests that were answered 429 because of allow(). */
  limited(): number;
  /**
   * Takes so many messages within any second from a webhook, and for a channel of the bot; answers 429 with Retry-After
   * to what goes beyond. Default: any number.
   */
  allow(perSecond: number): void;
  /** Fails webhooks and the bot alike. */
  fail(failure: SlackFailure): void;
  /** Ends failures, refusals and slow answers, but no limit. */
  recover(): void;
}

const WEBHOOK = /^\/services\/T\w+\/B\w+\/\w+$/;
const LIMITED_METHODS = /^\/api\/chat\./;

/** Stands for Slack on 127.0.0.1: incoming webhooks and a bot, their answers, their limits, and failures on request. */
export async function startSlackStandIn(): Promise<SlackStandIn> {
  const accepted: SlackMessage[] = [];
  const bot = createSlackBot();
  const failures = bounded<SlackFailure>();
  const limit = createLimit();

  const answer = (request: LoopbackRequest): LoopbackReply => {
    const failure = failures.take();
    if (failure) return failed(failure);
    const isApi = request.target.startsWith('/api/');
    const receiver = receiverOf(request);
    if (receiver !== undefined && !limit.admit(receiver)) {
      return isApi
        ? failed({ status: 429, body: '{"ok":false,"error":"ratelimited"}', retryAfterSeconds: 1 })
        : failed({ status: 429, retryAfterSeconds: 1 });
    }
    return isApi ? bot.answer(request) : takeFromWebhook(request);
  };

  const takeFromWebhook = ({ method, target, body }: LoopbackRequest): LoopbackReply => {
    const refusal = method === 'POST' && WEBHOOK.test(target) ? problemOfBody(body) : 'no_service';
    if (refusal) return text(refusal === 'no_service' ? 404 : 400, refusal);
    const message = JSON.parse(body) as { text?: string; blocks?: unknown[] };
    accepted.push({
      time: new Date().toISOString(),
      path: target,
      text: message.text ?? '',
      blocks: message.blocks ?? [],
    });
    return { status: 200, contentType: 'text/html', body: 'ok' };
  };

  const server = await startLoopbackServer(answer);
  return {
    port: Number(new URL(server.baseUrl).port),
    webhookUrl: `${server.baseUrl}/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`,
    apiUrl: `${server.baseUrl}/api/`,
    bot,
    messages: () => [...accepted],
    requests: () => server.received(),
    limited: () => limit.refused(),
    allow: (perSecond) => limit.allow(perSecond),
    fail: (failure) => failures.set(failure, failure.times),
    recover: () => {
      failures.clear();
      bot.accept();
      server.recover();
    },
    slow: (delay) => server.slow(delay),
    stop: () => server.stop(),
    start: () => server.start(),
  };
}

/** So many within any second, for each receiver. */
function createLimit() {
  let perSecond = Number.POSITIVE_INFINITY;
  let refused = 0;
  const recent = new Map<string, number[]>();
  return {
    allow: (count: number) => {
      perSecond = count;
    },
    refused: () => refused,
    admit(receiver: string): boolean {
      const now = performance.now();
      const within = (recent.get(receiver) ?? []).filter((time) => now - time < 1000);
      const isAdmitted = within.length < perSecond;
      if (isAdmitted) within.push(now);
      else refused += 1;
      recent.set(receiver, within);
      return isAdmitted;
    },
  };
}

/** What the limit counts by: a webhook, or a channel of the bot. */
function receiverOf({ target, body }: LoopbackRequest): string | undefined {
  if (WEBHOOK.test(target)) return target;
  if (!LIMITED_METHODS.test(target)) return undefined;
  const call = parse(body);
  return isObject(call) ? String(call['channel']) : undefined;
}

const FAILURE_BODIES: Record<number, string> = {
  403: 'action_prohibited',
  404: 'no_service',
  410: 'channel_is_archived',
  429: 'rate_limited',
  500: 'rollup_error',
};

function failed({ status, body, retryAfterSeconds }: SlackFailure): LoopbackReply {
  const reply = text(status, body ?? FAILURE_BODIES[status] ?? 'error');
  return retryAfterSeconds === undefined
    ? reply
    : { ...reply, headers: { 'Retry-After': String(retryAfterSeconds) } };
}

function problemOfBody(body: string): string | undefined {
  const message = parse(body);
  return isObject(message) ? problemOf(message) : 'invalid_payload';
}
