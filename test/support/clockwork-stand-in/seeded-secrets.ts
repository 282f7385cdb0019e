import { createHash, randomBytes } from 'node:crypto';

/** Makes values in hexadecimal, the same for the same seed; without one they are random. */
export function seededHex(seed = randomBytes(16).toString('hex')): () => string {
  let made = 0;
  return () => {
    made += 1;
    // SHA-1's 40 characters are the shape of the service's keys.
    return createHash('sha1').update(`${seed}:${made}`).digest('hex');
  };
}
