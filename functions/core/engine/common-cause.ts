import { detectors } from '../detectors/index.ts';
import type { Finding } from '../model/finding.ts';
import { isAtLeast } from '../model/severity.ts';

const causes = new Map(
  detectors.flatMap(({ id, commonCause }) => (commonCause ? [[id, commonCause] as const] : [])),
);

/**
 * Lowers findings that many identities share at one time: an outage makes everything retry, and one alarm for each
 * service would bury the one that matters. They stay, as low, and say why.
 *
 * @param findings in any order; the result does not depend on it
 */
export function lowerCommonCauses(findings: readonly Finding[]): Finding[] {
  const shared = findings.filter(
    ({ detector, status, firstSeen }) => causes.has(detector) && status === 'open' && firstSeen,
  );
  return findings.map((finding) => {
    const cause = causes.get(finding.detector);
    if (!cause || !finding.firstSeen || !isAtLeast(finding.severity, 'medium')) return finding;
    const reachMs = cause.withinMinutes * 60_000;
    const from = Date.parse(finding.firstSeen) - reachMs;
    const to = Date.parse(finding.lastSeen ?? finding.firstSeen) + reachMs;
    const identities = new Set(
      shared
        .filter(
          ({ firstSeen, lastSeen }) =>
            firstSeen && Date.parse(firstSeen) <= to && Date.parse(lastSeen ?? firstSeen) >= from,
        )
        .map(({ actor }) => actor?.principal),
    );
    if (identities.size < cause.identities) return finding;
    return {
      ...finding,
      severity: 'low',
      explanation: `${finding.explanation} Low instead of ${finding.severity}, because ${identities.size} identities did so at once, as in ${cause.reason}.`,
    };
  });
}
