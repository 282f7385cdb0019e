import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';

/** Where a webhook is. An address is a credential: it appears in no message of any error. */
export interface WebhookAddress {
  /** Read from the secret when it is first needed, then kept. */
  current(): Promise<string>;
  /** Read again, because the webhook is gone and may have been replaced; at most once a minute. */
  renewed(): Promise<string>;
}

const renewalIntervalMs = 60_000;

export interface WebhookAddressOptions {
  /** Name or ARN; its value is the address as plain text, or JSON `{"url": "…"}`. */
  readonly secretId: string;
  readonly clock: Clock;
  readonly client?: SecretsManagerClient;
}

export function createWebhookAddress(options: WebhookAddressOptions): WebhookAddress {
  const { secretId, clock, client = connectSecrets() } = options;
  let known: string | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const read = async () => {
    readAt = clock.now();
    known = addressIn(await secretValue(client, secretId), secretId);
    return known;
  };
  return {
    current: async () => known ?? read(),
    renewed: async () => (known !== undefined && clock.now() - readAt < renewalIntervalMs ? known : read()),
  };
}

const connectSecrets = (): SecretsManagerClient =>
  new SecretsManagerClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } });

async function secretValue(client: SecretsManagerClient, secretId: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown error';
    throw new DeliveryDelayedError(`The webhook secret ${secretId} cannot be read (${reason})`);
  }
}

function addressIn(value: string | undefined, secretId: string): string {
  const address = URL.parse(urlIn(value ?? '').trim());
  if (address && isSlack(address)) return address.href;
  throw new DeliveryRefusedError(
    `The secret ${secretId} must hold the address of a Slack incoming webhook (https://hooks.slack.com/…), as plain text or as JSON {"url": "…"}; it holds something else`,
  );
}

function urlIn(value: string): string {
  if (!value.trimStart().startsWith('{')) return value;
  try {
    const { url } = JSON.parse(value) as { url?: unknown };
    return typeof url === 'string' ? url : '';
  } catch {
    return '';
  }
}

/** Slack itself, or a stand-in on the same machine. Findings go nowhere else, whatever the secret says. */
function isSlack({ protocol, hostname, username, password }: URL): boolean {
  if (username || password) return false;
  return protocol === 'https:'
    ? hostname === 'hooks.slack.com'
    : protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost');
}
