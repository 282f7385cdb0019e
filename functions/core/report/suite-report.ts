import type { Contracts } from '../contracts/contracts.ts';
import type { ListedValues } from '../contracts/inventory.ts';
import { withIncidents } from '../engine/incidents.ts';
import { isAboutCalls } from '../format/finding-text.ts';
import { isHistorySufficient } from '../history/assessment-basis.ts';
import { dayNumber } from '../history/days-seen.ts';
import { type SecretRef, secretKey } from '../model/access-event.ts';
import type { Finding } from '../model/finding.ts';
import type { AccessRow, Report, ReportCoverage, ReportedIncident, ReportSummary } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import { gravestOf, isAtLeast } from '../model/severity.ts';
import type { Doubt } from '../model/verdict.ts';
import { plural } from '../phrases.ts';
import type { SuiteRecords } from '../ports.ts';
import { buildReport, type ToldVerdict } from './build-report.ts';
import { tallyHabits } from './habit-tallies.ts';
import { isPerson } from './read-tallies.ts';
import type { ValueChange } from './rotation-ages.ts';
import { sweptCoverage } from './swept-places.ts';

const dayMs = 86_400_000;

export interface SuiteReportInput {
  readonly records: SuiteRecords;
  readonly secrets: readonly SecretRef[];
  /** Since when nothing is missing from the history; milliseconds. */
  readonly knownSince: number | undefined;
  /** By `secretKey` when a value was rotated or made, as Secrets Manager says now. */
  readonly listed: ListedValues;
  /** Regions whose secrets could not be listed. */
  readonly unlisted: readonly string[];
  readonly settings: Settings;
  readonly contracts: Pick<Contracts, 'of'>;
  readonly before?: ReportSummary;
  /** Milliseconds. */
  readonly now: number;
}

/** The report of the deployed suite, from what it remembers. */
export function suiteReport(input: SuiteReportInput): Report {
  const { records, secrets, knownSince, listed, unlisted, settings, contracts, before, now } = input;
  const from = now - settings.report.days * dayMs;
  const coverage = sweptCoverage({ sweeps: records.sweeps, knownSince, from, now });
  const { findings, incidents } = toldTogether(records, new Date(from).toISOString());
  const tallies = tallyHabits({
    habits: records.habits,
    secrets,
    firstDay: dayNumber(from),
    lastDay: dayNumber(now),
  });
  const readers = new Map(
    tallies.access.map(({ account, principal, kind }) => [`${account}/${principal}`, kind]),
  );
  return buildReport({
    basis: 'suite',
    period: { from: new Date(from).toISOString(), to: new Date(now).toISOString() },
    reading: null,
    readers: readers.size,
    people: [...readers.values()].filter(isPerson).length,
    coverage,
    missingCalls: [],
    digests: null,
    cannotKnow: [
      'How often a value was read: of each identity only the days and hours are kept.',
      'Whether CloudTrail missed calls: its event history was read, which does not say what it lacks.',
      'Calls of KMS, IAM and Systems Manager, and changes of log files and digests: judge log files for these.',
      'What was done with a value after it was read, and reads of copies kept outside Secrets Manager.',
      ...(unlisted.length > 0 ? [`Secrets of ${unlisted.join(', ')}, which could not be listed now.`] : []),
      ...(secrets.length === 0 ? ['Which secrets there are: none is listed yet.'] : []),
    ],
    now,
    settings,
    contracts,
    findings,
    incidents,
    verdicts: verdictsOf(secrets, { findings, access: tallies.access, coverage, knownSince, settings, now }),
    changes: changesOf(listed, records.rotations),
    ...(before && { before }),
    ...tallies,
  });
}

/** Findings and incidents of the time, and those that are so until they are settled. */
function toldTogether(
  { findings, incidents }: SuiteRecords,
  from: string,
): { readonly findings: readonly Finding[]; readonly incidents: readonly ReportedIncident[] } {
  const standing = findings.filter(
    (finding) => finding.status === 'open' && (!isAboutCalls(finding) || lastOf(finding) >= from),
  );
  const ids = new Set(standing.map(({ id }) => id));
  const kept = incidents.filter(
    ({ status, incident }) =>
      (status === 'open' || status === 'resolved') && incident.findings.some((id) => ids.has(id)),
  );
  const incidentOf = new Map(
    kept.flatMap(({ incident }) => incident.findings.map((id) => [id, incident.id] as const)),
  );
  // Those that no incident of the table tells yet.
  const others = withIncidents(standing.filter(({ id }) => !incidentOf.has(id)));
  return {
    findings: [
      ...standing.flatMap((finding) => {
        const incident = incidentOf.get(finding.id);
        return incident === undefined ? [] : [{ ...finding, incident }];
      }),
      ...others.findings,
    ],
    incidents: [
      ...kept.map(({ incident, status, acknowledged, snoozed }) => ({
        ...incident,
        handling: { status, acknowledged, snoozed },
      })),
      ...others.incidents,
    ],
  };
}

const lastOf = ({ firstSeen, lastSeen }: Pick<Finding, 'firstSeen' | 'lastSeen'>): string =>
  lastSeen ?? firstSeen ?? '~';

interface Basis {
  readonly findings: readonly Finding[];
  readonly access: readonly AccessRow[];
  readonly coverage: ReportCoverage;
  readonly knownSince: number | undefined;
  readonly settings: Settings;
  readonly now: number;
}

function verdictsOf(secrets: readonly SecretRef[], basis: Basis): ToldVerdict[] {
  const { knownSince, settings, now } = basis;
  const findingsOf = Map.groupBy(
    basis.findings.filter(({ severity }) => isAtLeast(severity, 'low')),
    ({ secret }) => (secret ? secretKey(secret) : ''),
  );
  const accessOf = Map.groupBy(basis.access, ({ secret }) => secretKey({ ...secret, arn: null }));
  const named = new Map(
    [...secrets, ...basis.findings.flatMap(({ secret }) => secret ?? [])].map((secret) => [
      secretKey(secret),
      secret,
    ]),
  );
  const hasHistory = isHistorySufficient(dayNumber(now), {
    completeSince: knownSince,
    minimumDays: settings.history.minimumDays,
  });
  return [...named].map(([key, { name, account, region }]) => {
    const found = findingsOf.get(key) ?? [];
    const access = accessOf.get(key) ?? [];
    const place = basis.coverage.places.find((each) => each.account === account && each.region === region);
    const doubts: Doubt[] = [
      ...(!place || place.gaps.length > 0 ? (['gap'] as const) : []),
      ...(hasHistory ? [] : (['history'] as const)),
    ];
    const gravest = found.length > 0 ? gravestOf(found.map(({ severity }) => severity)) : null;
    const last = access
      .map((row) => row.last ?? '')
      .sort()
      .at(-1);
    return {
      secret: { name, account, region },
      verdict: found.length > 0 ? 'findings' : doubts.length > 0 ? 'cannot know' : 'clean',
      because:
        found.length > 0 ? `${plural(found.length, 'finding')}, the gravest ${gravest}` : because(doubts),
      doubts,
      findings: found.length,
      gravest,
      reads: null,
      readers: access.length,
      lastRead: last ? `${last}T00:00:00.000Z` : null,
    };
  });
}

const reasons: Readonly<Partial<Record<Doubt, string>>> = {
  gap: 'its account and Region are not swept up to now',
  history: 'too little history to tell what is usual',
};

const because = (doubts: readonly Doubt[]): string =>
  doubts.flatMap((doubt) => reasons[doubt] ?? []).join('; ');

/** Of two sources the later word. */
function changesOf(
  listed: ListedValues,
  rotations: SuiteRecords['rotations'],
): ReadonlyMap<string, ValueChange> {
  const changes = new Map<string, ValueChange>();
  for (const [key, time] of listed) if (time !== null) changes.set(key, { time, by: 'inventory' });
  for (const [key, { switchedAt }] of rotations) {
    if (switchedAt !== null && switchedAt > (changes.get(key)?.time ?? 0)) {
      changes.set(key, { time: switchedAt, by: 'suite' });
    }
  }
  return changes;
}
