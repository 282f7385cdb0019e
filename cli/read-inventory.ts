import { readFile } from 'node:fs/promises';
import { fileErrorReason } from '../functions/adapters/log-file-faults.ts';
import { type InventoriedSecret, inventoryIn } from '../functions/core/contracts/inventory.ts';
import { UnreadableInputError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';

export type Inventory = ReadonlyMap<string, InventoriedSecret>;

/** @returns `unusable` where the file holds no inventory; standard error then says why */
export async function readInventory(path: string): Promise<Inventory | 'unusable'> {
  try {
    return inventoryIn(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    process.stderr.write(`${plainText(path)}: ${plainText(reasonOf(error))}\n`);
    return 'unusable';
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableInputError) return error.message;
  return error instanceof SyntaxError ? 'not JSON' : fileErrorReason(error);
}
