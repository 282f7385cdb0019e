/** ISO 8601 as CloudTrail writes it, and the `2024-10-17 21:48:45.000000000` of exporters, which is UTC too. */
const isoLike = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(Z|[+-]\d\d:?\d\d)?$/;

/**
 * @param value an ISO 8601 text (UTC where it names no offset), seconds since the epoch as LookupEvents' JSON has
 * them, or the Date that the SDK makes of these
 * @returns milliseconds since the epoch, or `null` where it is no time
 */
export function parseEventTime(value: unknown): number | null {
  const time = millisecondsOf(value);
  return time >= 0 && time <= lastTime ? Math.round(time) : null;
}

/** The last moment that ISO 8601 writes with four digits of year. */
const lastTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** NaN where the value is no time. */
function millisecondsOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value * 1000;
  const match = typeof value === 'string' ? isoLike.exec(value) : null;
  if (!match) return Number.NaN;
  const [, date, time, fraction = '', offset = 'Z'] = match;
  return Date.parse(`${date}T${time}${fraction}${offset}`);
}
