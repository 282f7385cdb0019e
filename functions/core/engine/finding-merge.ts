import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import equal from 'fast-deep-equal';
import type { Detector, Evidence } from '../detector.ts';
import { valuesOf } from '../detector.ts';
import { type AccessEvent, type Actor, type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import { attackTechniques } from '../model/attack-techniques.ts';
import type { Finding } from '../model/finding.ts';
import type { StoredFinding } from '../ports.ts';
import { compareText, sortByTime } from './order.ts';
import type { Day } from './windows.ts';

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
  readonly announce: boolean;
}

/** The same detector, group and day have the same id, whoever judges and how often. */
export const findingId = (group: string, day: Day): string =>
  bytesToHex(sha256(utf8ToBytes(`${group}\n${day}`))).slice(0, 32);

/**
 * Adds events to a finding, or begins one. Idempotent, and independent of the order of calls as long as the
 * evidence fits its limit; beyond it, the earliest events stay and the count means "at least".
 *
 * @returns `undefined` where the events add nothing
 */
export function mergeFinding(
  existing: StoredFinding | undefined,
  { detector, params, group, day, announce }: FindingGroup,
  events: readonly AccessEvent[],
): StoredFinding | undefined {
  const known = new Map([...(existing?.events ?? []), ...events].map((event) => [event.key, event]));
  const union = sortByTime([...known.values()]);
  const [first, ...others] = union;
  if (!first) return undefined;

  const { distinct: dimension = 'event' } = detector.count(params);
  const firstSeen = earliest(first.time, existing?.finding.firstSeen);
  const lastSeen = latest(union, existing?.finding.lastSeen);
  const secret = commonSecret(union);
  const evidence: Evidence = {
    events: [first, ...others],
    distinct: Math.max(
      existing?.distinct ?? 0,
      new Set(union.flatMap((event) => valuesOf(event, dimension))).size,
    ),
    count: Math.max(existing?.finding.count ?? 0, union.length),
    spanMs: firstSeen && lastSeen ? Date.parse(lastSeen) - Date.parse(firstSeen) : 0,
  };
  const judgement = detector.describe(evidence, params);
  const kept = capEvidence(union);
  const finding: Finding = {
    id: findingId(group, day),
    revision: existing?.finding.revision ?? 1,
    detector: detector.id,
    severity: judgement.severity ?? detector.severity,
    title: judgement.title.slice(0, 300),
    explanation: judgement.explanation.slice(0, 3000),
    secret,
    actor: commonActor(union),
    firstSeen,
    lastSeen,
    count: evidence.count,
    evidence: kept.map(({ id }) => id),
    origins: tally(union.flatMap(({ origin }) => origin ?? [])),
    agents: tally(union.flatMap(({ agent }) => (agent.raw ? { family: agent.family, raw: agent.raw } : []))),
    owner: null,
    links: { console: consoleLink(secret), docs: `docs/detectors/${detector.id}.md` },
    attack: detector.attack.map((id) => ({ id, name: attackTechniques[id] ?? id })),
    advice: detector.response.join('\n'),
  };
  const next: StoredFinding = { finding, group, announce, events: kept, distinct: evidence.distinct };
  if (!existing) return next;
  // Not by their texts: a store may give fields back in another order than it got them, as DynamoDB does.
  if (equal(next.finding, existing.finding) && announce === existing.announce) return undefined;
  return { ...next, finding: { ...finding, revision: existing.finding.revision + 1 } };
}

function capEvidence(events: readonly AccessEvent[]): AccessEvent[] {
  const kept: AccessEvent[] = [];
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
function consoleLink(secret: SecretRef | null): string | null {
  if (!secret || !/^[a-z]{2}-[a-z]+-\d$/.test(secret.region) || /^(cn|us-gov)-/.test(secret.region))
    return null;
  return `https://${secret.region}.console.aws.amazon.com/secretsmanager/secret?name=${encodeURIComponent(secret.name)}&region=${secret.region}`;
}
