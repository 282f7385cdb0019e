import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * What `X-Secrets-Audit-Signature` holds: `v1=` and, in hexadecimal, the HMAC-SHA256 of `v1:TIMESTAMP:BODY`. The time is
 * signed with the body, so that an old request cannot be sent again as a new one.
 *
 * @param timestamp seconds since 1970, as in `X-Secrets-Audit-Timestamp`
 */
export const webhookSignature = (key: string, timestamp: number, body: string): string =>
  `v1=${bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(`v1:${timestamp}:${body}`)))}`;
