import type { AppliedContract } from '../contracts/applied-contract.ts';
import { durationMs } from '../contracts/duration.ts';
import { type AccessEvent, type SecretRef, secretKey } from '../model/access-event.ts';
import { type RotationRow, type RotationStanding, rotationStandings } from '../model/report.ts';
import { compareText } from '../order.ts';
import { dayOf, daysText } from '../phrases.ts';
import { ageLimitMs } from '../posture/posture-controls.ts';
import { currentStage, versionTimeline } from '../versions/timeline.ts';

const dayMs = 86_400_000;
/** As rotations are warned of; see rotation-policy.ts. */
const warnMs = 14 * dayMs;

export interface ValueChange {
  /** Milliseconds. */
  readonly time: number;
  readonly by: NonNullable<RotationRow['by']>;
}

/** By `secretKey`, when the value last changed as far as the events tell. */
export function valueChanges(events: readonly AccessEvent[]): ReadonlyMap<string, ValueChange> {
  const changes = new Map<string, ValueChange>();
  for (const [key, labels] of versionTimeline(events)) {
    const last = labels.get(currentStage)?.findLast(({ isCertain }) => isCertain);
    if (last) changes.set(key, { time: last.time, by: 'log' });
  }
  return changes;
}

export interface RotationAgesInput {
  readonly secrets: readonly SecretRef[];
  /** The latest of each, from whatever source. */
  readonly changes: ReadonlyMap<string, ValueChange>;
  /** Since when nothing is missing of what would have been a change; milliseconds. */
  readonly unchangedSince: (secret: SecretRef) => number | undefined;
  readonly contractOf: (secret: SecretRef) => AppliedContract;
  readonly now: number;
}

/** Of each secret how old its value is, against what the settings ask; the worst first. */
export const rotationAges = ({ secrets, ...input }: RotationAgesInput): RotationRow[] =>
  secrets.map((secret) => rowOf(secret, input)).sort(worstFirst);

function rowOf(
  secret: SecretRef,
  { changes, unchangedSince, contractOf, now }: Omit<RotationAgesInput, 'secrets'>,
): RotationRow {
  const change = changes.get(secretKey(secret));
  const limit = limitOf(contractOf(secret));
  const { name, account, region } = secret;
  const row = {
    secret: { name, account, region },
    changed: change ? new Date(change.time).toISOString() : null,
    by: change?.by ?? null,
    ageDays: change ? Math.max(0, Math.floor((now - change.time) / dayMs)) : null,
    everyDays: limit === undefined ? null : limit / dayMs,
  };
  if (change) return { ...row, ...standingOf(now - change.time, limit, change.time) };
  const since = unchangedSince(secret);
  if (limit === undefined) return { ...row, standing: 'no policy', because: 'The settings ask for no age.' };
  if (since === undefined) {
    return { ...row, standing: 'not known', because: 'Nothing that was read says when its value changed.' };
  }
  const because = `No change of its value since ${dayOf(since)}, where the evidence begins.`;
  return now - since > limit
    ? { ...row, standing: 'overdue', because: `${because} It may be ${daysText(limit)} old.` }
    : { ...row, standing: 'not known', because };
}

function standingOf(
  age: number,
  limit: number | undefined,
  changed: number,
): { standing: RotationStanding; because: string } {
  if (limit === undefined) return { standing: 'no policy', because: 'The settings ask for no age.' };
  const due = changed + limit;
  if (age > limit) return { standing: 'overdue', because: `Was due on ${dayOf(due)}.` };
  return {
    standing: age > limit - Math.min(warnMs, limit / 4) ? 'due soon' : 'within policy',
    because: `Due on ${dayOf(due)}.`,
  };
}

/** A decoy is there to stay, and posture may be told to let a value grow old. */
function limitOf({ rotation, posture, isDecoy }: AppliedContract): number | undefined {
  if (isDecoy) return undefined;
  if (rotation?.every !== undefined) return durationMs(rotation.every);
  if (posture?.rotation === false && posture.every === undefined) return undefined;
  return ageLimitMs({ posture, rotation });
}

const worstFirst = (a: RotationRow, b: RotationRow): number =>
  rotationStandings.indexOf(a.standing) - rotationStandings.indexOf(b.standing) ||
  (b.ageDays ?? -1) / (b.everyDays ?? 1) - (a.ageDays ?? -1) / (a.everyDays ?? 1) ||
  compareText(a.secret.name, b.secret.name) ||
  compareText(a.secret.account + a.secret.region, b.secret.account + b.secret.region);
