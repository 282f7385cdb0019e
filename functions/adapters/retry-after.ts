import type { Clock } from '../core/ports.ts';

/** Seconds that a receiver asks for, as a number or as an HTTP date (RFC 9110, Retry-After). */
export function retryAfterSeconds({ headers }: Response, clock: Clock): number | undefined {
  const header = headers.get('Retry-After');
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : (Date.parse(header) - clock.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
