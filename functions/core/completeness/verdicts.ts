import { type AccessEvent, type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import type { Coverage } from '../model/coverage.ts';
import type { DigestReport } from '../model/digest-report.ts';
import type { Finding } from '../model/finding.ts';
import type { MissingCall } from '../model/missing-call.ts';
import { gravestOf, isAtLeast, type Severity } from '../model/severity.ts';
import { type Doubt, doubts, type Verdict } from '../model/verdict.ts';
import { compareText } from '../order.ts';
import { plural } from '../phrases.ts';
import { type CoveredTime, createCoveredTime } from './covered-time.ts';
import { identityOf, mayHaveRead, unknownBatches, type ValueRead, valueReads } from './value-reads.ts';

export interface VerdictInput {
  /** The distinct events that were judged. */
  readonly events: readonly AccessEvent[];
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  readonly missingCalls: readonly MissingCall[];
  readonly digests: DigestReport | null;
  /** Whether there was too little history at an event to tell what is usual. */
  readonly historyShort: (event: AccessEvent) => boolean;
  /** Whether a contract permits an event. */
  readonly permitted: (event: AccessEvent) => boolean;
}

/** What can be said of each secret that the events name, sorted by account, Region and name. */
export function verdicts(input: VerdictInput): Verdict[] {
  const basis = basisOf(input);
  return [...basis.secrets.values()]
    .map((secret) => verdictOn(secret, basis))
    .sort(
      (a, b) =>
        compareText(a.secret.account, b.secret.account) ||
        compareText(a.secret.region, b.secret.region) ||
        compareText(a.secret.name, b.secret.name),
    );
}

interface Basis extends VerdictInput {
  readonly covered: CoveredTime;
  readonly secrets: ReadonlyMap<string, SecretRef>;
  readonly eventsOf: ReadonlyMap<string, readonly AccessEvent[]>;
  readonly readsOf: ReadonlyMap<string, readonly ValueRead[]>;
  readonly findingsOf: ReadonlyMap<string, readonly Finding[]>;
  readonly batches: readonly AccessEvent[];
}

function basisOf(input: VerdictInput): Basis {
  const secrets = new Map<string, SecretRef>();
  const eventsOf = new Map<string, AccessEvent[]>();
  const secretsByEvent = new Map<string, readonly SecretRef[]>();
  for (const event of input.events) {
    const named = secretsOf(event);
    if (named.length > 0) secretsByEvent.set(event.id, named);
    for (const secret of named) {
      // A name that was only asked for in vain may be anything, and no verdict on it is due.
      if (event.outcome === 'failed' && event.errorCode === 'ResourceNotFoundException') continue;
      const key = secretKey(secret);
      if (!secrets.get(key)?.arn) secrets.set(key, secret);
      append(eventsOf, key, event);
    }
  }
  const findingsOf = new Map<string, Finding[]>();
  for (const finding of input.findings) {
    if (finding.status !== 'open' || !isAtLeast(finding.severity, 'low')) continue;
    const named = finding.secret
      ? [finding.secret]
      : finding.evidence.flatMap((id) => secretsByEvent.get(id) ?? []);
    for (const key of new Set(named.map(secretKey))) append(findingsOf, key, finding);
  }
  return {
    ...input,
    covered: createCoveredTime(input.coverage),
    secrets,
    eventsOf,
    readsOf: Map.groupBy(valueReads(input.events), ({ secret }) => secretKey(secret)),
    findingsOf,
    batches: unknownBatches(input.events),
  };
}

function append<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function verdictOn(secret: SecretRef, basis: Basis): Verdict {
  const key = secretKey(secret);
  const reads = basis.readsOf.get(key) ?? [];
  const found = basis.findingsOf.get(key) ?? [];
  const reasons = doubtsAbout(secret, basis);
  const lastRead = reads.reduce(
    (last, { event }) => Math.max(last, event.time ?? Number.NEGATIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  );
  const gravest = gravestOf(found.map(({ severity }) => severity));
  const unknown = doubts.flatMap((doubt) => reasons.get(doubt) ?? []).join('; ');
  return {
    secret: { name: secret.name, account: secret.account, region: secret.region },
    verdict: found.length > 0 ? 'findings' : reasons.size > 0 ? 'cannot know' : 'clean',
    because: found.length > 0 ? describeFindings(found.length, gravest) : unknown,
    doubts: doubts.filter((doubt) => reasons.has(doubt)),
    findings: found.length,
    gravest: found.length > 0 ? gravest : null,
    reads: reads.length,
    readers: new Set(reads.map(({ event }) => identityOf(event))).size,
    lastRead: Number.isFinite(lastRead) ? new Date(lastRead).toISOString() : null,
  };
}

/** `2 findings, the gravest high`. */
const describeFindings = (count: number, gravest: Severity): string =>
  count === 1 ? `a finding, ${gravest}` : `${count} findings, the gravest ${gravest}`;

function doubtsAbout(secret: SecretRef, basis: Basis): ReadonlyMap<Doubt, string> {
  const found = new Map<Doubt, string>();
  const { account, region } = secret;
  const gaps = basis.covered.place(account, region)?.gaps ?? [];
  const hours = gaps.reduce((sum, gap) => sum + gap.hours, 0);
  if (hours > 0) {
    found.set('gap', `no record of ${account} ${region} for ${plural(hours, 'hour')}, from ${gaps[0]?.from}`);
  }
  const faults = (basis.digests?.faults ?? []).filter(
    (fault) => fault.account === account && fault.region === region,
  );
  if (faults.length > 0) {
    found.set('digests', `the digests do not vouch for its logs (${plural(faults.length, 'fault')})`);
  }
  const key = secretKey(secret);
  const calls = basis.missingCalls.filter((call) => secretKey({ ...call.secret, arn: null }) === key);
  if (calls[0]) found.set('missing call', calls[0].explanation);
  const batches = basis.batches.filter((batch) => mayHaveRead(batch, secret));
  if (batches.length > 0) {
    found.set(
      'batch',
      `${plural(batches.length, 'batch call')} by filters may have read it: the log does not say which secrets they returned`,
    );
  }
  const events = basis.eventsOf.get(key) ?? [];
  const unjudged = events.filter((event) => basis.historyShort(event) && !basis.permitted(event)).length;
  if (unjudged > 0) {
    found.set(
      'history',
      `too little history to tell what is usual for ${unjudged === events.length ? 'its' : `${unjudged} of its`} ${plural(events.length, 'event')}`,
    );
  }
  return found;
}
