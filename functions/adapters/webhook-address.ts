import { DeliveryRefusedError } from '../core/errors.ts';
import { createKeptSecret, fieldsIn, type KeptSecret, type KeptSecretOptions } from './kept-secret.ts';
import { isLoopback } from './loopback.ts';

/** Where a webhook is. */
export type WebhookAddress = KeptSecret<string>;

/** @param options.secretId its value is the address as plain text, or JSON `{"url": "…"}` */
export const createWebhookAddress = (
  options: Omit<KeptSecretOptions<string>, 'what' | 'parse'>,
): WebhookAddress =>
  createKeptSecret({
    ...options,
    what: 'webhook secret',
    parse: (text) => addressIn(text, options.secretId),
  });

function addressIn(text: string, secretId: string): string {
  const address = URL.parse(urlIn(text).trim());
  if (address && isSlack(address)) return address.href;
  throw new DeliveryRefusedError(
    `The secret ${secretId} must hold the address of a Slack incoming webhook (https://hooks.slack.com/…), as plain text or as JSON {"url": "…"}; it holds something else`,
  );
}

function urlIn(text: string): string {
  if (!text.trimStart().startsWith('{')) return text;
  const { url } = fieldsIn(text);
  return typeof url === 'string' ? url : '';
}

/** Slack itself, or a stand-in on the same machine. Findings go nowhere else, whatever the secret says. */
const isSlack = (url: URL): boolean =>
  isLoopback(url) ||
  (url.protocol === 'https:' && url.hostname === 'hooks.slack.com' && !url.username && !url.password);
