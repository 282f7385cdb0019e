import type { AuditReport } from '../core/model/audit-report.ts';

/** What could not be read, or not in full, for the report. */
export type UnreadableInput = AuditReport['summary']['unreadable'][number];

/** Where in a file: a line of JSON lines, or the how-manieth record of one document. Both begin at 1. */
export interface Place {
  readonly unit: 'line' | 'record';
  readonly number: number;
}

/** Something in a file that could not be understood. Without a place: the whole of it. */
export interface LogFileFault {
  readonly reason: string;
  readonly place: Place | undefined;
}

const placesShown = 10;

/** One line a reason, however many places it has: `not JSON (lines 3, 9)`. */
export function describeFaults(path: string, faults: readonly LogFileFault[]): UnreadableInput[] {
  return [...Map.groupBy(faults, ({ reason }) => reason)].map(([reason, group]) => {
    const places = group.flatMap(({ place }) => place ?? []);
    return { path, reason: places.length > 0 ? `${reason} (${describePlaces(places)})` : reason };
  });
}

function describePlaces(places: readonly Place[]): string {
  const unit = places[0]?.unit ?? 'line';
  const numbers = [...new Set(places.map(({ number }) => number))];
  const hidden = numbers.length - placesShown;
  return `${numbers.length === 1 ? unit : `${unit}s`} ${numbers.slice(0, placesShown).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: part of its path is not a folder',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  EISDIR: 'is a folder',
  ELOOP: 'symbolic link that leads back to itself',
  ENAMETOOLONG: 'name too long',
  EMFILE: 'too many open files',
  EIO: 'the disk could not read it',
};

/** An error of the file system in words, without the path, which stands beside it. */
export function fileErrorReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && reasons[code]) ?? `cannot be read: ${code ?? message}`;
}

/** `512 MB`, for limits and sizes in reasons. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
