import type { AccessEvent } from '../model/access-event.ts';
import type { Completeness } from '../model/completeness.ts';
import type { Coverage } from '../model/coverage.ts';
import type { DigestReport } from '../model/digest-report.ts';
import type { Finding } from '../model/finding.ts';
import { createCoveredTime } from './covered-time.ts';
import { missingCalls } from './missing-calls.ts';
import { identityOf, valueReads } from './value-reads.ts';
import { verdicts } from './verdicts.ts';

export interface CompletenessInput {
  /** The distinct events that were judged; batch calls linked to their reads or not. */
  readonly events: readonly AccessEvent[];
  readonly findings: readonly Finding[];
  /** Of all records that were read, whatever service wrote them. */
  readonly coverage: Coverage;
  /** `null`: no digest files were given. */
  readonly digests: DigestReport | null;
  /** Whether there was too little history at an event to tell what is usual. */
  readonly historyShort: (event: AccessEvent) => boolean;
  /** Whether a contract permits an event. */
  readonly permitted: (event: AccessEvent) => boolean;
}

/** How far the evidence reaches, and what can be said of each secret. */
export function completenessOf(input: CompletenessInput): Completeness {
  const { events, coverage, digests } = input;
  const calls = missingCalls(events, createCoveredTime(coverage));
  const readers = new Map(valueReads(events).map(({ event }) => [identityOf(event), event.actor.kind]));
  return {
    coverage,
    missingCalls: calls,
    digests,
    verdicts: verdicts({ ...input, missingCalls: calls }),
    readers: readers.size,
    people: [...readers.values()].filter((kind) => people.has(kind)).length,
  };
}

const people: ReadonlySet<string> = new Set(['person', 'root']);
