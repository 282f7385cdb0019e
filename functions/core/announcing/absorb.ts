import equal from 'fast-deep-equal';
import { lowerCommonCauses } from '../engine/common-cause.ts';
import { byTime, threadDefaults, threadsOf } from '../engine/incident-threads.ts';
import { incidentId } from '../engine/incidents.ts';
import type { Finding } from '../model/finding.ts';
import { isAtLeast, type Severity } from '../model/severity.ts';
import { compareText } from '../order.ts';
import type { NearbyIncidents, StoredIncident } from '../ports.ts';
import { retell } from './retell.ts';
import { isOfCheck, type Sign } from './sign.ts';

export interface AbsorbOptions {
  readonly minimumSeverity: Severity;
  /** Milliseconds. */
  readonly now: number;
}

/** Findings that are told together, and the incidents that told them until now. */
interface Group {
  readonly signs: Sign[];
  readonly incidents: Set<string>;
}

/**
 * Puts findings that changed into incidents. What happened is threaded as the engine does it; findings of checks, about
 * what is so, are a story by their own `incident`, or alone. What was one incident stays one. An incident keeps its id;
 * of two that become one, that of which somebody heard stays, else the earlier.
 *
 * Idempotent: a revision that is known changes nothing.
 *
 * @param changed in any order, each any number of times
 * @param nearby whatever may belong together with them, and whole incidents only
 * @returns what is to be written
 */
export function absorb(
  changed: readonly Sign[],
  nearby: NearbyIncidents,
  options: AbsorbOptions,
): NearbyIncidents {
  const records = new Map(nearby.incidents.map((stored) => [stored.record.incident.id, stored]));
  const known = newest(nearby.signs);
  const fresh = [...newest(changed).values()].flatMap((sign) => {
    const before = known.get(sign.finding.id);
    if (before && before.finding.revision >= sign.finding.revision) return [];
    return { ...sign, incident: before?.incident ?? ownIncident(sign, records) };
  });
  if (fresh.length === 0) return { signs: [], incidents: [] };
  for (const sign of fresh) known.set(sign.finding.id, sign);

  const isFresh = new Set(fresh.map(({ finding }) => finding.id));
  const signs = [...known.values()];
  const groups = [
    ...checkGroups(signs.filter(isOfCheck)),
    ...threadGroups(
      lowered(
        signs.filter((sign) => !isOfCheck(sign)),
        options.minimumSeverity,
      ),
      records,
    ),
  ].filter((group) => group.signs.some(({ finding }) => isFresh.has(finding.id)));

  const incidents = new Map<string, StoredIncident>();
  const placed: Sign[] = [];
  for (const { signs: members, incidents: ids } of groups) {
    const told = [...ids].flatMap((id) => records.get(id) ?? []).sort(tellsFirst);
    const standing = members.filter(({ finding }) => finding.status !== 'withdrawn').sort(bySignTime);
    const [first] = standing;
    const id = told[0]?.record.incident.id ?? (first && idOfSign(first));
    for (const sign of members)
      if (isFresh.has(sign.finding.id)) placed.push({ ...sign, incident: id ?? null });
    // What was withdrawn before anybody knew of it is no incident.
    if (id === undefined) continue;
    for (const stored of retell(id, standing, told, options))
      incidents.set(stored.record.incident.id, stored);
  }
  return {
    signs: placed,
    incidents: [...incidents.values()].filter(
      (stored) => !equal(stored, records.get(stored.record.incident.id)),
    ),
  };
}

function newest(signs: readonly Sign[]): Map<string, Sign> {
  const known = new Map<string, Sign>();
  for (const sign of signs) {
    const other = known.get(sign.finding.id);
    if (!other || sign.finding.revision > other.finding.revision) known.set(sign.finding.id, sign);
  }
  return known;
}

/** Its own id may be taken already, where the finding itself was not found nearby. */
const ownIncident = (sign: Sign, records: ReadonlyMap<string, StoredIncident>): string | null =>
  records.has(idOfSign(sign)) ? idOfSign(sign) : null;

/** Of an incident that begins with the finding. */
export const idOfSign = (sign: Sign): string =>
  (isOfCheck(sign) ? sign.finding.incident : null) ?? incidentId(sign.finding);

const checkGroups = (signs: readonly Sign[]): Group[] =>
  [...Map.groupBy(signs, idOfSign)].map(([id, members]) => ({ signs: members, incidents: new Set([id]) }));

/** Lowers what many identities do at once; what is milder then is not to be sent by itself either. */
function lowered(signs: readonly Sign[], minimumSeverity: Severity): Sign[] {
  const findings = new Map(
    lowerCommonCauses(signs.map(({ finding }) => finding)).map((finding) => [finding.id, finding]),
  );
  return signs.map((sign) => {
    const finding: Finding = { ...(findings.get(sign.finding.id) ?? sign.finding), explanation: '' };
    return finding.severity === sign.finding.severity
      ? sign
      : { ...sign, finding, announce: sign.announce && isAtLeast(finding.severity, minimumSeverity) };
  });
}

/** Threads; those that were told as one incident once stay one, whatever was withdrawn from between them. */
function threadGroups(signs: readonly Sign[], records: ReadonlyMap<string, StoredIncident>): Group[] {
  const byId = new Map(signs.map((sign) => [sign.finding.id, sign]));
  const standing = signs.flatMap(({ finding }) => (finding.status === 'withdrawn' ? [] : finding));
  const threads = [
    ...threadsOf(standing, threadDefaults).map((thread) => thread.flatMap(({ id }) => byId.get(id) ?? [])),
    ...signs.filter(({ finding }) => finding.status === 'withdrawn').map((sign) => [sign]),
  ];
  const groups = new Set<Group>();
  const byIncident = new Map<string, Group>();
  for (const thread of threads) {
    const group: Group = {
      signs: thread,
      incidents: new Set(thread.flatMap(({ incident }) => tellerOf(incident, records) ?? [])),
    };
    for (const id of group.incidents) {
      const other = byIncident.get(id);
      if (!other || !groups.delete(other)) continue;
      group.signs.push(...other.signs);
      for (const each of other.incidents) group.incidents.add(each);
    }
    groups.add(group);
    for (const id of group.incidents) byIncident.set(id, group);
  }
  return [...groups];
}

/** The incident that tells what an incident told once. */
export function tellerOf(
  incident: string | null,
  records: ReadonlyMap<string, StoredIncident>,
): string | undefined {
  let id = incident;
  for (;;) {
    const into = id === null ? null : records.get(id)?.record.mergedInto;
    if (into === null || into === undefined || into === id) return id ?? undefined;
    id = into;
  }
}

/** Of which somebody heard, then the earliest. */
const tellsFirst = (a: StoredIncident, b: StoredIncident): number =>
  Number(b.told.count > 0) - Number(a.told.count > 0) ||
  compareText(a.record.incident.firstSeen ?? '~', b.record.incident.firstSeen ?? '~') ||
  compareText(a.record.incident.id, b.record.incident.id);

const bySignTime = (a: Sign, b: Sign): number => byTime(a.finding, b.finding);
