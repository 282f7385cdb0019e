import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnreadableInputError } from '../core/errors.ts';
import { fileErrorReason } from './log-file-faults.ts';

const chunkSize = 1 << 20;
const newline = 0x0a;

/** JavaScript cannot hold a longer text. */
export const longestText = constants.MAX_STRING_LENGTH;

export interface Line {
  readonly number: number;
  /** `null` where the line is longer than `longestText`. */
  readonly text: string | null;
}

/**
 * The lines of a file that are not blank, unpacked where the file is gzip; its first bytes decide, not its name,
 * because downloads unpack files and keep the name. Not `node:readline`: it also breaks lines at U+2028, which JSON
 * may hold within a string.
 *
 * @param onBytes told how many bytes of the file were read
 * @throws UnreadableInputError after the lines that could be read
 */
export async function* linesOfFile(path: string, onBytes: (count: number) => void): AsyncGenerator<Line> {
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let number = 1;
  let isStart = true;

  const takeLine = (): Line | undefined => {
    const text = pendingLength > longestText ? null : Buffer.concat(pending, pendingLength).toString('utf8');
    pending = [];
    pendingLength = 0;
    return text === null || text.trim() !== '' ? { number, text } : undefined;
  };
  const keep = (bytes: Buffer): void => {
    pendingLength += bytes.length;
    if (pendingLength <= longestText) pending.push(bytes);
    else pending = [];
  };

  for await (const chunk of unpackedBytesOf(path, onBytes)) {
    let rest = isStart ? withoutByteOrderMark(chunk) : chunk;
    isStart = false;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      keep(rest.subarray(0, end));
      const line = takeLine();
      if (line) yield line;
      number += 1;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) keep(rest);
  }
  const last = takeLine();
  if (last) yield last;
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  const start = bytes.toString('hex', 0, 3);
  if (start.startsWith('fffe') || start.startsWith('feff')) {
    throw new UnreadableInputError('UTF-16 text, as PowerShell writes it: save it as UTF-8');
  }
  return start === 'efbbbf' ? bytes.subarray(3) : bytes;
}

/** The bytes of a file, unpacked where it is gzip. @throws UnreadableInputError after those that could be read */
export async function* unpackedBytesOf(
  path: string,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const packed = bytesOf(path, onBytes);
  const start: Buffer[] = [];
  // A pipe may hand over single bytes.
  while (Buffer.concat(start).length < 3) {
    const { value, done } = await packed.next();
    if (done) break;
    start.push(value);
  }
  const first = Buffer.concat(start);
  const all = (async function* () {
    if (first.length > 0) yield first;
    yield* packed;
  })();
  yield* isGzip(first) ? gunzipped(all) : all;
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function* bytesOf(path: string, onBytes: (count: number) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkSize })) {
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw new UnreadableInputError(fileErrorReason(error), { cause: error });
  }
}

async function* gunzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize });
  // The callback has nothing to do: an error of either end reaches the loop below.
  pipeline(Readable.from(bytes), gunzip, () => {});
  try {
    yield* gunzip;
  } catch (error) {
    throw error instanceof UnreadableInputError ? error : gzipError(error);
  }
}

function gzipError(error: unknown): UnreadableInputError {
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') {
    return new UnreadableInputError('truncated gzip: it ends in the middle', { cause: error });
  }
  return new UnreadableInputError(
    message === 'incorrect data check' ? 'damaged gzip: wrong checksum' : `damaged gzip: ${message}`,
    { cause: error },
  );
}
