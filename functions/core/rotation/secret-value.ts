import { RotationRefusedError } from '../errors.ts';
import type { SecretValue } from '../model/secret-state.ts';

/** A key and what its issuer's dashboard calls it. */
export interface NamedKey {
  readonly key: string;
  readonly name: string | null;
}

/** Beside the key in the JSON: its name in the dashboard, which no secret is, so that the right one is deactivated. */
const nameField = (field: string): string => `${field}_name`;

/**
 * The key in a secret's value: the field of a JSON object, or the whole text where it is none.
 *
 * @param field `rotation.field` of the settings
 * @throws RotationRefusedError which says what is wrong with the form, never the value
 */
export function keyIn(value: SecretValue, field: string): NamedKey {
  const object = objectIn(textOf(value));
  if (!object) return { key: textOf(value).trim(), name: null };
  const key = object[field];
  if (typeof key !== 'string' || key.trim() === '') {
    throw new RotationRefusedError(
      'NO_KEY_FIELD',
      `The secret's JSON has no text under "${field}". Set rotation.field in audit.yaml to the field that holds the key`,
    );
  }
  const name = object[nameField(field)];
  return { key: key.trim(), name: typeof name === 'string' ? name : null };
}

/** The value with another key in it; everything else of its JSON stays. A bare key stays bare, and has no name. */
export function withKey(value: SecretValue, field: string, { key, name }: NamedKey): string {
  const object = objectIn(textOf(value));
  if (!object) return key;
  const { [nameField(field)]: _, ...rest } = object;
  return JSON.stringify({ ...rest, [field]: key, ...(name !== null && { [nameField(field)]: name }) });
}

/** What is put under the label for the next key: the key alone with its name, whatever the secret holds besides. */
export const stagedText = (field: string, { key, name }: NamedKey): string =>
  JSON.stringify({ [field]: key, ...(name !== null && { [nameField(field)]: name }) });

function textOf(value: SecretValue): string {
  if (value.kind === 'text') return value.text;
  throw new RotationRefusedError(
    'BINARY_SECRET',
    'The secret holds bytes (SecretBinary). Put the key as text: a JSON object or the key alone',
  );
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    throw new RotationRefusedError(
      'NO_KEY_FIELD',
      'The secret begins like a JSON object and is none. Put valid JSON or the key alone',
    );
  }
}
