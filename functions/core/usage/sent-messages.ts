import type { SentMessage } from '../ports.ts';

/** What is taken of a row; everything else of it, numbers and texts, is left where it is. */
export interface SentRow {
  readonly id: string | undefined;
  readonly time: string | undefined;
}

export const dateFormats = ['DD/MM/YYYY', 'MM/DD/YYYY'] as const;

export type DateFormat = (typeof dateFormats)[number];

/** Names of columns and parameters, in lower case and without what separates words; the first that is there is meant. */
const idNames = ['messageid', 'msgid', 'smsid', 'id'];
const timeNames = [
  'timestamp',
  'datetime',
  'senttime',
  'timesent',
  'sentat',
  'senton',
  'sentdate',
  'datesent',
  'sent',
  'time',
  'date',
];

const nameOf = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

function placeOf(names: readonly string[], known: readonly string[]): number {
  for (const name of known) {
    const place = names.indexOf(name);
    if (place >= 0) return place;
  }
  return -1;
}

/** Where a table has what is taken of each row. */
export interface SentColumns {
  readonly id: number;
  /** Two where day and time of day stand apart. */
  readonly time: readonly number[];
  /** Names of the columns that are not taken. */
  readonly leftOut: readonly string[];
}

/**
 * @param header names of the columns
 * @param named columns that are named where the known names do not find them
 */
export function findColumns(
  header: readonly string[],
  named: { readonly id?: string | undefined; readonly time?: string | undefined } = {},
): SentColumns | { readonly problem: string } {
  const names = header.map(nameOf);
  const find = (wanted: string | undefined, known: readonly string[]) =>
    wanted === undefined ? placeOf(names, known) : names.indexOf(nameOf(wanted));
  const id = find(named.id, idNames);
  if (id < 0) {
    return {
      problem: `no column ${named.id ?? 'with a message id (message id, msg_id, id)'}; name it with --id-column`,
    };
  }
  const found = find(named.time, timeNames);
  if (found < 0) {
    return {
      problem: `no column ${named.time ?? 'with a time (timestamp, sent, time, date)'}; name it with --time-column`,
    };
  }
  const day = names.indexOf('date');
  const time = named.time === undefined && names[found] === 'time' && day >= 0 ? [day, found] : [found];
  return { id, time, leftOut: header.filter((_, index) => index !== id && !time.includes(index)) };
}

export const rowOfColumns = (record: readonly string[], { id, time }: SentColumns): SentRow => ({
  id: record[id],
  time: time.map((index) => record[index] ?? '').join(' '),
});

/** What is taken of named values, and the names of the others. */
interface NamedRow extends SentRow {
  readonly leftOut: readonly string[];
}

function rowOfNamed(values: readonly (readonly [name: string, value: unknown])[]): NamedRow {
  const names = values.map(([name]) => nameOf(name));
  const id = placeOf(names, idNames);
  const time = placeOf(names, timeNames);
  const textAt = (index: number) => {
    const value = values[index]?.[1];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  return {
    id: textAt(id),
    time: textAt(time),
    leftOut: values.flatMap(([name], index) => (index === id || index === time ? [] : [name])),
  };
}

/** A delivery receipt, as its callback is logged: a query string or an address, perhaps with a time before it. */
export function rowOfReceipt(line: string): NamedRow | undefined {
  const query = line.split(/\s+/).find((word) => isQuery(word));
  if (query === undefined) return undefined;
  const row = rowOfNamed([...new URLSearchParams(query.slice(query.indexOf('?') + 1))]);
  const [, leading] = leadingTime.exec(line) ?? [];
  return { ...row, time: row.time ?? leading };
}

const isQuery = (word: string): boolean => /(^|[?&])(msg_?id|message_?id|sms_?id|id)=/i.test(word);

export const isReceipt = (line: string): boolean => line.split(/\s+/).some(isQuery);

const leadingTime =
  /^\s*\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?|\d{1,2}\/\d{1,2}\/\d{4},? \d{1,2}:\d\d(?::\d\d)?)/;

/** A receipt as a line of JSON. */
export function rowOfJson(line: string): NamedRow | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? rowOfNamed(Object.entries(value))
    : undefined;
}

const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:,? |T)(\d{1,2}):(\d\d)(?::(\d\d))?$/;
const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** What the times of a file are: whether a day comes first can be told only from all of them. */
export interface DateFormatRecorder {
  see(time: string | undefined): void;
  /** `none`: no time is written with slashes. `ambiguous`: no number is above 12. `mixed`: both orders are in it. */
  verdict(): DateFormat | 'none' | 'ambiguous' | 'mixed';
}

export function createDateFormatRecorder(): DateFormatRecorder {
  let isAny = false;
  let isDayFirst = false;
  let isMonthFirst = false;
  return {
    see(time) {
      const [, first, second] = slashed.exec(time?.trim() ?? '') ?? [];
      if (first === undefined) return;
      isAny = true;
      isDayFirst ||= Number(first) > 12;
      isMonthFirst ||= Number(second) > 12;
    },
    verdict() {
      if (!isAny) return 'none';
      if (isDayFirst && isMonthFirst) return 'mixed';
      return isDayFirst ? 'DD/MM/YYYY' : isMonthFirst ? 'MM/DD/YYYY' : 'ambiguous';
    },
  };
}

/**
 * A time as exports and receipts write it; UTC where it names no offset.
 *
 * @returns milliseconds, or `undefined` where it is no time of day
 */
export function parseSentTime(text: string, format: DateFormat): number | undefined {
  const trimmed = text.trim();
  if (/^\d{10}$/.test(trimmed)) return Number(trimmed) * 1000;
  if (/^\d{13}$/.test(trimmed)) return Number(trimmed);
  const [, day, minute, second = ':00', zone = 'Z'] = iso.exec(trimmed) ?? [];
  if (day !== undefined) return valid(Date.parse(`${day}T${minute}${second}${zone}`));
  const match = slashed.exec(trimmed);
  if (!match) return undefined;
  const [first = 0, other = 0, year = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const [date, month] = format === 'DD/MM/YYYY' ? [first, other] : [other, first];
  const time = Date.UTC(year, month - 1, date, hours, minutes, seconds);
  // Date takes the 31st of February for a day in March.
  const isThatDay = new Date(time).getUTCDate() === date && new Date(time).getUTCMonth() === month - 1;
  return isThatDay && hours < 24 && minutes < 60 && seconds < 60 ? valid(time) : undefined;
}

const valid = (time: number): number | undefined => (Number.isNaN(time) ? undefined : time);

export interface RowReading {
  readonly format: DateFormat;
  /** For receipts without a time. */
  readonly receivedAt?: number | undefined;
}

/** @returns the message, or what is wrong with the row; never a part of it, which may be a number or a text */
export function messageOfRow(
  { id, time }: SentRow,
  { format, receivedAt }: RowReading,
): SentMessage | { readonly problem: string } {
  const trimmed = id?.trim() ?? '';
  if (trimmed === '') return { problem: 'no message id' };
  if (time === undefined || time.trim() === '') {
    return receivedAt === undefined
      ? { problem: 'no time; name one with --received-at' }
      : { id: trimmed, time: receivedAt };
  }
  const parsed = parseSentTime(time, format);
  return parsed === undefined ? { problem: 'a time that is not understood' } : { id: trimmed, time: parsed };
}
