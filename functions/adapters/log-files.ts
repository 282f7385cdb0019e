import { UnreadableInputError } from '../core/errors.ts';
import { cloudTrailRecordsIn, type DeliveredRecord } from '../core/normalise/cloudtrail-documents.ts';
import { type LogFileFault, megabytes, type Place } from './log-file-faults.ts';
import { type Line, linesOfFile, longestText } from './log-file-lines.ts';

/** A CloudTrail record and where it stood. */
export interface LocatedRecord extends DeliveredRecord {
  readonly place: Place | undefined;
}

interface JsonDocument {
  readonly document: unknown;
  /** Its line, where the file is JSON lines. */
  readonly line: number | undefined;
}

/**
 * The CloudTrail records of a file, in order, and whatever in it is none. Takes one JSON document or JSON lines,
 * whatever the file is called, as they are or as gzip. JSON lines are read a line at a time; a document is held whole.
 *
 * @param onBytes told how many bytes of the file were read
 */
export async function* readLogFile(
  path: string,
  onBytes: (count: number) => void = () => {},
): AsyncGenerator<LocatedRecord | LogFileFault> {
  try {
    for await (const part of documentsIn(linesOfFile(path, onBytes))) {
      if ('reason' in part) yield part;
      else yield* recordsIn(part);
    }
  } catch (error) {
    if (!(error instanceof UnreadableInputError)) throw error;
    yield { reason: error.message, place: undefined };
  }
}

function* recordsIn({ document, line }: JsonDocument): Generator<LocatedRecord | LogFileFault> {
  const contents = listContents(document);
  for (const [index, content] of contents.entries()) {
    yield { ...content, place: placeOf(line, index, contents.length) };
  }
}

function placeOf(line: number | undefined, index: number, count: number): Place | undefined {
  if (line !== undefined) return { unit: 'line', number: line };
  return count > 1 ? { unit: 'record', number: index + 1 } : undefined;
}

function listContents(document: unknown): (DeliveredRecord | { reason: string })[] {
  try {
    return [...cloudTrailRecordsIn(document)];
  } catch (error) {
    // JSON.parse takes any depth, what follows it does not.
    if (error instanceof RangeError) return [{ reason: 'not CloudTrail: nested too deeply' }];
    throw error;
  }
}

/**
 * A file is JSON lines where its first line is JSON by itself and a second one follows. Otherwise it is one document;
 * and where it is not that either, but some of its lines are objects, it is JSON lines of which the first is broken.
 */
async function* documentsIn(lines: AsyncGenerator<Line>): AsyncGenerator<JsonDocument | LogFileFault> {
  const first = await nextOf(lines);
  if (!first) throw new UnreadableInputError('empty: there is no text in it');
  const second = await nextOf(lines);
  if (!second) {
    yield parse(first.text, undefined);
    return;
  }
  const held = [first, second];
  if (isFault(parseLine(first))) {
    let length = lengthOf(first) + lengthOf(second);
    for (let line = await nextOf(lines); line; line = await nextOf(lines)) {
      held.push(line);
      length += lengthOf(line);
      // Too long for one document, so it can only be lines.
      if (length > longestText) break;
    }
    const whole =
      length > longestText ? undefined : parse(held.map(({ text }) => text).join('\n'), undefined);
    if (whole && (!isFault(whole) || !held.some(isObjectLine))) {
      yield whole;
      return;
    }
  }
  for (const line of held) yield parseLine(line);
  for await (const line of lines) yield parseLine(line);
}

async function nextOf(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  const { value, done } = await lines.next();
  return done ? undefined : value;
}

const lengthOf = ({ text }: Line): number => (text?.length ?? longestText) + 1;

const isFault = (part: JsonDocument | LogFileFault): part is LogFileFault => 'reason' in part;

const isObjectLine = (line: Line): boolean =>
  line.text?.trimStart().startsWith('{') === true && !isFault(parseLine(line));

const parseLine = ({ text, number }: Line): JsonDocument | LogFileFault => parse(text, number);

function parse(text: string | null, line: number | undefined): JsonDocument | LogFileFault {
  const place: Place | undefined = line === undefined ? undefined : { unit: 'line', number: line };
  if (text === null) return { reason: `longer than ${megabytes(longestText)} in one piece`, place };
  try {
    return { document: JSON.parse(text), line };
  } catch (error) {
    // The parser's own words quote the text, which may be anything, a secret too.
    const isCutOff = /end of JSON input|Unterminated/.test((error as SyntaxError).message);
    return { reason: isCutOff ? 'truncated JSON: it ends in the middle' : 'not JSON', place };
  }
}
