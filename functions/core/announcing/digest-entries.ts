import { incidentName } from '../incidents/incident-name.ts';
import type { DigestAnnouncement, DigestEntry } from '../model/announcement.ts';
import type { Settings } from '../model/settings.ts';
import { compareSeverity } from '../model/severity.ts';
import { compareText } from '../order.ts';
import type { StoredIncident } from '../ports.ts';

export type DigestSection = DigestAnnouncement['sections'][number];

const dayMs = 86_400_000;
/** How early somebody hears that something ends. */
const soonMs = 14 * dayMs;
const entriesShown = 30;
/** Of one detector alone: many of a kind must not hide the others. */
const ofAKindShown = 5;

export function entryOf({ record }: StoredIncident, note: string | null = handlingNote(record)): DigestEntry {
  const { incident, status, owners } = record;
  return {
    incident: incident.id,
    severity: incident.severity,
    title: incident.title,
    at: incident.firstSeen,
    status,
    owner: owners[0] ?? null,
    note,
  };
}

function handlingNote({ acknowledged, snoozed, mergedInto }: StoredIncident['record']): string | null {
  if (mergedInto !== null) return `told in ${incidentName(mergedInto)}`;
  if (snoozed?.until) return `snoozed by ${snoozed.by} until ${snoozed.until}`;
  return acknowledged ? `${acknowledged.by} looks after it` : null;
}

/** The gravest and newest; few of each kind. No section where there is nothing. */
export function openSection(
  title: string,
  incidents: readonly StoredIncident[],
  note: (stored: StoredIncident) => string | null = ({ record }) => handlingNote(record),
): DigestSection[] {
  const kinds = new Map<string, number>();
  const shown = incidents
    .toSorted(
      ({ record: { incident: a } }, { record: { incident: b } }) =>
        compareSeverity(b.severity, a.severity) || compareText(b.firstSeen ?? '', a.firstSeen ?? ''),
    )
    .filter(({ record }) => {
      const [kind = '', ...others] = record.incident.detectors;
      if (others.length > 0) return true;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      return (kinds.get(kind) ?? 0) <= ofAKindShown;
    })
    .slice(0, entriesShown);
  const entries = shown.map((stored) => entryOf(stored, note(stored)));
  return entries.length > 0 ? [{ title, entries, more: incidents.length - entries.length }] : [];
}

/** What the settings loosen or hold back, and what people snoozed, as far as it ends soon. */
export function expiringSection(
  { exceptions, suppressions }: Pick<Settings, 'exceptions' | 'suppressions'>,
  snoozed: readonly StoredIncident[],
  isTheirs: (owner: string) => boolean,
  now: number,
): DigestSection[] {
  const isSoon = (until: string): boolean => {
    const left = Date.parse(until) - now;
    return left >= 0 && left <= soonMs;
  };
  const ends = (until: string) => `ends ${until}`;
  const ofSettings = (incident: string, title: string, owner: string, until: string): DigestEntry[] =>
    isTheirs(owner) && isSoon(until)
      ? [{ incident, severity: 'info', title, at: null, status: 'open', owner, note: ends(until) }]
      : [];
  const entries = [
    ...exceptions.flatMap(({ clause, secret, reason, owner, until }) =>
      ofSettings(`exception to ${clause}`, `${secret}: ${reason}`, owner, until),
    ),
    ...suppressions.flatMap(({ id, reason, owner, until }) =>
      ofSettings(`suppression ${id}`, reason, owner, until),
    ),
    ...snoozed.flatMap((stored) => {
      const { until } = stored.record.snoozed ?? {};
      return until && isSoon(until) ? entryOf(stored, `snooze ${ends(until)}`) : [];
    }),
  ];
  const shown = entries.slice(0, entriesShown);
  return shown.length > 0 ? [{ title: 'Expiring', entries: shown, more: entries.length - shown.length }] : [];
}
