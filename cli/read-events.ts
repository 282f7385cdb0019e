import { isDigestMetadata } from '../functions/adapters/digest-files.ts';
import { describeFaults, type LogFileFault } from '../functions/adapters/log-file-faults.ts';
import type { LogFileTree } from '../functions/adapters/log-file-tree.ts';
import { type LocatedRecord, readLogFile } from '../functions/adapters/log-files.ts';
import { type CoverageRecorder, createCoverage } from '../functions/core/completeness/coverage.ts';
import type { ReadingSummary } from '../functions/core/engine/audit-report.ts';
import { tellingMore } from '../functions/core/engine/copies.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import type { Coverage } from '../functions/core/model/coverage.ts';
import { normaliseCloudTrail } from '../functions/core/normalise/cloudtrail.ts';
import { parseEventTime } from '../functions/core/normalise/event-time.ts';
import { textAt } from '../functions/core/normalise/raw-record.ts';
import { createProgress } from './progress.ts';

export interface Reading {
  /** Each once. */
  readonly events: readonly AccessEvent[];
  readonly summary: ReadingSummary;
  /** Of all records, whatever service wrote them. */
  readonly coverage: Coverage;
}

/** All events of the files, read one file after the other, with a bar where it takes long. */
export async function readEvents(tree: LogFileTree): Promise<Reading> {
  const progress = createProgress(
    tree.files.reduce((sum, { bytes }) => sum + bytes, 0),
    tree.files.length,
  );
  const events = new Map<string, AccessEvent>();
  const coverage = createCoverage();
  const unreadable = [...tree.unreadable];
  let records = 0;
  let duplicates = 0;
  for (const { path } of tree.files) {
    if (isDigestMetadata(path)) continue;
    const faults: LogFileFault[] = [];
    for await (const part of readLogFile(path, progress.advance)) {
      if ('reason' in part) {
        faults.push(part);
        continue;
      }
      records += 1;
      recordSeen(part, coverage);
      const event = normalise(part);
      if (!event) continue;
      if ('reason' in event) {
        faults.push(event);
        continue;
      }
      if (event.time === null) {
        faults.push({
          reason: 'no readable eventTime, so judged only by what needs no time',
          place: part.place,
        });
      }
      const known = events.get(event.key);
      if (known) duplicates += 1;
      events.set(event.key, tellingMore(known, event));
    }
    unreadable.push(...describeFaults(path, faults));
    progress.fileDone();
  }
  progress.stop();
  return {
    events: [...events.values()],
    summary: { files: tree.files.length, records, duplicates, unreadable },
    coverage: coverage.report(),
  };
}

function recordSeen({ record, envelopeTime }: LocatedRecord, coverage: CoverageRecorder): void {
  const account = textAt(record, 'recipientAccountId') ?? textAt(record, 'userIdentity', 'accountId');
  const region = textAt(record, 'awsRegion');
  const time = parseEventTime(record['eventTime']) ?? envelopeTime;
  if (account && region && time !== null) coverage.seen({ account, region, time });
}

/** One record that the normaliser cannot stand must not take the others along. */
function normalise({ record, envelopeTime, place }: LocatedRecord): AccessEvent | LogFileFault | undefined {
  try {
    return normaliseCloudTrail(record, envelopeTime);
  } catch (error) {
    return {
      reason: `record not understood: ${error instanceof Error ? error.name : 'unknown error'}`,
      place,
    };
  }
}
