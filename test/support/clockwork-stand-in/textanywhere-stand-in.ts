import {
  type LoopbackReply,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
  text,
} from '../loopback-server.ts';
import { seededHex } from './seeded-secrets.ts';

export interface TextAnywhereStandInOptions {
  /** Messages that can still be sent; default 100. */
  credits?: number;
  username?: string;
  /** From it the API password and tokens are made; default: random. */
  seed?: string;
  /** Default: a free one. */
  port?: number;
}

export interface TextAnywhereStandIn extends LoopbackServer {
  /** What the REST paths are below. */
  readonly apiUrl: string;
  readonly username: string;
  /** The API password that is in force. */
  password(): string;
  /** As the dashboard does it; the old one is worth nothing from then on. Tokens stay: a guess. */
  renewPassword(): string;
  /** Ends all tokens that were given out. */
  revokeTokens(): void;
}

const API = '/API/v1.0/REST';

/**
 * Stands for the part of TextAnywhere's REST API that a check of credentials needs: GET /token (Basic) answers
 * `user_key;access_token` in plain text, GET /status with these two as headers answers what credit there is, or 401.
 * The shape of the pair, 5 digits and 24 alphanumerics, is that of trufflehog's detector. How long a token lives, the
 * text of a refusal and the rest of the status are not documented; of the status there is what clients read: `sms`.
 */
export async function startTextAnywhereStandIn(
  options: TextAnywhereStandInOptions = {},
): Promise<TextAnywhereStandIn> {
  const { username = 'customer@example.com', credits = 100 } = options;
  const newHex = seededHex(options.seed);
  let password = newHex();
  const userKey = String(10_000 + (Number.parseInt(newHex().slice(0, 8), 16) % 90_000));
  const tokens = new Set<string>();

  const answer = ({ method, target, headers }: LoopbackRequest): LoopbackReply => {
    if (method !== 'GET') return text(405, 'Method Not Allowed');
    const [path] = target.split('?');
    if (path === `${API}/token`) {
      if (headers.authorization !== basic(username, password)) return text(401, 'Unauthorized');
      const token = newHex().slice(0, 24);
      tokens.add(token);
      return text(200, `${userKey};${token}`);
    }
    if (path === `${API}/status`) {
      const isValid = headers['user_key'] === userKey && tokens.has(String(headers['access_token']));
      if (!isValid) return text(401, 'Unauthorized');
      const status = { sms: [{ type: 'GP', quantity: credits }] };
      return { status: 200, contentType: 'application/json', body: JSON.stringify(status) };
    }
    return text(404, 'Not Found');
  };

  const server = await startLoopbackServer(answer, options.port);
  return {
    ...server,
    apiUrl: `${server.baseUrl}${API}`,
    username,
    password: () => password,
    renewPassword: () => {
      password = newHex();
      return password;
    },
    revokeTokens: () => tokens.clear(),
  };
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
