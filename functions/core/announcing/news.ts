import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { severityOfTheWhole, stageOf } from '../engine/incident-severity.ts';
import { byTime, isIdentity, subjectOf, threadDefaults } from '../engine/incident-threads.ts';
import type { IncidentAnnouncement } from '../model/announcement.ts';
import type { IncidentRecord } from '../model/incident-record.ts';
import { compareSeverity, isAtLeast, type Severity } from '../model/severity.ts';
import type { StoredIncident } from '../ports.ts';
import { isOfCheck, type Sign } from './sign.ts';

export type Change = IncidentAnnouncement['change'];

/** What there is to hear of an incident. */
export interface Hearing {
  readonly announce: boolean;
  /** `undefined`: all of it is suppressed or only observed. */
  readonly severity: Severity | undefined;
  /**
   * What its findings tell, a line each: something that is told once, how often, and as what. Findings about what is so
   * count by themselves; of the others only who it was, and that they changed something or hid it.
   */
  readonly signature: string;
  /** Those lines for which somebody is to hear of it: that one of several things is over is no reason by itself. */
  readonly calls: string;
}

/** @param signs of the findings that hold */
export function hearingOf(signs: readonly Sign[], minimumSeverity: Severity): Hearing {
  const audible = signs.filter((sign) => sign.audible);
  if (audible.length === 0) return { announce: false, severity: undefined, signature: '', calls: '' };
  const open = audible.filter(({ finding }) => finding.status === 'open');
  const current = open.length > 0 ? open : audible;
  const findings = current.map(({ finding }) => finding).sort(byTime);
  const { severity } = severityOfTheWhole(findings, threadDefaults.gapHours);
  return {
    // What is milder by itself may be grave together.
    announce:
      current.some(({ announce }) => announce) ||
      (!current.some(isOfCheck) && isAtLeast(severity, minimumSeverity)),
    severity,
    signature: signatureOf(audible),
    calls: signatureOf(current),
  };
}

function signatureOf(signs: readonly Sign[]): string {
  const sent = signs.filter(({ announce }) => announce);
  const lines = sent.flatMap(({ finding, told }) => {
    if (told) return `${finding.id.slice(0, 8)} ${told.count} ${told.stage}`;
    const stage = stageOf(finding.detector);
    return stage === 'change' || stage === 'concealment' ? `${stage} 1` : [];
  });
  // Where only the whole is sent it tells of all of them.
  const told = (sent.length > 0 ? sent : signs).map(({ finding }) => finding);
  const identities = told.filter(isIdentity).map((finding) => `${shortHash(subjectOf(finding))} 1`);
  return [...new Set([...lines, ...identities])].sort().join('\n');
}

const shortHash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text))).slice(0, 12);

interface Telling {
  readonly count: number;
  readonly as: string;
}

const tellings = (signature: string): Map<string, Telling> =>
  new Map(
    signature.split('\n').map((line) => {
      const [what = '', count, ...as] = line.split(' ');
      return [what, { count: Number(count) || 0, as: as.join(' ') }];
    }),
  );

/** What is told in `now` and was not in `before`, with what had been told of the same. */
function unheard(before: string, now: string): { readonly was: Telling | undefined; readonly is: Telling }[] {
  const known = tellings(before);
  return [...tellings(now)]
    .map(([what, is]) => ({ was: known.get(what), is }))
    .filter(({ was, is }) => is.count > (was?.count ?? 0));
}

/** What was heard of two incidents that are one now. */
export const joinedSignature = (a: string, b: string): string =>
  [...new Set([...a.split('\n'), ...b.split('\n')])].filter(Boolean).sort().join('\n');

/**
 * Whether somebody is to hear of an incident now: first, when one of its findings is to be sent or all are grave
 * together; then, when it became graver, when it went on to another stage or another identity, when a check tells it
 * again, when it is over or does not hold. More evidence alone disturbs nobody.
 */
export function isNews(
  before: StoredIncident | undefined,
  { record, hearing }: { readonly record: IncidentRecord; readonly hearing: Hearing },
  now: number,
): boolean {
  const { status, snoozed, acknowledged } = record;
  const told = before?.told;
  const isTold = told !== undefined && told.count > 0;
  if (status === 'merged') return false;
  const isSnoozed = snoozed?.until !== undefined && Date.parse(snoozed.until) > now;
  if (before && status === 'withdrawn') {
    return isTold && before.record.status !== 'withdrawn' && !isClosedByPerson(before.record) && !isSnoozed;
  }
  if (!hearing.announce || isClosedByPerson(record)) return false;
  const known = isTold ? told.severity : acknowledged ? before?.record.incident.severity : undefined;
  const isGraver = hearing.severity !== undefined && (!known || compareSeverity(hearing.severity, known) > 0);
  if (isSnoozed) return isGraver && hearing.severity === 'critical';
  if (isGraver) return isTold || status === 'open';
  if (acknowledged || !isTold) return false;
  return before?.record.status === 'withdrawn' || unheard(told.signature, hearing.calls).length > 0;
}

/** As what somebody hears of a revision; `silent` where nobody is to be disturbed. */
export function changeOf(before: StoredIncident | undefined, { record, told }: StoredIncident): Change {
  if (told.count <= (before?.told.count ?? 0)) return 'silent';
  if (record.status !== 'open') return record.status;
  if (!before || before.told.count === 0 || before.record.status === 'withdrawn') return 'new';
  if (compareSeverity(told.severity, before.told.severity) > 0) return 'graver';
  const fresh = unheard(before.told.signature, told.signature);
  return fresh.length > 0 && fresh.every(({ was, is }) => was?.as === is.as) ? 'reminder' : 'more';
}

/** A person said that it is over, and it has not begun again since. */
export const isClosedByPerson = ({ status, history }: IncidentRecord): boolean =>
  status === 'resolved' &&
  history.findLast(({ word }) => word === 'resolve' || word === 'reopen')?.word === 'resolve';
