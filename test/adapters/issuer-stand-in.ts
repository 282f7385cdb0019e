import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** `hang`: never answers. `cut`: breaks the connection off. */
export type Given =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string }
  | 'hang'
  | 'cut';

export interface IssuerStandIn extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
}

/** An issuer of keys on 127.0.0.1 that answers as it is told. */
export async function openIssuer(answer: (request: Received) => Given): Promise<IssuerStandIn> {
  const received: Received[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const one = {
      path: request.url ?? '',
      method: request.method ?? '',
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
    };
    received.push(one);
    const given = answer(one);
    if (given === 'hang') return;
    if (given === 'cut') {
      request.socket.destroy();
      return;
    }
    response.writeHead(given.status ?? 200, given.headers).end(given.body);
  };
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
