import type { Suppression } from '../model/contract-settings.ts';
import type { Finding } from '../model/finding.ts';
import type { Networks } from '../model/named-settings.ts';
import { matchesGlob } from './glob.ts';
import { compilePrincipal } from './identities.ts';
import { createNetworkMap } from './networks.ts';

/**
 * The suppression that holds back a finding: the first that matches it and has not ended before the finding's last
 * event. A finding without a time is held back always.
 */
export function suppressionOf(
  finding: Finding,
  suppressions: readonly Suppression[],
  networks: Networks,
): Suppression | undefined {
  return suppressions.find(
    (suppression) => !endedBefore(suppression, finding) && matches(finding, suppression, networks),
  );
}

export interface ExpiredSuppression {
  readonly suppression: Suppression;
  /** What it would hold back, had it not ended. */
  readonly findings: readonly Finding[];
}

/**
 * Suppressions that have ended and whose findings go on.
 *
 * @param now milliseconds
 */
export function expiredSuppressions(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
  now: number,
  networks: Networks,
): ExpiredSuppression[] {
  return suppressions
    .filter(({ until }) => Date.parse(until) < now)
    .map((suppression) => ({
      suppression,
      findings: findings.filter(
        (finding) => endedBefore(suppression, finding) && matches(finding, suppression, networks),
      ),
    }))
    .filter((expired) => expired.findings.length > 0);
}

function endedBefore({ until }: Suppression, { firstSeen, lastSeen }: Finding): boolean {
  const seen = lastSeen ?? firstSeen;
  return seen !== null && Date.parse(seen) > Date.parse(until);
}

/** All that it names must be so: a finding about several secrets is about none that a suppression can name. */
function matches(finding: Finding, { match }: Suppression, networks: Networks): boolean {
  const { detector, secret, principal, network } = match;
  if (detector !== undefined && finding.detector !== detector) return false;
  if (secret !== undefined && !(finding.secret && matchesGlob(secret, finding.secret.name))) return false;
  if (principal !== undefined && !(finding.actor && compilePrincipal(principal)(finding.actor.principal)))
    return false;
  return network === undefined || cameOnlyFrom(finding, network, networks);
}

/** The list of origins holds fewer calls than the finding counts where one had none, or not all are known any more. */
function cameOnlyFrom({ origins, count }: Finding, network: string, networks: Networks): boolean {
  if (!Object.hasOwn(networks, network)) return false;
  const located = origins.reduce((sum, origin) => sum + origin.count, 0);
  const map = createNetworkMap(networks);
  return located === count && origins.every((origin) => map.isIn(origin, [network]));
}
