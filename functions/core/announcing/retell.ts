import equal from 'fast-deep-equal';
import { incidentOf } from '../engine/incidents.ts';
import { withEntry } from '../incidents/handling.ts';
import { incidentName } from '../incidents/incident-name.ts';
import type { Incident } from '../model/incident.ts';
import type { HistoryEntry, IncidentRecord } from '../model/incident-record.ts';
import { compareSeverity, gravestAmong, gravestOf, type Severity } from '../model/severity.ts';
import type { StoredIncident } from '../ports.ts';
import { type Hearing, hearingOf, isClosedByPerson, isNews, joinedSignature } from './news.ts';
import { isOfCheck, type Sign } from './sign.ts';

/** Of incidents that grow on and on, so many findings are named. */
const findingsNamed = 1000;

export interface RetellOptions {
  readonly minimumSeverity: Severity;
  /** Milliseconds. */
  readonly now: number;
}

/**
 * Tells an incident anew, as its findings are now.
 *
 * @param standing signs of the findings that hold, in order of time
 * @param told as it was told until now, that which stays first; the others become a part of it
 * @returns the incident, and those that are merged into it
 */
export function retell(
  id: string,
  standing: readonly Sign[],
  [kept, ...others]: readonly StoredIncident[],
  options: RetellOptions,
): StoredIncident[] {
  const incident = storyOf(id, standing) ?? kept?.record.incident;
  if (!incident) return [];
  const before = kept && others.reduce((stored, other) => takeOver(stored, other, options.now), kept);
  const base: IncidentRecord = {
    revision: 0,
    status: 'open',
    mergedInto: null,
    owners: [],
    acknowledged: null,
    snoozed: null,
    history: [],
    ...before?.record,
    incident,
  };
  const hearing = hearingOf(standing, options.minimumSeverity);
  const owners = [...new Set(standing.flatMap(({ finding }) => finding.owner ?? []))];
  const record = withStatus(
    { ...base, owners: standing.length > 0 ? owners : base.owners },
    { standing, hearing, before, now: options.now },
  );
  const next: StoredIncident = {
    record: { ...record, revision: (kept?.record.revision ?? 0) + 1 },
    announce: hearing.announce,
    ...(hearing.severity && { audible: hearing.severity }),
    told: heard(before, record, hearing, options.now),
  };
  const isSame = equal({ ...next, record: { ...next.record, revision: kept?.record.revision } }, kept);
  return [isSame && kept ? kept : next, ...others.map((other) => mergedInto(id, other, options.now))];
}

/** Tells it as of now where nothing but time has changed: a snooze has ended. */
export function wake(
  stored: StoredIncident,
  signs: readonly Sign[],
  { minimumSeverity, now }: RetellOptions,
): StoredIncident | undefined {
  const { until } = stored.record.snoozed ?? {};
  if (until === undefined || Date.parse(until) > now) return undefined;
  const standing = signs.filter(({ finding }) => finding.status !== 'withdrawn');
  const record = { ...stored.record, snoozed: null, revision: stored.record.revision + 1 };
  const hearing = hearingOf(standing, minimumSeverity);
  return { ...stored, record, told: heard(stored, record, hearing, now) };
}

function heard(
  before: StoredIncident | undefined,
  record: IncidentRecord,
  hearing: Hearing,
  now: number,
): StoredIncident['told'] {
  const told = before?.told ?? { count: 0, at: 0, severity: 'info', signature: '' };
  if (!isNews(before, { record, hearing }, now)) return told;
  const { severity = told.severity, signature } = hearing;
  return { count: told.count + 1, at: now, severity, signature: signature || told.signature };
}

/** `undefined` of no findings. */
function storyOf(id: string, standing: readonly Sign[]): Incident | undefined {
  const open = standing.filter(({ finding }) => finding.status === 'open');
  const [first, ...rest] = (open.length > 0 ? open : standing).map(({ finding }) => finding);
  if (!first) return undefined;
  const incident = incidentOf([first, ...rest]);
  const headline = headlineOf(open.length > 0 ? open : standing);
  return {
    ...incident,
    id,
    ...(headline && { title: headline.finding.title }),
    findings: standing.map(({ finding }) => finding.id).slice(0, findingsNamed),
  };
}

/** Of what is so, that which was told last is the news; the gravest of it. */
function headlineOf(signs: readonly Sign[]): Sign | undefined {
  const last = Math.max(...signs.map(({ told }) => told?.at ?? 0));
  const [finding] = [
    gravestAmong(signs.filter(({ told }) => told?.at === last).map(({ finding }) => finding)),
  ];
  return signs.find((sign) => isOfCheck(sign) && sign.finding === finding);
}

interface StatusContext {
  readonly standing: readonly Sign[];
  readonly hearing: Hearing;
  readonly before: StoredIncident | undefined;
  readonly now: number;
}

/** What a person has closed stays closed, unless it becomes graver. */
function withStatus(
  record: IncidentRecord,
  { standing, hearing, before, now }: StatusContext,
): IncidentRecord {
  if (standing.length === 0) return { ...record, status: 'withdrawn' };
  if (!standing.some(({ finding }) => finding.status === 'open')) return { ...record, status: 'resolved' };
  if (!before || !isClosedByPerson(record)) return { ...record, status: 'open' };
  const known = gravestOf([before.told.severity, before.record.incident.severity]);
  if (hearing.severity === undefined || compareSeverity(hearing.severity, known) <= 0) return record;
  return {
    ...record,
    status: 'open',
    history: withEntry(record.history, bySuite('reopen', `It became ${hearing.severity}.`, now)),
  };
}

const bySuite = (word: HistoryEntry['word'], reason: string, now: number): HistoryEntry => ({
  at: new Date(now).toISOString(),
  by: 'secrets-audit',
  word,
  reason,
});

/** What people said of the other one, and heard of it, goes for both. */
function takeOver(stored: StoredIncident, other: StoredIncident, now: number): StoredIncident {
  const { record, told } = stored;
  const history = [...record.history, ...other.record.history].sort(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  );
  const reason = `${incidentName(other.record.incident.id)} is a part of it.`;
  return {
    ...stored,
    record: {
      ...record,
      acknowledged: record.acknowledged ?? other.record.acknowledged,
      snoozed: record.snoozed ?? other.record.snoozed,
      history: [...history, bySuite('merged', reason, now)].reduce<HistoryEntry[]>(withEntry, []),
    },
    told: {
      ...told,
      at: Math.max(told.at, other.told.at),
      severity: gravestOf([told.severity, other.told.severity]),
      signature: joinedSignature(told.signature, other.told.signature),
    },
  };
}

function mergedInto(id: string, other: StoredIncident, now: number): StoredIncident {
  const { record } = other;
  return {
    ...other,
    record: {
      ...record,
      revision: record.revision + 1,
      status: 'merged',
      mergedInto: id,
      history: withEntry(record.history, bySuite('merged', `Told in ${incidentName(id)} now.`, now)),
    },
  };
}
