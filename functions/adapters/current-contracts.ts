import { type Contracts, createContracts } from '../core/contracts/contracts.ts';
import type { Settings } from '../core/model/settings.ts';
import type { Inventory, InventoryStore } from '../core/ports.ts';

/** Contracts remember much of what they judged, so they are made anew only where the inventory changed. */
export function createCurrentContracts(
  settings: Settings,
  inventory: InventoryStore,
): () => Promise<Contracts> {
  let current: { readonly of: Inventory; readonly contracts: Contracts } | undefined;
  return async () => {
    const known = await inventory.read();
    if (current?.of !== known) current = { of: known, contracts: createContracts(settings, known) };
    return current.contracts;
  };
}
