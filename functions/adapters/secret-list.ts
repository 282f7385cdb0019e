import { inventoryIn } from '../core/contracts/inventory.ts';
import type { SecretList } from '../core/ports.ts';
import { regionalSecretsManager, secretPages } from './secret-pages.ts';

/** Asks each Region once in hours, so that no client is kept. */
export function createSecretList(clientFor = regionalSecretsManager): SecretList {
  return {
    async *pages({ region }) {
      const client = clientFor(region);
      try {
        for await (const SecretList of secretPages(client)) yield [...inventoryIn({ SecretList }).values()];
      } finally {
        client.destroy();
      }
    },
  };
}
