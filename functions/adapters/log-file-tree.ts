import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileErrorReason, type UnreadableInput } from './log-file-faults.ts';

export interface LogFile {
  /** As the user would write it. */
  readonly path: string;
  readonly bytes: number;
}

export interface LogFileTree {
  readonly files: readonly LogFile[];
  readonly unreadable: readonly UnreadableInput[];
  /** Files of other kinds, found in folders. */
  readonly ignored: number;
}

/** What folders are searched for; a file that is named itself may be called anything. */
export const logFileKinds = '.json, .jsonl, .ndjson, and .gz of these';
const isLogFileName = (name: string): boolean => /\.(json|jsonl|ndjson)(\.gz)?$/i.test(name);

/**
 * Finds the log files at paths and in the folders there, in the order of the paths and then of names.
 *
 * Symbolic links are followed, but each folder is entered once a path, so a link to a folder above ends there.
 */
export async function findLogFiles(paths: readonly string[]): Promise<LogFileTree> {
  const files: LogFile[] = [];
  const unreadable: UnreadableInput[] = [];
  let ignored = 0;

  async function enter(folder: string, entered: Set<string>): Promise<void> {
    const names = await attempt(folder, async () => {
      const place = await realpath(folder);
      if (entered.has(place)) return [];
      entered.add(place);
      return (await readdir(folder)).sort();
    });
    for (const name of names ?? []) await visit(join(folder, name), name, entered);
  }

  async function visit(path: string, name: string, entered: Set<string>): Promise<void> {
    const stats = await attempt(path, () => stat(path));
    if (!stats) return;
    if (stats.isDirectory()) await enter(path, entered);
    // Reading a pipe that nobody asked for would wait for ever.
    else if (stats.isFile() && isLogFileName(name)) files.push({ path, bytes: stats.size });
    else ignored += 1;
  }

  async function attempt<Value>(path: string, read: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await read();
    } catch (error) {
      // What a folder lists exists, unless it is a link whose target does not.
      const isLink = !paths.includes(path) && (error as NodeJS.ErrnoException).code === 'ENOENT';
      unreadable.push({ path, reason: isLink ? 'symbolic link that leads nowhere' : fileErrorReason(error) });
      return undefined;
    }
  }

  for (const path of paths) {
    const stats = await attempt(path, () => stat(path));
    if (!stats?.isDirectory()) {
      if (stats) files.push({ path, bytes: stats.size });
      continue;
    }
    const before = files.length + unreadable.length;
    await enter(path, new Set());
    // An empty folder is more likely a slip than a clean bill of health.
    if (files.length + unreadable.length === before) {
      unreadable.push({ path, reason: `no log files in this folder (${logFileKinds})` });
    }
  }
  return { files, unreadable, ignored };
}
