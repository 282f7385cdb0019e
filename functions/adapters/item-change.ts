import { isConditionFailure } from './dynamodb-table.ts';
import { StateConflictError } from './errors.ts';
import type { Random, Sleep } from './system-clock.ts';

/** Several containers may change one item at once; each attempt lets at least one of them through. */
const attempts = 10;
const firstWaitMs = 25;
const longestWaitMs = 1_000;

export interface Patience {
  readonly sleep: Sleep;
  readonly random: Random;
}

export interface ItemChange<Stored, Next> {
  /** @param attempt from 0 */
  read(attempt: number): Promise<Stored | undefined>;
  /** What is to be stored instead; `undefined`: nothing changes. */
  change(stored: Stored | undefined): Next | undefined;
  /** Fails by its condition where another one wrote since `read`; see `whileUnchanged`. */
  write(next: Next, stored: Stored | undefined): Promise<unknown>;
  /** The item in words, for the error. */
  readonly what: string;
}

/**
 * Reads, changes and writes one item as one step: nobody else's change is lost.
 *
 * @returns what was written, or `undefined` where nothing changes
 * @throws StateConflictError where others are always faster
 */
export async function changeItem<Stored, Next>(
  { read, change, write, what }: ItemChange<Stored, Next>,
  { sleep, random }: Patience,
): Promise<Next | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await sleep(random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1)));
    const stored = await read(attempt);
    const next = change(stored);
    if (next === undefined) return undefined;
    try {
      await write(next, stored);
      return next;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }
  throw new StateConflictError(`${what} was changed by others at each of ${attempts} attempts`);
}

/** The condition of a PutItem that nobody wrote since the number was read; `undefined`: there was no item. */
export const whileUnchanged = (attribute: string, was: number | undefined) =>
  was === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#was = :was',
        ExpressionAttributeNames: { '#was': attribute },
        ExpressionAttributeValues: { ':was': was },
      };
