import { type AccessEvent, type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import type { Action } from '../model/cloudtrail-events.ts';
import type { MissingCall } from '../model/missing-call.ts';
import { compareText, sortByTime } from '../order.ts';
import { plural, shortPrincipal } from '../phrases.ts';
import type { CoveredTime } from './covered-time.ts';
import { timesByKey } from './times.ts';

type Timed = AccessEvent & { readonly time: number; readonly secret: SecretRef };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A recovery window is 30 days at most. */
const deletionMs = 31 * dayMs;
/** A rotation that failed is tried again for hours. */
const rotationMs = dayMs;
const decryptMs = 5_000;
/** Two records of one moment may be delivered in different files, minutes apart. */
const deliveryMs = hourMs;
/** Somebody's reads must be recorded in a place so near before and after, or none is missing there. */
const recordedMs = 7 * dayMs;

const idsKept = 100;

const readActions: ReadonlySet<Action> = new Set(['read', 'batch-read']);
/** Secrets Manager also decrypts when a value is written, copied or encrypted with another key. */
const decryptingActions: ReadonlySet<Action> = new Set([
  ...readActions,
  'create',
  'update',
  'put-value',
  'rotate',
  'replicate',
]);
const rotationStarts: ReadonlySet<Action> = new Set(['rotation-started', 'rotate', 'put-value', 'update']);
/** A replica ends when the primary's Region gives it up. */
const deletionCalls: ReadonlySet<Action> = new Set(['delete', 'unreplicate']);
const deletions: ReadonlySet<Action> = new Set(['deletion-started', 'deletion-ended']);

/**
 * Changes and uses of secrets whose call is missing from the evidence, although the evidence covers the time at which it
 * was made. Nothing is claimed where a known gap, or the beginning or end of the evidence, may explain it.
 */
export function missingCalls(events: readonly AccessEvent[], covered: CoveredTime): MissingCall[] {
  const sorted = sortByTime(events);
  const timed = sorted.filter(isTimed);
  return [
    ...deletionsWithoutCall(timed, covered),
    ...decryptsWithoutRead(timed, sorted, covered),
    ...rotationsWithoutStart(timed, covered),
  ].sort(
    (a, b) =>
      compareText(a.time, b.time) || compareText(a.kind, b.kind) || compareText(a.secret.name, b.secret.name),
  );
}

const isTimed = (event: AccessEvent): event is Timed => event.time !== null && event.secret !== null;

function deletionsWithoutCall(events: readonly Timed[], covered: CoveredTime): MissingCall[] {
  // By name alone, because the call may be in the log of another Region, or of the caller's account.
  const calls = timesByKey(
    events
      .filter(({ action, outcome }) => deletionCalls.has(action) && outcome === 'allowed')
      .map(({ secret, time }) => [secret.name, time] as const),
  );
  const missing = events.filter(
    ({ action, secret, time }) =>
      deletions.has(action) &&
      covered.covers(secret.account, secret.region, time - deletionMs, time) &&
      !calls.hasWithin(secret.name, time - deletionMs, time + decryptMs),
  );
  return missingBy(
    missing,
    ({ secret }) => secretKey(secret),
    'deletion-without-call',
    ({ secret, action }) =>
      `The deletion of ${secret.name} ${action === 'deletion-started' ? 'began' : 'ended'}, but the evidence holds no DeleteSecret of it in the 31 days before, which it covers.`,
  );
}

function decryptsWithoutRead(
  events: readonly Timed[],
  all: readonly AccessEvent[],
  covered: CoveredTime,
): MissingCall[] {
  const calls = timesByKey(
    all
      .filter(({ action }) => decryptingActions.has(action))
      .flatMap((event) => secretsOf(event).map((secret) => [pairOf(secret, event), event.time] as const)),
  );
  // What a batch by filters read is not in its record; it may be any secret.
  const batches = timesByKey(
    all
      .filter(({ batch }) => batch?.secrets.length === 0)
      .map(({ actor, time }) => [actor.principal, time] as const),
  );
  // An export of the key's use alone holds no reads, and misses none.
  const reads = timesByKey(
    all.filter(({ action }) => readActions.has(action)).map((event) => [placeOf(event), event.time] as const),
  );
  const missing = events.filter((event) => {
    if (event.action !== 'decrypt' || event.outcome !== 'allowed' || !isOnSomebodysBehalf(event))
      return false;
    const { time } = event;
    return (
      !calls.hasWithin(pairOf(event.secret, event), time - decryptMs, time + decryptMs) &&
      !batches.hasWithin(event.actor.principal, time - decryptMs, time + decryptMs) &&
      reads.hasWithin(placeOf(event), time - recordedMs, time) &&
      reads.hasWithin(placeOf(event), time, time + recordedMs) &&
      covered.covers(event.account, event.region, time - deliveryMs, time + deliveryMs)
    );
  });
  return missingBy(
    missing,
    (event) => `${pairOf(event.secret, event)} ${Math.floor(event.time / dayMs)}`,
    'decrypt-without-read',
    ({ secret, actor }, count) =>
      `Secrets Manager decrypted ${secret.name} for ${shortPrincipal(actor.principal)} ${count === 1 ? 'once' : plural(count, 'time')} that day without a call by it in the evidence, such as GetSecretValue, within ${decryptMs / 1000} seconds.`,
  );
}

/** By KMS's word; not for a principal of another account, whose own trail holds the read. */
const isOnSomebodysBehalf = ({ actor, secret, account }: Timed): boolean =>
  actor.viaService === 'secretsmanager.amazonaws.com' &&
  actor.kind !== 'service' &&
  actor.kind !== 'unknown' &&
  actor.account === secret.account &&
  account === secret.account;

function rotationsWithoutStart(events: readonly Timed[], covered: CoveredTime): MissingCall[] {
  const starts = timesByKey(
    events
      .filter(({ action }) => rotationStarts.has(action))
      .map(({ secret, time }) => [secretKey(secret), time] as const),
  );
  const missing = events.filter(
    ({ action, secret, time }) =>
      action === 'rotation-succeeded' &&
      covered.covers(secret.account, secret.region, time - rotationMs, time) &&
      !starts.hasWithin(secretKey(secret), time - rotationMs, time),
  );
  return missingBy(
    missing,
    ({ id }) => id,
    'rotation-without-start',
    ({ secret }) =>
      `A rotation of ${secret.name} succeeded, but the evidence holds neither its start nor a new value in the 24 hours before, which it covers.`,
  );
}

const placeOf = ({ account, region }: AccessEvent): string => `${account} ${region}`;

const pairOf = (secret: SecretRef, { actor }: AccessEvent): string =>
  `${secretKey(secret)} ${actor.principal}`;

/** @param events in order of time */
function missingBy(
  events: readonly Timed[],
  groupOf: (event: Timed) => string,
  kind: MissingCall['kind'],
  explain: (first: Timed, count: number) => string,
): MissingCall[] {
  return [...Map.groupBy(events, groupOf).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { name, account, region } = first.secret;
    return [
      {
        kind,
        secret: { name, account, region },
        time: new Date(first.time).toISOString(),
        eventIds: group.slice(0, idsKept).map(({ id }) => id),
        explanation: explain(first, group.length),
      },
    ];
  });
}
