import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { UnreadableInputError } from '../core/errors.ts';
import {
  findColumns,
  isReceipt,
  rowOfColumns,
  rowOfJson,
  rowOfReceipt,
  type SentColumns,
  type SentRow,
} from '../core/usage/sent-messages.ts';
import { fileErrorReason, type LogFileFault, type Place, type UnreadableInput } from './log-file-faults.ts';
import { linesOfFile, unpackedBytesOf } from './log-file-lines.ts';

export interface SentFileOptions {
  readonly idColumn?: string | undefined;
  readonly timeColumn?: string | undefined;
  /** Told how many bytes of the file were read. */
  readonly onBytes?: (count: number) => void;
  /** Told the names of columns and parameters that are not taken. */
  readonly onLeftOut?: (names: readonly string[]) => void;
}

export interface LocatedRow {
  readonly row: SentRow;
  readonly place: Place;
}

/** The files that can be read, and why the others cannot. */
export async function findSentFiles(paths: readonly string[]): Promise<{
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly unreadable: readonly UnreadableInput[];
}> {
  const files: { path: string; bytes: number }[] = [];
  const unreadable: UnreadableInput[] = [];
  for (const path of paths) {
    try {
      const stats = await stat(path);
      if (stats.isFile()) files.push({ path, bytes: stats.size });
      else {
        const reason = stats.isDirectory()
          ? 'is a folder; name its files'
          : 'is no file on a disk, and it is read twice';
        unreadable.push({ path, reason });
      }
    } catch (error) {
      unreadable.push({ path, reason: fileErrorReason(error) });
    }
  }
  return { files, unreadable };
}

/** No row of an export is longer; a quote that is never closed would take the rest of the file for one. */
const longestRow = 1 << 20;

/**
 * The rows of an export (CSV with a header) or of logged receipts (query strings or JSON, one a line), one after the
 * other: nothing of the file is held.
 *
 * @throws UnreadableInputError after the rows that could be read
 */
export async function* readSentRows(
  path: string,
  options: SentFileOptions = {},
): AsyncGenerator<LocatedRow | LogFileFault> {
  const first = await firstLine(path);
  if (first === undefined) throw new UnreadableInputError('empty: no row in it');
  if (first.trimStart().startsWith('{')) yield* readLines(path, rowOfJson, 'not a JSON object', options);
  else if (isReceipt(first)) yield* readLines(path, rowOfReceipt, 'not a delivery receipt', options);
  else yield* readTable(path, delimiterOf(first), options);
}

async function firstLine(path: string): Promise<string | undefined> {
  for await (const { text } of linesOfFile(path, () => {})) return text ?? '';
  return undefined;
}

async function* readLines(
  path: string,
  rowOf: (line: string) => (SentRow & { readonly leftOut: readonly string[] }) | undefined,
  otherwise: string,
  { onBytes = () => {}, onLeftOut }: SentFileOptions,
): AsyncGenerator<LocatedRow | LogFileFault> {
  for await (const { number, text } of linesOfFile(path, onBytes)) {
    const place: Place = { unit: 'line', number };
    const row = text === null ? undefined : rowOf(text);
    if (row) {
      onLeftOut?.(row.leftOut);
      yield { row: { id: row.id, time: row.time }, place };
    } else yield { reason: otherwise, place };
  }
}

async function* readTable(
  path: string,
  delimiter: string,
  { idColumn, timeColumn, onBytes = () => {}, onLeftOut }: SentFileOptions,
): AsyncGenerator<LocatedRow | LogFileFault> {
  const faults: LogFileFault[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: longestRow,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      faults.push(faultOf(error));
      return undefined;
    },
  });
  // The callback has nothing to do: an error of either end reaches the loop below.
  pipeline(Readable.from(unpackedBytesOf(path, onBytes)), parser, () => {});
  let columns: SentColumns | undefined;
  try {
    for await (const { info, record } of parser as AsyncIterable<{
      info: { lines: number };
      record: string[];
    }>) {
      yield* faults.splice(0);
      if (columns) {
        yield { row: rowOfColumns(record, columns), place: { unit: 'line', number: info.lines } };
        continue;
      }
      const found = findColumns(record, { id: idColumn, time: timeColumn });
      if ('problem' in found) throw new UnreadableInputError(found.problem);
      columns = found;
      onLeftOut?.(columns.leftOut);
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    faults.push(faultOf(error));
  }
  yield* faults;
}

/** The message of a CsvError quotes the row. */
function faultOf(error: CsvError | undefined): LogFileFault {
  const line = error?.['lines'];
  return {
    reason:
      error?.code === 'CSV_MAX_RECORD_SIZE' || error?.code === 'CSV_QUOTE_NOT_CLOSED'
        ? 'a quote that is not closed, or a row longer than 1 MB'
        : 'quotes that are no CSV',
    place: typeof line === 'number' ? { unit: 'line', number: line } : undefined,
  };
}

/** The one that the header has most of; a text further down may hold any of them. */
const delimiterOf = (header: string): string =>
  [',', ';', '\t'].reduce((best, each) =>
    header.split(each).length > header.split(best).length ? each : best,
  );
