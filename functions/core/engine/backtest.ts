import { suppressionOf } from '../contracts/suppression.ts';
import type { Suppression } from '../model/contract-settings.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import type { Settings } from '../model/settings.ts';
import { gravestOf, isAtLeast, type Severity } from '../model/severity.ts';
import { byTime } from './incident-threads.ts';
import { buildIncidents } from './incidents.ts';
import type { Judged } from './judge-all.ts';

/** What some settings make of the events, and the suppressions that they hold findings back by. */
export interface BacktestSide extends Judged {
  readonly settings: Pick<Settings, 'suppressions' | 'networks'>;
}

export interface Changed<Item> {
  readonly before: Item;
  readonly after: Item;
}

export interface Difference<Item> {
  readonly gained: readonly Item[];
  readonly lost: readonly Item[];
  /** In severity, or in what they are made of. */
  readonly changed: readonly Changed<Item>[];
}

/** What a suppression would hold back. */
export interface Hidden {
  /** `undefined`: what only all of them together hold back. */
  readonly suppression: Suppression | undefined;
  /** In order of time. */
  readonly findings: readonly Finding[];
  /** Those of them that are at the threshold or above, and that the old settings do not hold back. */
  readonly grave: readonly Finding[];
  /** Those at the threshold or above that the old settings hold back already. */
  readonly already: readonly Finding[];
  /**
   * Incidents at the threshold or above, of whose findings nothing that reaches it would be left, though none of these
   * need be that grave alone. Without those that the old settings hold back.
   */
  readonly incidents: readonly Incident[];
}

export interface Backtest {
  readonly findings: Difference<Finding>;
  readonly incidents: Difference<Incident>;
  /** One for each suppression of the new settings, and one for all together where that hides more. */
  readonly hidden: readonly Hidden[];
  /** Something at the threshold or above is hidden that was not hidden before. */
  readonly hidesSomething: boolean;
  /** Findings at the threshold or above that the new settings lose, or make milder than it. */
  readonly missed: readonly Finding[];
}

/**
 * Compares what two settings make of the same events, and says what the suppressions of the new ones would hold back.
 *
 * @param failOn the threshold of what matters
 */
export function compareJudgements(before: BacktestSide, after: BacktestSide, failOn: Severity): Backtest {
  const findings = differenceOf(before.findings, after.findings, sameFinding, isSameFinding);
  const milder = findings.changed.filter(
    (change) => isAtLeast(change.before.severity, failOn) && !isAtLeast(change.after.severity, failOn),
  );
  const hidden = hiddenBy(before, after, failOn);
  return {
    findings,
    incidents: differenceOf(before.incidents, after.incidents, sameIncident, isSameIncident),
    hidden,
    hidesSomething: hidden.some(({ grave, incidents }) => grave.length + incidents.length > 0),
    missed: [
      ...findings.lost.filter(({ severity }) => isAtLeast(severity, failOn)),
      ...milder.map((change) => change.before),
    ].sort(byTime),
  };
}

/** Pairs the items of two lists. */
type Pairing<Item> = (before: readonly Item[], after: readonly Item[]) => ReadonlyMap<Item, Item>;

function differenceOf<Item>(
  before: readonly Item[],
  after: readonly Item[],
  pairsOf: Pairing<Item>,
  isSame: (a: Item, b: Item) => boolean,
): Difference<Item> {
  const pairs = pairsOf(before, after);
  const kept = new Set(pairs.values());
  return {
    gained: after.filter((item) => !kept.has(item)),
    lost: before.filter((item) => !pairs.has(item)),
    changed: [...pairs]
      .map(([old, now]) => ({ before: old, after: now }))
      .filter((pair) => !isSame(pair.before, pair.after)),
  };
}

/** A finding has the same id whatever the settings: that of detector, group and day. */
const sameFinding: Pairing<Finding> = (before, after) => {
  const byId = new Map(after.map((finding) => [finding.id, finding]));
  return new Map(
    before.flatMap((finding) => {
      const now = byId.get(finding.id);
      return now ? [[finding, now] as const] : [];
    }),
  );
};

const isSameFinding = (a: Finding, b: Finding): boolean => a.severity === b.severity && a.count === b.count;

/** The id of an incident goes with its earliest finding, so those without a namesake are known by a finding they share. */
const sameIncident: Pairing<Incident> = (before, after) => {
  const byId = new Map(after.map((incident) => [incident.id, incident]));
  const byFinding = new Map(
    after.flatMap((incident) => incident.findings.map((id) => [id, incident] as const)),
  );
  const pairs = new Map<Incident, Incident>();
  const taken = new Set<Incident>();
  const pair = (incident: Incident, now: Incident | undefined) => {
    if (!now || taken.has(now) || pairs.has(incident)) return;
    pairs.set(incident, now);
    taken.add(now);
  };
  for (const incident of before) pair(incident, byId.get(incident.id));
  for (const incident of before) for (const id of incident.findings) pair(incident, byFinding.get(id));
  return pairs;
};

const isSameIncident = (a: Incident, b: Incident): boolean =>
  a.severity === b.severity &&
  a.findings.length === b.findings.length &&
  a.findings.every((id, index) => id === b.findings[index]);

function hiddenBy(before: BacktestSide, after: BacktestSide, failOn: Severity): Hidden[] {
  const { suppressions } = after.settings;
  const alreadyHidden = new Set(heldBack(before, before.settings.suppressions).map(({ id }) => id));
  const oldIncidents = new Set(
    unreachable(before.incidents, before.findings, alreadyHidden, failOn).flatMap(({ findings }) => findings),
  );
  const by = (chosen: readonly Suppression[], suppression: Suppression | undefined): Hidden => {
    const findings = heldBack(after, chosen).sort(byTime);
    const ids = new Set(findings.map(({ id }) => id));
    const grave = findings.filter(({ severity }) => isAtLeast(severity, failOn));
    return {
      suppression,
      findings,
      grave: grave.filter(({ id }) => !alreadyHidden.has(id)),
      already: grave.filter(({ id }) => alreadyHidden.has(id)),
      incidents: unreachable(after.incidents, after.findings, ids, failOn).filter(
        (incident) => !incident.findings.every((id) => oldIncidents.has(id)),
      ),
    };
  };
  const each = suppressions.map((suppression) => by([suppression], suppression));
  const alone = new Set(each.flatMap(({ incidents }) => incidents));
  const together = by(suppressions, undefined);
  const more = together.incidents.filter((incident) => !alone.has(incident));
  return more.length === 0 ? each : [...each, { ...together, grave: [], already: [], incidents: more }];
}

/** Each suppression is looked at for itself, so that none hides behind another that matches first. */
const heldBack = ({ findings, settings }: BacktestSide, suppressions: readonly Suppression[]): Finding[] =>
  findings.filter((finding) => suppressionOf(finding, suppressions, settings.networks) !== undefined);

/** Incidents that reach the threshold, and would not by the findings that are left of them. */
function unreachable(
  incidents: readonly Incident[],
  findings: readonly Finding[],
  hidden: ReadonlySet<string>,
  failOn: Severity,
): Incident[] {
  if (hidden.size === 0) return [];
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return incidents.filter((incident) => {
    if (!isAtLeast(incident.severity, failOn) || !incident.findings.some((id) => hidden.has(id)))
      return false;
    const left = incident.findings.flatMap((id) => (hidden.has(id) ? [] : (byId.get(id) ?? [])));
    return !isAtLeast(gravestOf(buildIncidents(left).map(({ severity }) => severity)), failOn);
  });
}
