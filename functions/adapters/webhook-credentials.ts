import { DeliveryRefusedError } from '../core/errors.ts';
import { createKeptSecret, fieldsIn, type KeptSecret, type KeptSecretOptions } from './kept-secret.ts';
import { isLoopback } from './loopback.ts';

/** Where a signed webhook is, and with what it is signed. */
export interface WebhookCredentials {
  readonly url: string;
  readonly key: string;
}

/** As long as 128 bits in hexadecimal. A shorter key could be guessed from one request. */
const shortestKey = 32;

/** @param options.secretId its value is JSON `{"url": "https://…", "key": "…"}` */
export const createWebhookCredentials = (
  options: Omit<KeptSecretOptions<WebhookCredentials>, 'what' | 'parse'>,
): KeptSecret<WebhookCredentials> =>
  createKeptSecret({
    ...options,
    what: 'webhook secret',
    parse: (text) => credentialsIn(text, options.secretId),
  });

function credentialsIn(text: string, secretId: string): WebhookCredentials {
  const { url, key } = fieldsIn(text);
  const address = typeof url === 'string' ? URL.parse(url.trim()) : null;
  if (address && isAllowed(address) && typeof key === 'string' && key.length >= shortestKey) {
    return { url: address.href, key };
  }
  throw new DeliveryRefusedError(
    `The secret ${secretId} must hold {"url": "https://…", "key": "…"} with a key of at least ${shortestKey} characters; it holds something else`,
  );
}

const isAllowed = (url: URL): boolean =>
  isLoopback(url) || (url.protocol === 'https:' && !url.username && !url.password);
