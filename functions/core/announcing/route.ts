import type { Check } from '../check.ts';
import { checks } from '../checks/index.ts';
import { matchesGlob } from '../contracts/glob.ts';
import type { Finding } from '../model/finding.ts';
import type { RouteSettings } from '../model/notify-settings.ts';
import type { Settings } from '../model/settings.ts';
import { gravestOf, isAtLeast } from '../model/severity.ts';
import type { StoredIncident } from '../ports.ts';
import { ownerTarget, type Target } from './targets.ts';

/** Of keys: what their owner has to look after. */
const ownersChecks: ReadonlySet<string> = new Set(
  (checks as readonly Check[]).flatMap(({ id, about }) => (about === 'posture' ? [] : id)),
);

/**
 * Names of the targets that hear of an incident: those of every route that matches; email and slack of `notify` where
 * there is no route. Owners hear of the keys that are theirs besides.
 */
export function routeOf(
  { record, told }: Pick<StoredIncident, 'record' | 'told'>,
  findings: readonly Finding[],
  { notify }: Pick<Settings, 'notify'>,
  targets: ReadonlyMap<string, Target>,
): string[] {
  // Who heard of it when it was graver hears too that it is over.
  const severity = gravestOf([record.incident.severity, ...(told.count > 0 ? [told.severity] : [])]);
  const routed =
    notify.routes.length === 0
      ? ['email', 'slack']
      : notify.routes.flatMap(({ match, to }) => {
          const { severity: least } = match;
          if (least && !isAtLeast(severity, least)) return [];
          return findings.some((finding) => matches(finding, match)) ? to : [];
        });
  const owners = findings.flatMap(({ detector, owner }) =>
    owner !== null && ownersChecks.has(detector) ? ownerTarget(owner) : [],
  );
  return [...new Set([...routed, ...owners])].filter((name) => targets.has(name));
}

function matches({ detector, secret, owner }: Finding, match: RouteSettings['match']): boolean {
  const isOne = (patterns: string | string[] | undefined, value: string | null | undefined) =>
    patterns === undefined ||
    (typeof value === 'string' && [patterns].flat().some((pattern) => matchesGlob(pattern, value)));
  return (
    isOne(match.detector, detector) &&
    isOne(match.secret, secret?.name) &&
    (match.owner === undefined || (owner !== null && [match.owner].flat().includes(owner)))
  );
}
