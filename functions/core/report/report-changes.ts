import type { Incident } from '../model/incident.ts';
import type { Report, ReportChanges, ReportSummary, SecretRow } from '../model/report.ts';
import { isAtLeast } from '../model/severity.ts';

/** What of a report a later one needs. */
export const summaryOf = ({
  schemaVersion,
  generatedAt,
  period,
  secrets,
  incidents,
  rotation,
}: Report): ReportSummary => ({
  schemaVersion,
  generatedAt,
  period,
  secrets: secrets.map(({ secret, verdict }) => ({ secret, verdict })),
  incidents: incidents
    .filter(isTold)
    .map(({ id, severity, title, lastSeen }) => ({ id, severity, title, lastSeen })),
  rotation: rotation.flatMap(({ secret, changed }) => (changed === null ? [] : [{ secret, changed }])),
});

/** Those that a report tells as stories. */
export const isTold = ({ severity }: Pick<Incident, 'severity'>): boolean => isAtLeast(severity, 'medium');

type Compared = Pick<Report, 'period' | 'secrets' | 'incidents' | 'rotation'>;

export function changesSince(before: ReportSummary, now: Compared): ReportChanges {
  const knownIncidents = new Set(before.incidents.map(({ id }) => id));
  const standing = new Set(now.incidents.filter(isTold).map(({ id }) => id));
  return {
    since: before.generatedAt,
    period: before.period,
    verdicts: changedVerdicts(before.secrets, now.secrets),
    begun: [...standing].filter((id) => !knownIncidents.has(id)),
    ended: before.incidents
      .filter(({ id }) => !standing.has(id))
      .map(({ id, severity, title, lastSeen }) => ({
        id,
        severity,
        title,
        because:
          lastSeen !== null && now.period.from !== null && lastSeen < now.period.from
            ? 'It lies before the time that this report covers.'
            : 'It no longer holds by the evidence of now, or is part of another one.',
      })),
    rotated: rotatedSince(before, now.rotation),
  };
}

type Judged = Pick<SecretRow, 'secret' | 'verdict'>;

function changedVerdicts(before: readonly Judged[], now: readonly Judged[]): ReportChanges['verdicts'] {
  const earlier = byName(before);
  const later = byName(now);
  return [...new Map([...earlier, ...later])].flatMap(([key, { secret }]) => {
    const change = { before: earlier.get(key)?.verdict ?? null, now: later.get(key)?.verdict ?? null };
    return change.before === change.now ? [] : [{ secret, ...change }];
  });
}

function rotatedSince(before: ReportSummary, now: Report['rotation']): ReportChanges['rotated'] {
  const earlier = byName(before.rotation);
  return now.flatMap(({ secret, changed }) => {
    const known = earlier.get(nameOf(secret))?.changed ?? null;
    // Where the report before knew of no change, only one after it is surely new.
    return changed !== null && changed > (known ?? before.generatedAt)
      ? [{ secret, before: known, now: changed }]
      : [];
  });
}

const nameOf = ({ account, region, name }: Judged['secret']): string => `${account}:${region}:${name}`;

const byName = <Row extends Pick<Judged, 'secret'>>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [nameOf(row.secret), row]));
