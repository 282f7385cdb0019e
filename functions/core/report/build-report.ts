import type { Contracts } from '../contracts/contracts.ts';
import { gravestFirst } from '../engine/audit-report.ts';
import type { SecretRef } from '../model/access-event.ts';
import type { Finding } from '../model/finding.ts';
import type { Report, ReportedIncident, ReportSummary, SecretRow } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import { compareSeverity } from '../model/severity.ts';
import type { Verdict } from '../model/verdict.ts';
import { compareText } from '../order.ts';
import { permittedUntil } from './permitted-until.ts';
import { changesSince } from './report-changes.ts';
import { rotationAges, type ValueChange } from './rotation-ages.ts';

/** What a verdict says of a secret; how often it was read is not counted everywhere. */
export type ToldVerdict = Omit<Verdict, 'reads'> & Pick<SecretRow, 'reads'>;

export interface ReportInput
  extends Pick<
    Report,
    | 'basis'
    | 'period'
    | 'reading'
    | 'readers'
    | 'people'
    | 'access'
    | 'activity'
    | 'coverage'
    | 'missingCalls'
    | 'digests'
    | 'cannotKnow'
  > {
  /** Milliseconds. */
  readonly now: number;
  readonly settings: Settings;
  readonly contracts: Pick<Contracts, 'of'>;
  readonly findings: readonly Finding[];
  readonly incidents: readonly ReportedIncident[];
  readonly verdicts: readonly ToldVerdict[];
  /** By `secretKey`. */
  readonly changes: ReadonlyMap<string, ValueChange>;
  /** What the report before said. */
  readonly before?: ReportSummary;
}

/** Puts a report together from what was judged, whatever it was judged from. */
export function buildReport(input: ReportInput): Report {
  const { now, settings, contracts, changes, before } = input;
  const findings = input.findings.filter(({ status }) => status === 'open').toSorted(gravestFirst);
  const incidents = input.incidents.toSorted(gravestFirst);
  const asOf = asOfTime(input);
  const refs = input.verdicts.map(({ secret }): SecretRef => ({ ...secret, arn: null }));
  const secrets = input.verdicts
    .map((verdict): SecretRow => {
      const { owner = null, basis } = contracts.of({ ...verdict.secret, arn: null });
      return { ...verdict, owner, contract: basis };
    })
    .sort(worstFirst);
  const rotation = rotationAges({
    secrets: refs,
    changes,
    unchangedSince: ({ account, region }) => coveredSince(input.coverage, account, region),
    contractOf: (secret) => contracts.of(secret),
    now: asOf,
  });
  const { basis, period, reading, readers, people, access, activity, coverage } = input;
  return {
    schemaVersion: '1.0',
    generatedAt: new Date(now).toISOString(),
    asOf: new Date(asOf).toISOString(),
    basis,
    period,
    reading,
    accountNames: Object.fromEntries(Object.entries(settings.accounts).map(([name, id]) => [id, name])),
    secrets,
    readers,
    people,
    findings,
    incidents,
    access,
    activity,
    rotation,
    coverage,
    missingCalls: input.missingCalls,
    digests: input.digests,
    permittedUntil: permittedUntil(settings, findings, now),
    changes: before ? changesSince(before, { period, secrets, incidents, rotation }) : null,
    cannotKnow: input.cannotKnow,
  };
}

/** What came after the end of log files nobody has looked at: a value may have been changed since. */
const asOfTime = ({ basis, period, now }: ReportInput): number =>
  basis === 'log files' && period.to !== null ? Date.parse(period.to) : now;

/** The beginning of a place's evidence; `undefined` where a gap in it may hide a change. */
function coveredSince({ places }: Report['coverage'], account: string, region: string): number | undefined {
  const place = places.find((each) => each.account === account && each.region === region);
  return place && place.gaps.length === 0 ? Date.parse(place.from) : undefined;
}

const attention: readonly SecretRow['verdict'][] = ['findings', 'cannot know', 'clean'];

const worstFirst = (a: SecretRow, b: SecretRow): number =>
  attention.indexOf(a.verdict) - attention.indexOf(b.verdict) ||
  compareSeverity(b.gravest ?? 'info', a.gravest ?? 'info') ||
  b.findings - a.findings ||
  compareText(a.secret.name, b.secret.name) ||
  compareText(a.secret.account + a.secret.region, b.secret.account + b.secret.region);
