import type { Contracts } from '../contracts/contracts.ts';
import type { ListedValues } from '../contracts/inventory.ts';
import { type AccessEvent, secretKey } from '../model/access-event.ts';
import type { AuditReport } from '../model/audit-report.ts';
import type { Report, ReportSummary } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import type { Verdict } from '../model/verdict.ts';
import { plural } from '../phrases.ts';
import { buildReport } from './build-report.ts';
import { tallyReads } from './read-tallies.ts';
import { type ValueChange, valueChanges } from './rotation-ages.ts';

export interface LogReportInput {
  /** What `audit` says of the same events. */
  readonly audit: AuditReport;
  readonly events: readonly AccessEvent[];
  readonly settings: Settings;
  readonly contracts: Pick<Contracts, 'of'>;
  /** What a list of secrets says. */
  readonly listed?: ListedValues;
  readonly before?: ReportSummary;
  /** Milliseconds. */
  readonly now: number;
}

/** The report of log files. */
export function logReport({
  audit,
  events,
  settings,
  contracts,
  listed,
  before,
  now,
}: LogReportInput): Report {
  const { from, to, ...reading } = audit.summary;
  const { verdicts, coverage, missingCalls, digests, readers, people } = audit.completeness;
  return buildReport({
    basis: 'log files',
    period: { from, to },
    reading,
    readers,
    people,
    coverage,
    missingCalls,
    digests,
    cannotKnow: [
      'Calls that CloudTrail did not record, and what happened outside the files that were read.',
      'What was done with a value after it was read, and reads of copies kept outside Secrets Manager.',
      unnamedSecrets(verdicts, listed),
      ...(digests ? [] : ['Whether somebody changed the log files: no digest files were among them.']),
    ],
    now,
    settings,
    contracts,
    findings: audit.findings,
    incidents: audit.incidents,
    verdicts,
    changes: latest(listed, valueChanges(events)),
    ...(before && { before }),
    ...tallyReads(events),
  });
}

function unnamedSecrets(verdicts: readonly Verdict[], listed: ListedValues | undefined): string {
  if (!listed) return 'Secrets that no record names: no list of secrets was given (--inventory).';
  const named = new Set(verdicts.map(({ secret }) => secretKey({ ...secret, arn: null })));
  const unnamed = [...listed.keys()].filter((key) => !named.has(key)).length;
  return `What becomes of ${plural(unnamed, 'secret')} of the list that no record names.`;
}

/** Of two sources the later word. */
function latest(
  listed: ListedValues | undefined,
  logged: ReadonlyMap<string, ValueChange>,
): ReadonlyMap<string, ValueChange> {
  const changes = new Map(logged);
  for (const [key, time] of listed ?? []) {
    if (time !== null && time > (logged.get(key)?.time ?? 0)) changes.set(key, { time, by: 'inventory' });
  }
  return changes;
}
