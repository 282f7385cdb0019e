/** ISO 8601 as CloudTrail writes it, and the `2024-10-17 21:48:45.000000000` of exporters, which is UTC too. */
const isoLike = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(Z|[+-]\d\d:?\d\d)?$/;

/**
 * @param value an ISO 8601 text (UTC where it names no offset), seconds since the epoch as LookupEvents' JSON has
 * them, or the Date that the SDK makes of these
 * @returns milliseconds since the epoch, or `null` where it is no time
 */
export function parseEventTime(value: unknown): number | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime();
  if (typeof value === 'number') return Number.isFinite(value) ? Math.round(value * 1000) : null;
  if (typeof value !== 'string') return null;
  const match = isoLike.exec(value);
  if (!match) return null;
  const [, date, time, fraction = '', offset = 'Z'] = match;
  const parsed = Date.parse(`${date}T${time}${fraction}${offset}`);
  return Number.isNaN(parsed) ? null : parsed;
}
