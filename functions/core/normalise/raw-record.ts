/** Readers for untyped JSON: each answers `undefined` where the value is missing or of another kind. */

export type RawRecord = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is RawRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function textAt(record: RawRecord | undefined, ...path: string[]): string | undefined {
  let value: unknown = record;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function objectAt(record: RawRecord | undefined, key: string): RawRecord | undefined {
  const value = record && Object.hasOwn(record, key) ? record[key] : undefined;
  return isObject(value) ? value : undefined;
}

export function listAt(record: RawRecord | undefined, key: string): readonly unknown[] {
  const value = record && Object.hasOwn(record, key) ? record[key] : undefined;
  return Array.isArray(value) ? value : [];
}

/** The first of several keys that holds a text. */
export function firstText(record: RawRecord | undefined, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = textAt(record, key);
    if (text) return text;
  }
  return undefined;
}
