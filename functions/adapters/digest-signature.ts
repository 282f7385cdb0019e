import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VerifySignature } from '../core/completeness/digests.ts';
import { UnreadableInputError } from '../core/errors.ts';

interface PublicKeyEntry {
  readonly Value: string;
  readonly Fingerprint: string;
}

/**
 * A check of signatures with CloudTrail's public keys.
 *
 * @param texts answers of `aws cloudtrail list-public-keys`, one a Region; each key is PKCS #1 in DER, base64
 * @throws UnreadableInputError
 */
export function signatureVerifier(texts: readonly string[]): VerifySignature {
  const keys = new Map(texts.flatMap(keysIn));
  return (fingerprint, text, signature) => {
    const key = keys.get(fingerprint.toLowerCase());
    if (!key) return 'unknown key';
    return verify('RSA-SHA256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'hex'))
      ? 'valid'
      : 'invalid';
  };
}

function keysIn(text: string): (readonly [fingerprint: string, KeyObject])[] {
  const list = parse(text)?.['PublicKeyList'];
  if (!Array.isArray(list) || !list.every(isKeyEntry)) {
    throw new UnreadableInputError(
      'not an answer of "aws cloudtrail list-public-keys": no PublicKeyList with Value and Fingerprint',
    );
  }
  return list.map(({ Value, Fingerprint }) => {
    try {
      return [
        Fingerprint.toLowerCase(),
        createPublicKey({ key: Buffer.from(Value, 'base64'), format: 'der', type: 'pkcs1' }),
      ] as const;
    } catch (error) {
      throw new UnreadableInputError(`the public key ${Fingerprint} is not PKCS #1 in DER, as AWS gives it`, {
        cause: error,
      });
    }
  });
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const isKeyEntry = (entry: unknown): entry is PublicKeyEntry =>
  typeof entry === 'object' &&
  entry !== null &&
  typeof (entry as PublicKeyEntry).Value === 'string' &&
  typeof (entry as PublicKeyEntry).Fingerprint === 'string';
