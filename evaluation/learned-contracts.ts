import { judge } from '../functions/core/engine/judge.ts';
import {
  createMemoryFindingStore,
  createMemoryHistoryStore,
  createMemoryWindowStore,
} from '../functions/core/engine/memory-stores.ts';
import { networkOf } from '../functions/core/history/network.ts';
import { draftContracts } from '../functions/core/learn/draft.ts';
import { type DraftSummary, draftYaml, summaryOfDraft } from '../functions/core/learn/draft-yaml.ts';
import { gatherUses } from '../functions/core/learn/uses.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import type { Finding } from '../functions/core/model/finding.ts';
import { parseSettings, type Settings } from '../functions/core/model/settings.ts';
import { isAtLeast } from '../functions/core/model/severity.ts';
import { normaliseCloudTrail } from '../functions/core/normalise/cloudtrail.ts';
import {
  type AttackKind,
  type Grade,
  generateOrganisation,
  type Organisation,
} from './organisation/organisation.ts';

export interface LearnedSize {
  readonly seed: number;
  readonly secrets: number;
  readonly principals: number;
  readonly attacks: (kind: AttackKind) => readonly Grade[];
  readonly learnedDays: number;
  readonly judgedDays: number;
}

/** Longest window of a detector, so that all of them are filled when the judged days begin. */
const warmUpDays = 30;

export interface PeacefulFinding {
  readonly finding: Finding;
  /** Its identity, or a network of its events, was first seen after the learned days. */
  readonly isNew: boolean;
  /** And it says so. */
  readonly saysSo: boolean;
}

export interface LearnedOutcome {
  readonly seed: number;
  readonly draft: DraftSummary;
  /** Findings above low in the peaceful days. */
  readonly peaceful: readonly PeacefulFinding[];
  readonly attacks: readonly {
    readonly id: string;
    readonly story: string;
    /** Detectors that found it, at low or above. */
    readonly foundBy: readonly string[];
  }[];
}

/** Detectors that speak for the contracts. */
export const contractDetectors: ReadonlySet<string> = new Set([
  'outside-contract',
  'contract-rate',
  'announced-access',
]);

/** Learns from an organisation's first days, and judges the next ones by what was learned: in peace, and attacked. */
export async function tryLearnedContracts({ attacks, ...size }: LearnedSize): Promise<LearnedOutcome> {
  const { learnedDays, judgedDays, ...organisation } = size;
  const days = learnedDays + judgedDays;
  const options = { ...organisation, days, quietDays: learnedDays };
  const peace = generateOrganisation({ ...options, attacks: () => [] });
  const quiet = daysOf(peace, 0, learnedDays);
  const peaceful = daysOf(peace, learnedDays, days);
  const learned = quiet.flat();
  const draft = draftContracts(gatherUses(learned), { zone: 'UTC' });
  const settings = parseSettings(withDecoys(draftYaml(draft), peace.decoys), 'contracts.yaml');

  const startsAt = Date.parse(peace.firstDay);
  const isNew = newcomers(learned, peaceful.flat());
  const aboveLow = (await judgeLater(startsAt, quiet, peaceful, settings))
    .filter(({ severity }) => isAtLeast(severity, 'medium'))
    .map((finding) => ({ finding, isNew: isNew(finding), saysSo: saysNew(finding) }));

  const attacked = generateOrganisation({ ...options, attacks });
  const outside = attacked.attacks.filter(({ outsideContract }) => outsideContract);
  // Before the first attack it is the same organisation.
  const found =
    outside.length === 0
      ? []
      : await judgeLater(startsAt, quiet, daysOf(attacked, learnedDays, days), settings);
  return {
    seed: size.seed,
    draft: summaryOfDraft(draft),
    peaceful: aboveLow,
    attacks: outside.map(({ id, story, eventIds }) => {
      const ids = new Set(eventIds);
      const by = found.filter(
        ({ severity, evidence }) => isAtLeast(severity, 'low') && evidence.some((event) => ids.has(event)),
      );
      return { id, story, foundBy: [...new Set(by.map(({ detector }) => detector))].sort() };
    }),
  };
}

const daysOf = (organisation: Organisation, from: number, to: number): AccessEvent[][] =>
  Array.from({ length: to - from }, (_, index) =>
    organisation.recordsOf(from + index).flatMap((record) => normaliseCloudTrail(record) ?? []),
  );

/** What no log tells and every operator knows. */
const withDecoys = (yaml: string, decoys: readonly string[]): string =>
  `${yaml.trimEnd()}\n${decoys.map((name) => `  - {match: {name: ${JSON.stringify(name)}}, decoy: true}\n`).join('')}`;

/** Findings of the later days. */
async function judgeLater(
  startsAt: number,
  quiet: readonly AccessEvent[][],
  later: readonly AccessEvent[][],
  settings: Settings,
): Promise<Finding[]> {
  const findings = createMemoryFindingStore();
  const stores = {
    windows: createMemoryWindowStore(),
    findings,
    history: createMemoryHistoryStore(startsAt),
    settings,
  };
  const warmUp = Math.max(0, quiet.length - warmUpDays);
  await judge(quiet.slice(0, warmUp).flat(), { ...stores, detectors: [] });
  for (const day of [...quiet.slice(warmUp), ...later]) await judge(day, stores);
  const from = new Date(startsAt + quiet.length * 86_400_000).toISOString();
  return findings
    .all()
    .map(({ finding }) => finding)
    .filter(({ status, lastSeen }) => status === 'open' && lastSeen !== null && lastSeen >= from);
}

const actorKey = ({ principal, account }: { readonly principal: string; readonly account: string }): string =>
  `${account}/${principal}`;

/** Whether an identity or a network of a finding was first seen after the learned days. */
function newcomers(learned: readonly AccessEvent[], later: readonly AccessEvent[]) {
  const seen = learned.filter(({ outcome }) => outcome === 'allowed');
  const actors = new Set(seen.map(({ actor }) => actorKey(actor)));
  const networks = new Set(seen.map(({ origin }) => networkOf(origin)));
  const networkOfEvent = new Map(later.map(({ id, origin }) => [id, networkOf(origin)]));
  return ({ actor, evidence }: Finding): boolean =>
    (actor !== null && !actors.has(actorKey(actor))) ||
    evidence.some((id) => {
      const network = networkOfEvent.get(id);
      return network !== undefined && !networks.has(network);
    });
}

const saysNew = ({ title, explanation }: Finding): boolean =>
  /first seen on|not seen before|known of this identity before|nobody here had used/.test(
    `${title} ${explanation}`,
  );
