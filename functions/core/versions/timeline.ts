import { type AccessEvent, secretKey } from '../model/access-event.ts';
import { sortByTime } from '../order.ts';

export const currentStage = 'AWSCURRENT';
const previousStage = 'AWSPREVIOUS';
const pendingStage = 'AWSPENDING';

/** A label came to a version, or left it. */
export interface LabelChange {
  readonly stage: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** `null`: to a version that the log does not name, or to none. */
  readonly versionId: string | null;
  /** The version that it was on right before, where that is known. */
  readonly before: string | null;
  /** The call itself named the version that it took the label from. */
  readonly namesBefore: boolean;
  /** UpdateSecret names a version whether or not it changed the value. */
  readonly isCertain: boolean;
  readonly eventName: string;
  readonly eventId: string;
}

/** By `secretKey`, the changes of each label in order of time. */
export type VersionTimeline = ReadonlyMap<string, ReadonlyMap<string, readonly LabelChange[]>>;

/** A rotation ends so long after its beginning at most. */
const rotationMs = 86_400_000;

/**
 * When each version of each secret had which label, from the calls and service events that moved it. Which version a
 * read got is not in CloudTrail; this is what it is inferred from.
 */
export function versionTimeline(events: readonly AccessEvent[]): VersionTimeline {
  const timeline = new Map<string, ReadonlyMap<string, readonly LabelChange[]>>();
  const bySecret = Map.groupBy(
    sortByTime(events).filter(
      ({ secret, time, outcome, action }) =>
        secret !== null && time !== null && outcome === 'allowed' && movers.has(action),
    ),
    ({ secret }) => (secret ? secretKey(secret) : ''),
  );
  for (const [key, changes] of bySecret) {
    const labels = new Labels();
    for (const event of changes) labels.apply(event);
    timeline.set(key, labels.changes);
  }
  return timeline;
}

const movers: ReadonlySet<AccessEvent['action']> = new Set([
  'create',
  'put-value',
  'update',
  'rotate',
  'move-stage',
  'rotation-succeeded',
]);

class Labels {
  readonly changes = new Map<string, LabelChange[]>();

  apply(event: AccessEvent): void {
    const { versionId, versionStages, versionStage, moveToVersionId, removeFromVersionId } = event.detail;
    switch (event.action) {
      case 'create':
        if (versionId) this.#move(event, currentStage, versionId);
        return;
      case 'put-value':
        for (const stage of versionStages ?? [currentStage]) this.#move(event, stage, versionId ?? null);
        return;
      case 'update':
        if (versionId) this.#move(event, currentStage, versionId, { isCertain: false });
        return;
      case 'rotate':
        if (versionId) this.#move(event, pendingStage, versionId);
        return;
      case 'move-stage':
        if (!versionStage) return;
        this.#move(event, versionStage, moveToVersionId ?? null, {
          ...(removeFromVersionId && { before: removeFromVersionId }),
        });
        return;
      case 'rotation-succeeded':
        this.#rotated(event);
        return;
      default:
        return;
    }
  }

  /** The last step of a rotation is a call of its own, which has moved the label already where it is in the log. */
  #rotated(event: AccessEvent): void {
    const time = event.time ?? 0;
    const current = this.changes.get(currentStage)?.at(-1);
    const pending = this.changes.get(pendingStage)?.at(-1);
    const isPendingOfThis = pending?.versionId && time - pending.time <= rotationMs;
    if (current && time - current.time <= rotationMs && (!isPendingOfThis || current.time >= pending.time))
      return;
    this.#move(event, currentStage, isPendingOfThis ? pending.versionId : null);
  }

  #move(
    event: AccessEvent,
    stage: string,
    versionId: string | null,
    { before, isCertain = true }: { before?: string; isCertain?: boolean } = {},
  ): void {
    const known = this.changes.get(stage) ?? [];
    if (known.length === 0) this.changes.set(stage, known);
    const last = known.at(-1);
    const left = before ?? last?.versionId ?? null;
    known.push({
      stage,
      time: event.time ?? 0,
      versionId,
      before: left,
      namesBefore: before !== undefined,
      isCertain,
      eventName: event.eventName,
      eventId: event.id,
    });
    // AWS moves this label by itself ("UpdateSecretVersionStage" in the Secrets Manager API reference).
    if (stage === currentStage && event.action !== 'create' && (left === null || left !== versionId)) {
      this.#move(event, previousStage, left, { isCertain });
    }
  }
}
