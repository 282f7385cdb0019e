import { secretKey } from '../model/access-event.ts';
import type { Finding } from '../model/finding.ts';
import { isAtLeast } from '../model/severity.ts';
import { compareText } from '../order.ts';

export interface ThreadOptions {
  /** Longest pause between two findings of one identity. */
  readonly gapHours: number;
  /** Longest pause between two findings about one secret by different identities: coincidence is likelier there. */
  readonly secretGapHours: number;
  /** A thread takes up nothing that begins more days after it began. */
  readonly days: number;
  /** A secret joins at most so many identities: what everybody reads connects nobody. */
  readonly identities: number;
}

export const threadDefaults: ThreadOptions = { gapHours: 24, secretGapHours: 6, days: 14, identities: 5 };

const hourMs = 3_600_000;

interface Thread {
  /** The thread that this one became a part of. */
  mergedInto?: Thread;
  readonly begins: number;
  readonly identities: Set<string>;
  readonly findings: Finding[];
}

/** The last thread about an identity or a secret, and when the last finding in it ended. */
interface Trace {
  readonly thread: Thread;
  readonly ends: number;
}

/**
 * Sorts findings into threads, each in order of time.
 *
 * Findings are taken in order of time. One joins the thread of its own identity where that is at most `gapHours` old,
 * and, if it is at least low, the thread about its one secret where that is at most `secretGapHours` old; where these
 * are two, they become one. Not where that thread began more than `days` before, and not by a secret where it would
 * then have more than `identities`.
 *
 * Because nothing is looked at but what began earlier, a finding that comes later never takes a thread apart.
 *
 * @param findings each once
 */
export function threadsOf(findings: readonly Finding[], options: ThreadOptions): Finding[][] {
  const dated = findings.filter(({ firstSeen }) => firstSeen !== null).sort(byTime);
  const undated = findings.filter(({ firstSeen }) => firstSeen === null).sort(byTime);
  const threads: Thread[] = [];
  const bySubject = new Map<string, Trace>();
  const bySecret = new Map<string, Trace>();

  for (const finding of dated) {
    const { begins, ends } = timesOf(finding);
    const reachable = (trace: Trace | undefined, gapHours: number): Thread | undefined => {
      if (!trace || begins - trace.ends > gapHours * hourMs) return undefined;
      const thread = rootOf(trace.thread);
      return begins - thread.begins <= options.days * 24 * hourMs ? thread : undefined;
    };
    const subject = subjectOf(finding);
    const secret =
      finding.secret && isAtLeast(finding.severity, 'low') ? secretKey(finding.secret) : undefined;
    const own = reachable(bySubject.get(subject), options.gapHours);
    const about = secret === undefined ? undefined : reachable(bySecret.get(secret), options.secretGapHours);

    const identities = new Set(isIdentity(finding) ? [subject] : []);
    let thread = own ?? { begins, identities, findings: [] };
    if (about && about !== thread && fits(about, thread, options)) thread = merged(about, thread);
    else if (!own) threads.push(thread);
    thread.findings.push(finding);

    bySubject.set(subject, { thread, ends: own ? later(ends, bySubject.get(subject)) : ends });
    // A newcomer for whom there was no room leaves the thread about the secret as it is.
    if (secret !== undefined && (!about || rootOf(about) === thread)) {
      bySecret.set(secret, { thread, ends: about ? later(ends, bySecret.get(secret)) : ends });
    }
  }
  return [
    ...threads.filter(({ mergedInto }) => !mergedInto).map((thread) => thread.findings.toSorted(byTime)),
    ...Map.groupBy(undated, subjectOf).values(),
  ];
}

/** In order of time, then id; those without a time last. */
export const byTime = (a: Finding, b: Finding): number =>
  compareText(a.firstSeen ?? '~', b.firstSeen ?? '~') || compareText(a.id, b.id);

/** Milliseconds; of findings that have a time. */
export function timesOf({ firstSeen, lastSeen }: Finding): { begins: number; ends: number } {
  const begins = Date.parse(firstSeen ?? '');
  return { begins, ends: lastSeen === null ? begins : Math.max(begins, Date.parse(lastSeen)) };
}

/** A service acts for many, and `unknown` is anybody: they identify nobody. */
export const isIdentity = ({ actor }: Finding): boolean =>
  actor !== null && actor.kind !== 'service' && actor.kind !== 'unknown';

/** Whom or what a finding is about: one identity; else its secret; else whoever acted; else only itself. */
export function subjectOf(finding: Finding): string {
  const { actor, secret, id } = finding;
  if (actor && (isIdentity(finding) || !secret)) return `identity ${actor.account}/${actor.principal}`;
  return secret ? `secret ${secretKey(secret)}` : `finding ${id}`;
}

function rootOf(thread: Thread): Thread {
  let root = thread;
  while (root.mergedInto) root = root.mergedInto;
  return root;
}

const fits = (about: Thread, other: Thread, { identities }: ThreadOptions): boolean =>
  new Set([...about.identities, ...other.identities]).size <= identities;

/** The one that began first takes up the other. */
function merged(about: Thread, other: Thread): Thread {
  const [into, from] = about.begins <= other.begins ? [about, other] : [other, about];
  for (const identity of from.identities) into.identities.add(identity);
  for (const finding of from.findings) into.findings.push(finding);
  from.mergedInto = into;
  return into;
}

const later = (ends: number, trace: Trace | undefined): number =>
  Math.max(ends, trace?.ends ?? Number.NEGATIVE_INFINITY);
