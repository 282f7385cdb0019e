import { historyItem } from '../functions/adapters/dynamodb-history-store.ts';
import { Profile } from '../functions/core/history/profile.ts';

/**
 * Bytes of an item: the lengths of names and values; of a number a byte for two significant digits and one more
 * ("DynamoDB item sizes and formats" in the DynamoDB developer guide, CapacityUnitCalculations.html). The 100 bytes that
 * AWS adds for each item are for the bill of storage alone, and count against no limit.
 */
export const itemBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

export const storageOverheadBytes = 100;

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value === 'number') return Math.ceil(String(value).replace(/0+$/, '').length / 2) + 1;
  throw new TypeError(`an attribute of the history is a ${typeof value}`);
}

export interface HistorySize {
  /** Pairs of an identity and a secret that are remembered. */
  readonly pairs: number;
  readonly items: number;
  readonly bytes: number;
  readonly largest: number;
  /** Length of all profiles as text. */
  readonly characters: number;
}

/** What the profiles take in DynamoDB. */
export function historySize(profiles: ReadonlyMap<string, string>): HistorySize {
  // Any moment and any version of as many digits as it has after a year.
  const sizes = [...profiles].map(([subject, text]) =>
    itemBytes(historyItem(subject, text, 12_345, Date.UTC(2026, 2, 1))),
  );
  const identities = [...profiles].filter(([subject]) => subject.startsWith('identity|'));
  return {
    pairs: identities.reduce((sum, [, text]) => sum + Profile.parse(text).values('secret').size, 0),
    items: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    largest: sizes.reduce((a, b) => Math.max(a, b), 0),
    characters: [...profiles].reduce((sum, [, text]) => sum + text.length, 0),
  };
}
