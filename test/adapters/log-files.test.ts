import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  describeFaults,
  fileErrorReason,
  type LogFileFault,
} from '../../functions/adapters/log-file-faults.ts';
import { findLogFiles } from '../../functions/adapters/log-file-tree.ts';
import { type LocatedRecord, readLogFile } from '../../functions/adapters/log-files.ts';
import { createFolder, type Folder, jsonLines } from '../cli/command-line.ts';
import { readsOf, record } from '../support/records.ts';

let folder: Folder;
beforeAll(() => {
  folder = createFolder();
});
afterAll(() => folder[Symbol.dispose]());

async function read(
  contents: string | Buffer,
): Promise<{ records: LocatedRecord[]; faults: LogFileFault[] }> {
  const path = join(folder.path, 'file');
  writeFileSync(path, contents);
  const records: LocatedRecord[] = [];
  const faults: LogFileFault[] = [];
  for await (const part of readLogFile(path)) {
    if ('reason' in part) faults.push(part);
    else records.push(part);
  }
  return { records, faults };
}

const idsOf = (records: readonly { record: Readonly<Record<string, unknown>> }[]): unknown[] =>
  records.map(({ record: { eventID } }) => eventID);

/** Every way in which the same records may stand in a file. */
const layouts: Readonly<Record<string, (records: readonly object[]) => string>> = {
  'JSON lines': jsonLines,
  'JSON lines without a last line break': (records) => jsonLines(records).trimEnd(),
  'JSON lines of Windows': (records) => jsonLines(records).replaceAll('\n', '\r\n'),
  'JSON lines with blank ones': (records) => jsonLines(records).replaceAll('\n', '\n\n \n'),
  'a trail file': (records) => JSON.stringify({ Records: records }),
  'a pretty trail file': (records) => JSON.stringify({ Records: records }, undefined, 2),
  'an array, a record a line': (records) =>
    `[\n${records.map((each) => JSON.stringify(each)).join(',\n')}\n]`,
  'several trail files in one': (records) => jsonLines(records.map((each) => ({ Records: [each] }))),
};
const packings: Readonly<Record<string, (text: string) => string | Buffer>> = {
  plain: (text) => text,
  'with a byte order mark': (text) => `\ufeff${text}`,
  gzip: (text) => gzipSync(text),
  'gzip of two members': (text) => {
    const bytes = Buffer.from(text);
    const half = bytes.length >> 1;
    return Buffer.concat([gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))]);
  },
};
const combinations = Object.keys(layouts).flatMap((layout) =>
  Object.keys(packings).map((packing) => [layout, packing] as const),
);

describe('reading', () => {
  it.each(combinations)('%s, %s: all records, in order, and no fault', async (layout, packing) => {
    // Line separators that JSON allows within a string, and characters of several bytes.
    const records = readsOf(7, 1, { userAgent: 'a\u2028b\u2029c\u0085d 日本 🔑' });
    const contents = packings[packing]?.(layouts[layout]?.(records) ?? '') ?? '';
    const result = await read(contents);
    expect(result.faults).toEqual([]);
    expect(result.records.map((each) => each.record)).toEqual(records);
  });

  it('a line break within any chunk, and lines longer than a chunk', async () => {
    const records = [1, 1_048_000, 1_048_576, 3_000_000].map((length) =>
      record({ userAgent: 'x'.repeat(length) }),
    );
    const { records: found, faults } = await read(jsonLines(records));
    expect(faults).toEqual([]);
    expect(idsOf(found)).toEqual(idsOf(records.map((each) => ({ record: each }))));
  });

  it('JSON lines cut anywhere keep every whole line, and the rest is told', async () => {
    const records = readsOf(4, 1);
    const text = jsonLines(records);
    const ends = records.map((_, index) => jsonLines(records.slice(0, index + 1)).length);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: text.length - 1 }), async (length) => {
        const result = await read(text.slice(0, length));
        // A line that lacks nothing but its line break is whole.
        const whole = ends.filter((end) => end - 1 <= length).length;
        expect(result.records).toHaveLength(whole);
        const isClean = ends.some((end) => length === end || length === end - 1);
        expect(result.faults).toHaveLength(isClean ? 0 : 1);
      }),
      { numRuns: 60 },
    );
  });

  it('a gzip cut anywhere, or with any byte changed, is a fault and no crash', async () => {
    const whole = gzipSync(JSON.stringify({ Records: readsOf(3, 1) }));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: whole.length - 1 }), async (length) => {
        const { records, faults } = await read(whole.subarray(0, length));
        expect(records).toEqual([]);
        expect(faults).toEqual([{ reason: 'truncated gzip: it ends in the middle', place: undefined }]);
      }),
      { numRuns: 40 },
    );
    await fc.assert(
      fc.asyncProperty(
        // The ten bytes of the header hold a time and a system, which may be anything.
        fc.integer({ min: 10, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (index, change) => {
          const changed = Buffer.from(whole);
          changed[index] = (whole[index] ?? 0) ^ change;
          const { records, faults } = await read(changed);
          expect(records).toEqual([]);
          expect(faults).toHaveLength(1);
          expect(faults[0]?.reason).toMatch(/^(truncated|damaged) gzip: /);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('any bytes are read or refused, never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        const { records, faults } = await read(Buffer.from(bytes));
        expect(records).toEqual([]);
        expect(faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it('tells how many bytes of the file were read', async () => {
    const bytes = gzipSync(JSON.stringify({ Records: readsOf(3, 1) }));
    const path = folder.add('counted.json.gz', bytes);
    let count = 0;
    for await (const _ of readLogFile(path, (more) => (count += more)));
    expect(count).toBe(bytes.length);
  });
});

describe('finding files', () => {
  it('in the order of paths and then of names, each kind, and counts the others', async () => {
    using tree = createFolder({
      'b/2.json': '',
      'b/10.JSONL.gz': '',
      'b/a/x.ndjson': '',
      'a.json.gz': '',
      'notes.txt': '',
      'c.gz': '',
      'd.json.bak': '',
    });
    const { files, unreadable, ignored } = await findLogFiles([join(tree.path, 'b'), tree.path]);
    const name = (path: string): string => path.slice(tree.path.length + 1);
    expect(files.map(({ path }) => name(path))).toEqual([
      'b/10.JSONL.gz',
      'b/2.json',
      'b/a/x.ndjson',
      'a.json.gz',
      'b/10.JSONL.gz',
      'b/2.json',
      'b/a/x.ndjson',
    ]);
    expect({ unreadable, ignored }).toEqual({ unreadable: [], ignored: 3 });
  });

  it('follows links, enters each folder once, and ends where links lead in circles', async () => {
    using tree = createFolder({ 'real/a.json': '', 'real/deep/b.json': '' });
    symlinkSync('../..', join(tree.path, 'real/deep/up'));
    symlinkSync('real', join(tree.path, 'also-real'));
    symlinkSync('real/a.json', join(tree.path, 'z.json'));
    const { files, unreadable } = await findLogFiles([tree.path]);
    expect(files.map(({ path }) => path.slice(tree.path.length + 1))).toEqual([
      'also-real/a.json',
      'also-real/deep/b.json',
      'z.json',
    ]);
    expect(unreadable).toEqual([]);
  });
});

describe('faults', () => {
  it('with the same reason are one line, and a long list is cut', () => {
    const faults: LogFileFault[] = Array.from({ length: 13 }, (_, index) => ({
      reason: 'not JSON',
      place: { unit: 'line', number: index + 1 },
    }));
    expect(describeFaults('f', [...faults, { reason: 'other', place: undefined }])).toEqual([
      { path: 'f', reason: 'not JSON (lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 3 more)' },
      { path: 'f', reason: 'other' },
    ]);
  });

  it('of the file system are named, also those nobody thought of', () => {
    expect(fileErrorReason(Object.assign(new Error('x'), { code: 'EACCES' }))).toBe(
      'no permission to read it',
    );
    expect(fileErrorReason(Object.assign(new Error('x'), { code: 'ESTALE' }))).toBe('cannot be read: ESTALE');
    expect(fileErrorReason(new Error('odd'))).toBe('cannot be read: odd');
  });
});
