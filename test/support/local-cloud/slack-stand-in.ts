import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A message that the stand-in accepted. */
export interface SlackMessage {
  time: string;
  /** The webhook it was sent to: /services/T…/B…/X… */
  path: string;
  text: string;
  blocks: unknown[];
}

/** How the stand-in answers instead of Slack's `ok`. */
export interface SlackFailure {
  status: number;
  body?: string;
  /** Sent with status 429. */
  retryAfterSeconds?: number;
  /** How many requests fail; default: all, until recover(). */
  times?: number;
}

export interface SlackStandIn {
  readonly port: number;
  /** A webhook address of the form that Slack gives out. */
  readonly webhookUrl: string;
  /** Accepted messages, oldest first. */
  messages(): SlackMessage[];
  /** All requests, refused ones too. */
  requests(): number;
  fail(failure: SlackFailure): void;
  recover(): void;
  /** Refuses connections from now on, until start(). */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

const WEBHOOK = /^\/services\/T\w+\/B\w+\/\w+$/;
const LARGEST_BODY = 1024 * 1024;
// Limits of Slack's Block Kit reference.
const MOST_BLOCKS = 50;
const LONGEST = { header: 150, section: 3_000, field: 2_000, context: 3_000 };
const MOST_FIELDS = 10;
const MOST_CONTEXT_ELEMENTS = 10;

/** Stands for Slack's incoming webhooks on 127.0.0.1: their answers, their limits, and their failures on request. */
export async function startSlackStandIn(): Promise<SlackStandIn> {
  const accepted: SlackMessage[] = [];
  let received = 0;
  let failure: SlackFailure | undefined;
  let left = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    received += 1;
    const body = await bodyOf(request);
    if (failure && left > 0) {
      left -= 1;
      const retry = failure.retryAfterSeconds;
      const headers = retry === undefined ? {} : { 'Retry-After': String(retry) };
      response
        .writeHead(failure.status, headers)
        .end(failure.body ?? FAILURE_BODIES[failure.status] ?? 'error');
      return;
    }
    const path = request.url ?? '';
    const refusal = request.method === 'POST' && WEBHOOK.test(path) ? problemOf(body) : 'no_service';
    if (refusal) {
      response.writeHead(refusal === 'no_service' ? 404 : 400).end(refusal);
      return;
    }
    const message = JSON.parse(body ?? '') as { text?: string; blocks?: unknown[] };
    accepted.push({
      time: new Date().toISOString(),
      path,
      text: message.text ?? '',
      blocks: message.blocks ?? [],
    });
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('ok');
  };

  let server = makeServer(answer);
  const port = await listen(server, 0);
  return {
    port,
    webhookUrl: `http://127.0.0.1:${port}/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX`,
    messages: () => [...accepted],
    requests: () => received,
    fail: (next) => {
      failure = next;
      left = next.times ?? Number.POSITIVE_INFINITY;
    },
    recover: () => {
      failure = undefined;
    },
    stop: () => close(server),
    start: async () => {
      if (server.listening) return;
      server = makeServer(answer);
      await listen(server, port);
    },
  };
}

const FAILURE_BODIES: Record<number, string> = {
  403: 'action_prohibited',
  404: 'no_service',
  410: 'channel_is_archived',
  429: 'rate_limited',
  500: 'rollup_error',
};

/** Slack's one-word answer to a message that it does not take. */
function problemOf(body: string | undefined): string | undefined {
  let message: unknown;
  try {
    message = JSON.parse(body ?? '');
  } catch {
    return 'invalid_payload';
  }
  if (!isObject(message)) return 'invalid_payload';
  const { text, blocks } = message;
  if (blocks !== undefined && (!Array.isArray(blocks) || blocks.length > MOST_BLOCKS))
    return 'invalid_blocks';
  if (blocks?.some((block: unknown) => !isValidBlock(block))) return 'invalid_blocks';
  const hasText = typeof text === 'string' && text.length > 0;
  return hasText || (Array.isArray(blocks) && blocks.length > 0) ? undefined : 'no_text';
}

function isValidBlock(block: unknown): boolean {
  if (!isObject(block)) return false;
  switch (block['type']) {
    case 'header':
      return (
        isObject(block['text']) &&
        block['text']['type'] === 'plain_text' &&
        isText(block['text'], LONGEST.header)
      );
    case 'section': {
      const { text, fields } = block;
      if (text === undefined && fields === undefined) return false;
      const fieldsFit =
        fields === undefined ||
        (Array.isArray(fields) &&
          fields.length > 0 &&
          fields.length <= MOST_FIELDS &&
          fields.every((field) => isText(field, LONGEST.field)));
      return fieldsFit && (text === undefined || isText(text, LONGEST.section));
    }
    case 'context': {
      const { elements } = block;
      return (
        Array.isArray(elements) &&
        elements.length > 0 &&
        elements.length <= MOST_CONTEXT_ELEMENTS &&
        elements.every(
          (item) => (isObject(item) && item['type'] === 'image') || isText(item, LONGEST.context),
        )
      );
    }
    default:
      return typeof block['type'] === 'string';
  }
}

function isText(value: unknown, longest: number): boolean {
  if (!isObject(value) || (value['type'] !== 'plain_text' && value['type'] !== 'mrkdwn')) return false;
  const { text } = value;
  return typeof text === 'string' && text.length > 0 && text.length <= longest;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size <= LARGEST_BODY ? Buffer.concat(chunks).toString('utf8') : undefined;
}

function makeServer(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
  return createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
