import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Finding } from '../model/finding.ts';
import { type Incident, stages } from '../model/incident.ts';
import { compareSeverity } from '../model/severity.ts';
import { compareText } from '../order.ts';
import { lowerCommonCauses } from './common-cause.ts';
import { severityOfTheWhole, stageOf } from './incident-severity.ts';
import { incidentSummary, incidentTitle } from './incident-text.ts';
import {
  byTime,
  isIdentity,
  subjectOf,
  type ThreadOptions,
  threadDefaults,
  threadsOf,
} from './incident-threads.ts';

export { stageOf } from './incident-severity.ts';

const evidenceLimit = 100;

/**
 * Tells findings as stories: which belong together is said at `threadsOf`, how grave they are together at
 * `severityOfTheWhole`. The same findings give the same incidents, in whatever order and however often each of them is
 * given; of several revisions of one the newest counts. Withdrawn findings are left out.
 *
 * An incident has the id of its earliest finding. One that grows keeps it; where two become one, that of the earlier
 * stays.
 *
 * @returns in order of time, those without a time last
 */
export function buildIncidents(
  findings: readonly Finding[],
  options: Partial<ThreadOptions> = {},
): Incident[] {
  const applied = { ...threadDefaults, ...options };
  const standing = lowerCommonCauses(newest(findings).filter(({ status }) => status !== 'withdrawn'));
  return threadsOf(standing, applied)
    .flatMap(([first, ...others]) => (first ? [incidentOf([first, ...others], applied)] : []))
    .sort((a, b) => compareText(a.firstSeen ?? '~', b.firstSeen ?? '~') || compareText(a.id, b.id));
}

/** Incidents, and the findings with the id of theirs; a withdrawn one is part of none. */
export function withIncidents(
  findings: readonly Finding[],
  options: Partial<ThreadOptions> = {},
): { findings: Finding[]; incidents: Incident[] } {
  const incidents = buildIncidents(findings, options);
  const incidentOfFinding = new Map(
    incidents.flatMap(({ id, findings }) => findings.map((each) => [each, id])),
  );
  return {
    findings: lowerCommonCauses(findings).map((finding) => ({
      ...finding,
      incident: incidentOfFinding.get(finding.id) ?? null,
    })),
    incidents,
  };
}

/** Each once, in its newest revision; where two differ under one number, the choice does not depend on the order. */
function newest(findings: readonly Finding[]): Finding[] {
  const known = new Map<string, Finding>();
  for (const finding of findings) {
    const other = known.get(finding.id);
    if (!other || isNewer(finding, other)) known.set(finding.id, finding);
  }
  return [...known.values()];
}

const isNewer = (a: Finding, b: Finding): boolean =>
  a.revision !== b.revision
    ? a.revision > b.revision
    : a !== b && compareText(JSON.stringify(a), JSON.stringify(b)) > 0;

/** Of an incident whose earliest finding it is. */
export const incidentId = (finding: Pick<Finding, 'id'>): string =>
  `inc-${bytesToHex(sha256(utf8ToBytes(finding.id))).slice(0, 16)}`;

/**
 * Tells findings as one story.
 *
 * @param thread in order of time
 */
export function incidentOf(
  thread: readonly [Finding, ...Finding[]],
  { gapHours }: Pick<ThreadOptions, 'gapHours'> = threadDefaults,
): Incident {
  const [first] = thread;
  const told = tellingOf(thread);
  const whole = severityOfTheWhole(thread, gapHours);
  const facts = {
    actors: distinct(thread.flatMap(({ actor }) => actor?.principal ?? [])),
    secrets: distinct(thread.flatMap(({ secret }) => secret?.name ?? [])),
    findings: thread.map(({ id }) => id),
  };
  return {
    id: incidentId(first),
    ...whole,
    title: incidentTitle(told, new Set(thread.filter(isIdentity).map(subjectOf)).size),
    summary: incidentSummary(told, whole, facts),
    firstSeen: first.firstSeen,
    lastSeen: thread.reduce<string | null>((latest, { lastSeen }) => later(latest, lastSeen), null),
    stages: told.map(({ id, detector, firstSeen, title }) => ({
      stage: stageOf(detector),
      at: firstSeen,
      title,
      finding: id,
    })),
    ...facts,
    evidence: sharedEvidence(thread),
    detectors: distinct(thread.map(({ detector }) => detector)),
  };
}

/**
 * Of each detector and identity the gravest finding, the earliest of those: a habit that is found each day is told once.
 * In order of time, then of stages.
 */
function tellingOf(thread: readonly [Finding, ...Finding[]]): readonly [Finding, ...Finding[]] {
  const gravest = new Map<string, Finding>();
  for (const finding of thread) {
    const key = `${finding.detector} ${subjectOf(finding)}`;
    const known = gravest.get(key);
    if (!known || compareSeverity(finding.severity, known.severity) > 0) gravest.set(key, finding);
  }
  const [first = thread[0], ...others] = [...gravest.values()].sort(
    (a, b) =>
      compareText(a.firstSeen ?? '~', b.firstSeen ?? '~') ||
      stages.indexOf(stageOf(a.detector)) - stages.indexOf(stageOf(b.detector)) ||
      byTime(a, b),
  );
  return [first, ...others];
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];

const later = (a: string | null, b: string | null): string | null =>
  a !== null && (b === null || a > b) ? a : b;

/** Event ids of all findings in their order, an equal share of each where they are more than fit. */
function sharedEvidence(thread: readonly Finding[]): string[] {
  const chosen = new Set<string>();
  const longest = thread.reduce((most, { evidence }) => Math.max(most, evidence.length), 0);
  for (let place = 0; place < longest && chosen.size < evidenceLimit; place += 1) {
    for (const { evidence } of thread) {
      const id = evidence[place];
      if (id !== undefined && chosen.size < evidenceLimit) chosen.add(id);
    }
  }
  return distinct(thread.flatMap(({ evidence }) => evidence.filter((id) => chosen.has(id))));
}
