import { checks } from '../checks/index.ts';
import type { Detector } from '../detector.ts';
import { detectors } from '../detectors/index.ts';
import type { Finding } from '../model/finding.ts';
import type { Stage } from '../model/incident.ts';
import { compareSeverity, gravestOf, isAtLeast, type Severity, severities } from '../model/severity.ts';
import { isIdentity, subjectOf, timesOf } from './incident-threads.ts';

export interface IncidentSeverity {
  readonly severity: Severity;
  /** Why it is graver than each of its findings. */
  readonly because?: string;
}

const known = new Map<string, Pick<Detector, 'stage' | 'severity'>>(
  [...detectors, ...checks].map((each) => [each.id, each]),
);

/** Where in a story the findings of a detector or check stand; `access` for one that is not known here. */
export const stageOf = (detector: string): Stage => known.get(detector)?.stage ?? 'access';

interface Sign {
  readonly detector: string;
  readonly stage: Stage;
  readonly severity: Severity;
  readonly begins: number;
  readonly ends: number;
  readonly evidence: ReadonlySet<string>;
  /** Has events that `evidence` does not hold. */
  readonly isPartial: boolean;
}

interface Rule {
  readonly because: string;
  /** What two signs of one identity, of which one began earlier, amount to together. */
  readonly together: (earlier: Sign, later: Sign) => Severity | undefined;
}

/** The gravest that applies. */
const rules: readonly Rule[] = [
  {
    because: 'the identity that had access also worked against the evidence',
    together: (earlier, later) =>
      isPair(earlier, later, isConcealment, isAccess) || isPair(later, earlier, isConcealment, isAccess)
        ? 'critical'
        : undefined,
  },
  {
    because: 'access followed a search, or refused calls',
    together: (earlier, later) =>
      isPair(earlier, later, isSearch, isAccess) ||
      // A finding about accesses may begin before the search, and go on after it.
      (isPair(later, earlier, isSearch, isAccess) && earlier.ends > later.begins)
        ? oneAbove(gravestOf([earlier.severity, later.severity]))
        : undefined,
  },
];

const isSearch = ({ stage }: Sign): boolean => stage === 'discovery' || stage === 'probing';
const isAccess = ({ stage }: Sign): boolean => stage === 'access';
/** Milder changes of a trail are mostly work on it. */
const isConcealment = ({ stage, severity }: Sign): boolean =>
  stage === 'concealment' && isAtLeast(severity, 'high');

const isPair = (a: Sign, b: Sign, first: (sign: Sign) => boolean, second: (sign: Sign) => boolean): boolean =>
  first(a) && second(b);

/** At most high: only a critical finding, or work against the evidence, makes an incident critical. */
function oneAbove(severity: Severity): Severity {
  if (isAtLeast(severity, 'high')) return severity;
  return severities[severities.indexOf(severity) + 1] ?? severity;
}

/**
 * The severity of the whole: that of the gravest finding, or what two findings amount to together by `rules`, or three by
 * `weakSigns`. They count together where they are of one identity, each at least low and not brought down to that by its
 * detector, at most `gapHours` apart, and each has an event that the other has not; else they are two views of one sign,
 * which the detectors have weighed already.
 *
 * @param findings in order of time
 */
export function severityOfTheWhole(findings: readonly Finding[], gapHours: number): IncidentSeverity {
  let whole: IncidentSeverity = { severity: gravestOf(findings.map(({ severity }) => severity)) };
  const own = Map.groupBy(findings.filter(isSign), subjectOf);
  for (const signs of own.values()) {
    const all = signs.map(signOf);
    for (const grown of [...growth(all, gapHours), ...weakSigns(all, gapHours)]) {
      if (compareSeverity(grown.severity, whole.severity) > 0) whole = grown;
    }
  }
  return whole;
}

/** What its detector has brought down to low is explained, and supports no suspicion. */
function isSign(finding: Finding): boolean {
  const { severity, detector, firstSeen } = finding;
  const least = known.get(detector)?.severity === 'low' || !known.has(detector) ? 'low' : 'medium';
  return isIdentity(finding) && firstSeen !== null && isAtLeast(severity, least);
}

function signOf(finding: Finding): Sign {
  const { detector, severity, evidence, count } = finding;
  const ids = new Set(evidence);
  return {
    detector,
    stage: stageOf(detector),
    severity,
    ...timesOf(finding),
    evidence: ids,
    isPartial: count > ids.size,
  };
}

const weakSignsNeeded = 3;

/** Two low findings of one identity on one day are common in peace; three of different kinds are not. */
function weakSigns(signs: readonly Sign[], gapHours: number): IncidentSeverity[] {
  const latest = new Map<string, Sign>();
  for (const sign of signs) {
    if (sign.ends >= (latest.get(sign.detector)?.ends ?? Number.NEGATIVE_INFINITY)) {
      latest.set(sign.detector, sign);
    }
    const apart: Sign[] = [];
    for (const kind of latest.values()) {
      const isNear = sign.begins - kind.ends <= gapHours * 3_600_000;
      if (isNear && apart.every((other) => areApart(kind, other))) apart.push(kind);
    }
    if (apart.length >= weakSignsNeeded) {
      return [{ severity: 'medium', because: 'several weak signs come together' }];
    }
  }
  return [];
}

/** Compares each sign with the one of each detector and severity that lasted longest: not each with each. */
function* growth(signs: readonly Sign[], gapHours: number): Iterable<IncidentSeverity> {
  const latest = new Map<string, Sign>();
  let worst: Severity = 'info';
  for (const sign of signs) {
    for (const earlier of latest.values()) {
      if (sign.begins - earlier.ends > gapHours * 3_600_000) continue;
      for (const { because, together } of rules) {
        const severity = together(earlier, sign);
        if (!severity || compareSeverity(severity, worst) <= 0 || !areApart(earlier, sign)) continue;
        worst = severity;
        yield { severity, because };
      }
    }
    const key = `${sign.detector} ${sign.severity}`;
    if (sign.ends > (latest.get(key)?.ends ?? Number.NEGATIVE_INFINITY)) latest.set(key, sign);
  }
}

const areApart = (a: Sign, b: Sign): boolean => hasMoreThan(a, b) && hasMoreThan(b, a);

function hasMoreThan(a: Sign, b: Sign): boolean {
  if (a.isPartial) return true;
  for (const id of a.evidence) if (!b.evidence.has(id)) return true;
  return false;
}
