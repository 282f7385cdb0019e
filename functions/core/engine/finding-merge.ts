import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import equal from 'fast-deep-equal';
import type { Contracts } from '../contracts/contracts.ts';
import { suppressionOf } from '../contracts/suppression.ts';
import type { Detector, Evidence } from '../detector.ts';
import { valuesOf } from '../detector.ts';
import {
  type AccessEvent,
  type Actor,
  type Origin,
  type SecretRef,
  secretKey,
  secretsOf,
} from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { attackTechniques } from '../model/attack-techniques.ts';
import type { Finding } from '../model/finding.ts';
import type { Settings } from '../model/settings.ts';
import { isAtLeast } from '../model/severity.ts';
import { compareText, sortByTime } from '../order.ts';
import type { StoredFinding } from '../ports.ts';
import { type Day, findWindows } from './windows.ts';

/** Limits of what one finding carries: DynamoDB's item is at most 400 KB, an SNS message 256 KiB. */
const evidenceLimit = 100;
const evidenceBytes = 200_000;
const listLimit = 20;

export interface FindingGroup {
  readonly detector: Detector;
  /** Parsed by the detector's own schema. */
  readonly params: Record<string, unknown>;
  readonly group: string;
  readonly day: Day;
  /** The detector's own mode, where the settings give it one; else the secret's decides, then the suite's. */
  readonly mode: Settings['mode'] | undefined;
  readonly settings: Settings;
  readonly contracts: Pick<Contracts, 'of'>;
}

/** The same detector, group and day have the same id, whoever judges and how often. */
export const findingId = (group: string, day: Day): string =>
  bytesToHex(sha256(utf8ToBytes(`${group}\n${day}`))).slice(0, 32);

/**
 * Adds events to a finding, or begins one, and takes away those that no longer match; a finding that then does not hold
 * is withdrawn. Idempotent, and independent of the order of calls as long as the evidence fits its limit; beyond it, the
 * earliest events stay and the count means "at least".
 *
 * @param voided keys of events that do not match, or no longer
 * @returns `undefined` where nothing changes
 */
export function mergeFinding(
  existing: StoredFinding | undefined,
  group: FindingGroup,
  events: readonly AssessedEvent[],
  voided: ReadonlySet<string> = new Set(),
): StoredFinding | undefined {
  const before = existing?.events ?? [];
  const kept = before.filter(({ key }) => !voided.has(key));
  const lost = before.length - kept.length;
  const union = sortByTime([...new Map([...kept, ...events].map((event) => [event.key, event])).values()]);
  const [first, ...others] = union;
  const { detector, params, day, settings } = group;
  if (existing && lost > 0 && !holds(union, group)) return withdraw(existing, kept);
  if (!first || (existing?.finding.status === 'withdrawn' && !holds(union, group))) return undefined;

  // What a withdrawn finding counted is no part of one that holds again.
  const base = existing?.finding.status === 'open' ? existing : undefined;
  const count = detector.count(params, first);
  const { distinct: dimension = 'event' } = count;
  const firstSeen = earliest(first.time, lost > 0 ? undefined : base?.finding.firstSeen);
  const lastSeen = latest(union, lost > 0 ? undefined : base?.finding.lastSeen);
  const secret = commonSecret(union);
  const counted = new Set(union.flatMap((event) => valuesOf(event, dimension))).size;
  const evidence: Evidence = {
    events: [first, ...others],
    distinct: lost > 0 ? counted : Math.max(base?.distinct ?? 0, counted),
    count: Math.max(base ? base.finding.count - lost : 0, union.length),
    spanMs: firstSeen && lastSeen ? Date.parse(lastSeen) - Date.parse(firstSeen) : 0,
  };
  const judgement = detector.describe(evidence, params);
  if (!judgement) return existing && withdraw(existing, kept);
  const shown = capEvidence(union);
  const applied = secret ? group.contracts.of(secret) : undefined;
  const unsuppressed: Finding = {
    id: findingId(group.group, day),
    revision: existing?.finding.revision ?? 1,
    status: 'open',
    incident: existing?.finding.incident ?? null,
    detector: detector.id,
    severity: judgement.severity ?? detector.severity,
    title: judgement.title.slice(0, 300),
    explanation: judgement.explanation.slice(0, 3000),
    secret,
    actor: commonActor(union),
    firstSeen,
    lastSeen,
    count: evidence.count,
    evidence: shown.map(({ id }) => id),
    origins: tally(union.flatMap(({ origin }) => (origin ? shownOrigin(origin) : []))),
    agents: tally(union.flatMap(({ agent }) => (agent.raw ? { family: agent.family, raw: agent.raw } : []))),
    owner: applied?.owner ?? null,
    impact: applied?.impact ?? null,
    suppressed: null,
    links: { console: consoleLink(secret), docs: `docs/detectors/${detector.id}.md` },
    attack: detector.attack.map((id) => ({ id, name: attackTechniques[id] ?? id })),
    advice: detector.response.join('\n'),
  };
  const suppression = suppressionOf(unsuppressed, settings.suppressions, settings.networks);
  const finding: Finding = suppression
    ? {
        ...unsuppressed,
        suppressed: { id: suppression.id, owner: suppression.owner, until: suppression.until },
      }
    : unsuppressed;
  const mode = group.mode ?? applied?.mode ?? settings.mode;
  const announce =
    !suppression &&
    mode === 'announce' &&
    (judgement.announce === 'always' || isAtLeast(finding.severity, settings.notify.minimumSeverity));
  const next: StoredFinding = {
    finding,
    group: group.group,
    announce,
    mode,
    events: shown,
    distinct: evidence.distinct,
  };
  if (!existing) return next;
  // Not by their texts: a store may give fields back in another order than it got them, as DynamoDB does.
  if (equal(next.finding, existing.finding) && announce === existing.announce) return undefined;
  return { ...next, finding: { ...finding, revision: existing.finding.revision + 1 } };
}

/** Whether events of one group still amount to a finding on that day. */
function holds(events: readonly AssessedEvent[], { detector, params, day }: FindingGroup): boolean {
  const [first] = events;
  return first !== undefined && findWindows(events, detector.count(params, first)).has(day);
}

function withdraw(existing: StoredFinding, events: readonly AssessedEvent[]): StoredFinding | undefined {
  const { finding } = existing;
  if (finding.status === 'withdrawn') return undefined;
  return {
    ...existing,
    events,
    finding: {
      ...finding,
      status: 'withdrawn',
      revision: finding.revision + 1,
      explanation: `No longer holds: events that arrived later show that this was usual, or known. It had said: ${finding.explanation}`,
    },
  };
}

/** A public finding names an endpoint or an address, not both. */
const shownOrigin = (origin: Origin): Origin =>
  'vpcEndpoint' in origin ? { vpcEndpoint: origin.vpcEndpoint } : origin;

function capEvidence(events: readonly AssessedEvent[]): AssessedEvent[] {
  const kept: AssessedEvent[] = [];
  let bytes = 0;
  for (const event of events.slice(0, evidenceLimit)) {
    bytes += utf8ToBytes(JSON.stringify(event)).length;
    if (bytes > evidenceBytes && kept.length > 0) break;
    kept.push(event);
  }
  return kept;
}

const timestamp = (time: number): string => new Date(time).toISOString();

function earliest(time: number | null, known: string | null | undefined): string | null {
  const candidates = [...(time === null ? [] : [timestamp(time)]), ...(known ? [known] : [])];
  return candidates.sort()[0] ?? null;
}

function latest(events: readonly AccessEvent[], known: string | null | undefined): string | null {
  const times = events.flatMap(({ time }) => time ?? []);
  const candidates = [
    ...(times.length > 0 ? [timestamp(times.reduce((a, b) => Math.max(a, b)))] : []),
    ...(known ? [known] : []),
  ];
  return candidates.sort().at(-1) ?? null;
}

/** The one secret that all events are about; `null` where they are several, or none is named. */
function commonSecret(events: readonly AccessEvent[]): SecretRef | null {
  const secrets = new Map<string, SecretRef>();
  for (const secret of events.flatMap(secretsOf)) {
    const key = secretKey(secret);
    // A full ARN, once seen, is kept: names and partial ARNs say less.
    if (secret.arn || !secrets.has(key)) secrets.set(key, secret);
    if (secrets.size > 1) return null;
  }
  const [secret] = secrets.values();
  return secret
    ? { arn: secret.arn, name: secret.name, account: secret.account, region: secret.region }
    : null;
}

function commonActor(events: readonly AccessEvent[]): Pick<Actor, 'principal' | 'kind' | 'account'> | null {
  const actors = new Map(events.map(({ actor }) => [`${actor.account} ${actor.principal}`, actor]));
  const [actor] = actors.values();
  return actors.size === 1 && actor
    ? { principal: actor.principal, kind: actor.kind, account: actor.account }
    : null;
}

/** Counts equal values, the most frequent first. */
function tally<Value extends object>(values: readonly Value[]): (Value & { count: number })[] {
  const counts = new Map<string, { value: Value; count: number }>();
  for (const value of values) {
    const key = JSON.stringify(value);
    counts.set(key, { value, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || compareText(keyA, keyB))
    .slice(0, listLimit)
    .map(([, { value, count }]) => ({ ...value, count }));
}

/** Source of the address: the Secrets Manager console of the commercial partition. */
export function consoleLink(secret: Pick<SecretRef, 'name' | 'region'> | null): string | null {
  if (!secret || !/^[a-z]{2}-[a-z]+-\d$/.test(secret.region) || /^(cn|us-gov)-/.test(secret.region))
    return null;
  return `https://${secret.region}.console.aws.amazon.com/secretsmanager/secret?name=${encodeURIComponent(secret.name.toWellFormed())}&region=${secret.region}`;
}
