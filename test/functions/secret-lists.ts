import type { InventoriedSecret } from '../../functions/core/contracts/inventory.ts';
import type { InventoryPlace, SecretList } from '../../functions/core/ports.ts';

/** A list that answers two secrets a page, and remembers which Regions were asked. */
export function createSecretList(secretsOf: (place: InventoryPlace) => readonly InventoriedSecret[]) {
  const asked: string[] = [];
  const list: SecretList = {
    async *pages(place) {
      asked.push(place.region);
      const secrets = secretsOf(place);
      for (let index = 0; index < secrets.length; index += 2) yield secrets.slice(index, index + 2);
    },
  };
  return { list, asked };
}

export const noSecrets: SecretList = createSecretList(() => []).list;
