import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  /** So many more bytes were read. */
  advance(bytes: number): void;
  fileDone(): void;
  stop(): void;
}

const quietMs = 1000;

/**
 * A bar on standard error, where that is a terminal and the work takes longer than a second. The time is looked at
 * between chunks, because a timer does not fire while a large file is parsed.
 */
export function createProgress(totalBytes: number, totalFiles: number): Progress {
  if (!process.stderr.isTTY) return { advance() {}, fileDone() {}, stop() {} };
  const started = Date.now();
  const bar = new SingleBar(
    {
      format: '[{bar}] {percentage} %  {files} of {totalFiles} files  {megabytes} MB  {duration_formatted}',
      stream: process.stderr,
      clearOnComplete: true,
      barsize: 20,
      fps: 5,
    },
    Presets.legacy,
  );
  let bytes = 0;
  let files = 0;
  let isShown = false;
  return {
    advance(count) {
      bytes += count;
      if (!isShown) {
        if (Date.now() - started < quietMs) return;
        bar.start(totalBytes, bytes, { files, totalFiles, megabytes: (bytes / 1e6).toFixed(1) });
        isShown = true;
      }
      bar.update(Math.min(bytes, totalBytes), { files, megabytes: (bytes / 1e6).toFixed(1) });
    },
    fileDone() {
      files += 1;
    },
    stop() {
      if (isShown) bar.stop();
    },
  };
}
