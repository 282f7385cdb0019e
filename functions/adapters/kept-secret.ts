import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeliveryDelayedError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';

/** What a secret holds. It is a credential: it appears in no message of any error. */
export interface KeptSecret<Value> {
  /** Read when it is first needed, then kept. */
  current(): Promise<Value>;
  /** Read again, because it is no longer good and may have been replaced; at most once a minute. */
  renewed(): Promise<Value>;
}

const renewalIntervalMs = 60_000;

export interface KeptSecretOptions<Value> {
  /** Name or ARN. */
  readonly secretId: string;
  /** How messages call it: `webhook secret`. */
  readonly what: string;
  /** @throws DeliveryRefusedError where the secret holds something else */
  readonly parse: (text: string) => Value;
  readonly clock: Clock;
  readonly client?: SecretsManagerClient;
}

/** Its methods throw DeliveryDelayedError where the secret cannot be read now. */
export function createKeptSecret<Value>(options: KeptSecretOptions<Value>): KeptSecret<Value> {
  const { secretId, what, parse, clock, client = connectSecrets() } = options;
  let known: { readonly value: Value } | undefined;
  let readAt = Number.NEGATIVE_INFINITY;

  const read = async (): Promise<Value> => {
    readAt = clock.now();
    let text: string | undefined;
    try {
      text = (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown error';
      throw new DeliveryDelayedError(`The ${what} ${secretId} cannot be read (${reason})`);
    }
    known = { value: parse(text ?? '') };
    return known.value;
  };
  return {
    current: async () => (known ? known.value : read()),
    renewed: async () => (known && clock.now() - readAt < renewalIntervalMs ? known.value : read()),
  };
}

const connectSecrets = (): SecretsManagerClient =>
  new SecretsManagerClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } });

/** The object that a text of JSON holds; empty where it holds none. */
export function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
