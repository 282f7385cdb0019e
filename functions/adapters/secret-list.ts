import { paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { inventoryIn } from '../core/contracts/inventory.ts';
import type { SecretList } from '../core/ports.ts';

/** ListSecrets' largest. */
const secretsPerPage = 100;

/** Asks each Region once in hours, so that no client is kept. */
export function createSecretList(clientFor = regionalClient): SecretList {
  return {
    async *pages({ region }) {
      const client = clientFor(region);
      try {
        const pages = paginateListSecrets(
          { client, pageSize: secretsPerPage },
          // What becomes of a secret on its way out is judged by its tags too.
          { IncludePlannedDeletion: true },
        );
        for await (const { SecretList = [] } of pages) yield [...inventoryIn({ SecretList }).values()];
      } finally {
        client.destroy();
      }
    },
  };
}

/** A Region that does not answer must not hold up its sweep. */
const regionalClient = (region: string): SecretsManagerClient =>
  new SecretsManagerClient({
    region,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
  });
