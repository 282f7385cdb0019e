import { readFile } from 'node:fs/promises';
import { fileErrorReason } from '../functions/adapters/log-file-faults.ts';
import {
  type InventoriedSecret,
  inventoryIn,
  type ListedValues,
  listedValuesIn,
} from '../functions/core/contracts/inventory.ts';
import { UnreadableInputError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';

export type Inventory = ReadonlyMap<string, InventoriedSecret>;

/** @returns `unusable` where the file holds no inventory; standard error then says why */
export const readInventory = (path: string): Promise<Inventory | 'unusable'> => readList(path, inventoryIn);

/** @returns when each value was rotated or made, as the same file says */
export const readListedValues = (path: string): Promise<ListedValues | 'unusable'> =>
  readList(path, listedValuesIn);

async function readList<Read>(path: string, read: (answer: unknown) => Read): Promise<Read | 'unusable'> {
  try {
    return read(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    process.stderr.write(`${plainText(path)}: ${plainText(reasonOf(error))}\n`);
    return 'unusable';
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableInputError) return error.message;
  return error instanceof SyntaxError ? 'not JSON' : fileErrorReason(error);
}
