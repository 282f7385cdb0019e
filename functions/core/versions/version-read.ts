import { type AccessEvent, type SecretRef, secretKey } from '../model/access-event.ts';
import { currentStage, type LabelChange, type VersionTimeline } from './timeline.ts';

/** Which version of a secret a call was about. */
export interface VersionRead {
  /** `null`: not known. */
  readonly id: string | null;
  readonly stage: string | null;
  /** Concluded from when labels moved; the call did not name the version. */
  readonly inferred: boolean;
  readonly because: string;
}

const secondMs = 1000;

/**
 * The version that a read got: the one that it named, or the one that had the label then. A read that names neither gets
 * AWSCURRENT.
 *
 * @param secret that was read, where the event is a batch call
 */
export function versionRead(
  event: AccessEvent,
  timeline: VersionTimeline,
  secret: SecretRef | null = event.secret,
): VersionRead {
  const named = event.version;
  if (named?.id) {
    return {
      id: named.id,
      stage: named.stage ?? null,
      inferred: false,
      because: 'the call named the version',
    };
  }
  const stage = named?.stage ?? currentStage;
  const unknown = (because: string): VersionRead => ({ id: null, stage, inferred: false, because });
  if (event.time === null || !secret) return unknown('the call has no time or names no secret');
  const changes = timeline.get(secretKey(secret))?.get(stage) ?? [];
  return (
    labelAt(changes, stage, event.time) ??
    unknown(`when ${stage} was moved last before is not in the evidence`)
  );
}

function labelAt(changes: readonly LabelChange[], stage: string, time: number): VersionRead | undefined {
  const inferred = (id: string, because: string): VersionRead => ({ id, stage, inferred: true, because });
  const unknown = (because: string): VersionRead => ({ id: null, stage, inferred: false, because });
  // CloudTrail stamps whole seconds: within one nobody can say which came first.
  const atOnce = changes.find(
    (change) => sameSecond(change.time, time) && change.before !== change.versionId,
  );
  if (atOnce) return unknown(`${stage} was moved within the same second`);
  const index = changes.findLastIndex((change) => change.time <= time);
  const last = changes[index];
  const next = changes[index + 1];
  if (next?.before && (!last?.versionId || (!last.isCertain && next.namesBefore))) {
    return inferred(next.before, `${stage} was on it until ${next.eventName} at ${timeText(next.time)}`);
  }
  if (last?.versionId) {
    const doubt = last.isCertain
      ? ''
      : `, if that changed the value${last.before ? `; otherwise ${last.before} stayed` : ''}`;
    return inferred(
      last.versionId,
      `${stage} was moved to it by ${last.eventName} at ${timeText(last.time)}${doubt}`,
    );
  }
  return last
    ? unknown(
        `${last.eventName} at ${timeText(last.time)} moved ${stage} to a version that the log does not name`,
      )
    : undefined;
}

const sameSecond = (a: number, b: number): boolean => Math.floor(a / secondMs) === Math.floor(b / secondMs);

const timeText = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');
