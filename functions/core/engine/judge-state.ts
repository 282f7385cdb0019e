import equal from 'fast-deep-equal';
import type * as z from 'zod';
import type { Check, CheckDefinition, CheckStates, CheckSubject, Standing } from '../check.ts';
import { checks } from '../checks/index.ts';
import type { Contracts } from '../contracts/contracts.ts';
import { suppressionOf } from '../contracts/suppression.ts';
import { type SecretRef, secretKey } from '../model/access-event.ts';
import { attackTechniques } from '../model/attack-techniques.ts';
import type { Finding } from '../model/finding.ts';
import type { Mode } from '../model/mode.ts';
import type { Settings } from '../model/settings.ts';
import { compareSeverity, isAtLeast } from '../model/severity.ts';
import type { FindingStore, StoredFinding } from '../ports.ts';
import { consoleLink, findingId } from './finding-merge.ts';

export interface JudgeStateOptions {
  readonly settings: Settings;
  readonly contracts: Pick<Contracts, 'of'>;
  readonly findings: FindingStore;
  /** Milliseconds. */
  readonly now: number;
  /** Of the story that the findings belong to. Without one each stands for itself. */
  readonly incident?: string;
  /** How often at most somebody is told again of what still is so. Default: never. */
  readonly remindMs?: number;
}

/**
 * Lets every check of a kind judge one secret's state, and keeps a finding each: opened when it is so, told again when it
 * becomes another stage or graver or is not settled after a while, resolved when it is over. Idempotent.
 *
 * @returns findings that changed
 */
export async function judgeState<Subject extends CheckSubject>(
  about: Subject,
  secret: SecretRef,
  state: CheckStates[Subject],
  options: JudgeStateOptions,
): Promise<StoredFinding[]> {
  const changed: StoredFinding[] = [];
  for (const { check, standing } of standingsOf(about, state, options.settings, options.now)) {
    if (standing === 'unknown') continue;
    const stored = await keepStanding(check, secret, standing, options);
    if (stored) changed.push(stored);
  }
  return changed;
}

/** Every check of a kind with what it says of a state now; one that is switched off says nothing. */
export const standingsOf = <Subject extends CheckSubject>(
  about: Subject,
  state: CheckStates[Subject],
  { detectors }: Pick<Settings, 'detectors'>,
  now: number,
) =>
  checksAbout(about).map((check) => {
    const { enabled, mode: _, ...params } = detectors[check.id] as { enabled: boolean; mode?: unknown };
    return { check, standing: enabled ? check.judge(state, params, now) : undefined };
  });

/** Ends the findings of a story that another one has followed. */
export async function settleStory(
  about: CheckSubject,
  secret: SecretRef,
  options: JudgeStateOptions & { readonly incident: string },
): Promise<void> {
  for (const check of checksAbout(about)) {
    if (!check.standsAlone) await keepStanding(check, secret, undefined, options);
  }
}

const checksAbout = <Subject extends CheckSubject>(about: Subject) =>
  (checks as readonly Check[]).filter((check) => check.about === about) as unknown as CheckDefinition<
    Subject,
    z.ZodObject
  >[];

type CheckText = Omit<Check, 'judge' | 'about'>;

/**
 * Opens, extends or resolves the one finding of a check about a secret.
 *
 * @param standing `undefined`: it is not so, or no longer
 * @returns what was written, or `undefined` where nothing changes
 */
export async function keepStanding(
  check: CheckText,
  secret: SecretRef,
  standing: Standing | undefined,
  options: JudgeStateOptions,
): Promise<StoredFinding | undefined> {
  const story = check.standsAlone ? '' : (options.incident ?? '');
  const group = `${check.id}|${secretKey(secret)}|${story}`;
  const id = findingId(group, '');
  return options.findings.upsert(id, (existing) =>
    standing
      ? extend(existing, { check, secret, standing, options, group, id })
      : existing && resolve(existing, check, options.now),
  );
}

interface Kept {
  readonly check: CheckText;
  readonly secret: SecretRef;
  readonly standing: Standing;
  readonly options: JudgeStateOptions;
  readonly group: string;
  readonly id: string;
}

function extend(existing: StoredFinding | undefined, kept: Kept): StoredFinding | undefined {
  const { check, secret, standing, options, group, id } = kept;
  const { settings, now } = options;
  const applied = options.contracts.of(secret);
  const open = existing?.finding.status === 'open' ? existing : undefined;
  const severity = standing.severity ?? check.severity;
  const unsuppressed: Finding = {
    id,
    revision: existing?.finding.revision ?? 1,
    status: 'open',
    incident: (check.standsAlone ? undefined : options.incident) ?? null,
    detector: check.id,
    severity,
    title: standing.title,
    explanation: standing.explanation,
    ...(standing.facts && { facts: [...standing.facts] }),
    secret: { arn: secret.arn, name: secret.name, account: secret.account, region: secret.region },
    actor: null,
    firstSeen: open?.finding.firstSeen ?? new Date(standing.since).toISOString(),
    lastSeen: open?.finding.lastSeen ?? null,
    count: standing.count ?? 1,
    evidence: [...(standing.evidence ?? [])],
    origins: [],
    agents: [],
    owner: applied.owner ?? null,
    impact: applied.impact ?? null,
    suppressed: null,
    links: { console: consoleLink(secret), docs: `docs/detectors/${check.id}.md` },
    attack: check.attack.map((technique) => ({
      id: technique,
      name: attackTechniques[technique] ?? technique,
    })),
    advice: (standing.advice ?? check.response).join('\n'),
  };
  const suppression = suppressionOf(unsuppressed, settings.suppressions, settings.networks);
  const suppressed = suppression && {
    id: suppression.id,
    owner: suppression.owner,
    until: suppression.until,
  };
  const mode = (settings.detectors[check.id]?.['mode'] as Mode | undefined) ?? applied.mode;
  const announce =
    !suppressed &&
    mode === 'announce' &&
    (standing.announce === 'always' || isAtLeast(severity, settings.notify.minimumSeverity));
  const finding = suppressed ? { ...unsuppressed, suppressed } : unsuppressed;
  const stage = standing.stage ?? '';
  const isNews =
    !open ||
    open.told?.stage !== stage ||
    (announce && !open.announce) ||
    compareSeverity(severity, open.finding.severity) > 0 ||
    (options.remindMs !== undefined && now - (open.told?.at ?? 0) >= options.remindMs);
  const told = isNews
    ? { count: (existing?.told?.count ?? 0) + 1, at: now, stage }
    : (existing?.told ?? { count: 1, at: now, stage });
  const next = { finding, group, announce, mode, events: [], distinct: 1, told };
  if (!existing) return { ...next, finding: { ...finding, lastSeen: new Date(now).toISOString() } };
  if (!isNews && equal(finding, existing.finding) && announce === existing.announce) return undefined;
  return {
    ...next,
    finding: {
      ...finding,
      revision: existing.finding.revision + 1,
      lastSeen: new Date(now).toISOString(),
    },
  };
}

function resolve(existing: StoredFinding, check: CheckText, now: number): StoredFinding | undefined {
  const { finding, told } = existing;
  if (finding.status !== 'open') return undefined;
  const at = new Date(now).toISOString();
  return {
    ...existing,
    told: {
      count: (told?.count ?? 0) + (check.tellsResolution && existing.announce ? 1 : 0),
      at: now,
      stage: 'resolved',
    },
    finding: {
      ...finding,
      status: 'resolved',
      revision: finding.revision + 1,
      lastSeen: at,
      explanation: `No longer so, seen ${at}. It had said: ${finding.explanation}`,
    },
  };
}
