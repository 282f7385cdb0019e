import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a server fails before its service sees anything. */
export type Outage =
  /** Answers with this status and a line of text. */
  | { status: number; times?: number }
  /** Takes the request and never answers, until recover() or stop() breaks the connection. */
  | { hang: true; times?: number }
  /** Breaks the connection (ECONNRESET). Where nobody shall listen at all (ECONNREFUSED) there is stop(). */
  | { refuse: true; times?: number };

/** A request as a service reads it. */
export interface LoopbackRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** The client's address: the first of X-Forwarded-For, else the socket's. */
  address: string;
}

export interface LoopbackReply {
  status: number;
  contentType: string;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

/** What every stand-in on 127.0.0.1 offers besides its service. */
export interface LoopbackServer {
  /** http://127.0.0.1:PORT */
  readonly baseUrl: string;
  /** All requests, those that met an outage too. */
  received(): number;
  /** Fails `times` requests, or all of them until recover(). The latest outage is the one that counts. */
  outage(outage: Outage): void;
  /**
   * Answers late, `times` times or until recover(). The request has its effect at once: who gives up waiting does not
   * know that it had.
   */
  slow(delay: { milliseconds: number; times?: number }): void;
  /** Ends outages and slow answers. */
  recover(): void;
  /** Refuses connections from now on, until start(). */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

/** Takes from a fault that lasts a number of times, or for ever. */
export interface Bounded<Fault> {
  set(fault: Fault, times?: number): void;
  clear(): void;
  take(): Fault | undefined;
}

export function bounded<Fault>(): Bounded<Fault> {
  let current: Fault | undefined;
  let left = 0;
  return {
    set: (fault, times = Number.POSITIVE_INFINITY) => {
      current = fault;
      left = times;
    },
    clear: () => {
      left = 0;
    },
    take: () => {
      if (left <= 0) return undefined;
      left -= 1;
      return current;
    },
  };
}

// 500 SMS of 459 characters, in XML, fit.
const LARGEST_BODY = 1024 * 1024;

/** Serves on 127.0.0.1, on a free port or the one given. */
export async function startLoopbackServer(
  answer: (request: LoopbackRequest) => LoopbackReply,
  wantedPort = 0,
): Promise<LoopbackServer> {
  let received = 0;
  const outages = bounded<Outage>();
  const delays = bounded<{ milliseconds: number }>();
  const hanging = new Set<ServerResponse>();

  const breakHanging = () => {
    for (const response of hanging) response.destroy();
    hanging.clear();
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    received += 1;
    const body = await bodyOf(incoming);
    const outage = outages.take();
    if (outage && 'refuse' in outage) {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (outage && 'hang' in outage) {
      hanging.add(response);
      return;
    }
    const delay = delays.take();
    const reply = outage
      ? text(outage.status, 'The service is unavailable.')
      : body === undefined
        ? text(413, 'The request is too large.')
        : answer(requestOf(incoming, body));
    if (delay) await sleep(delay.milliseconds, undefined, { ref: false });
    // One request a connection, so that a client's pool of connections never sees an outage instead of its request.
    response
      .writeHead(reply.status, { ...reply.headers, 'Content-Type': reply.contentType, Connection: 'close' })
      .end(reply.body);
  };

  let server = makeServer(serve);
  const port = await listen(server, wantedPort);
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    received: () => received,
    outage: (outage) => outages.set(outage, outage.times),
    slow: (delay) => delays.set(delay, delay.times),
    recover: () => {
      outages.clear();
      delays.clear();
      breakHanging();
    },
    stop: () => close(server),
    start: async () => {
      if (server.listening) return;
      server = makeServer(serve);
      await listen(server, port);
    },
  };
}

/** An answer in plain text. */
export function text(status: number, body: string): LoopbackReply {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function requestOf(incoming: IncomingMessage, body: string): LoopbackRequest {
  const forwarded = [incoming.headers['x-forwarded-for'] ?? []].flat()[0];
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '/',
    headers: incoming.headers,
    body,
    address: forwarded?.split(',')[0]?.trim() || (incoming.socket.remoteAddress ?? ''),
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  return size <= LARGEST_BODY ? Buffer.concat(chunks).toString('utf8') : undefined;
}

function makeServer(serve: (incoming: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
  return createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
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
