import type { SecretRef } from '../model/access-event.ts';
import { incidentOf, isSwitched, newRecord, type RotationRecord, withStory } from './rotation-record.ts';

/** Who says it, and why; both are kept in the story. */
export interface Attestation {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** A person has seen that a consumer uses the new key, where nothing else can tell. */
export function attestConsumer(
  record: RotationRecord | undefined,
  consumer: string,
  { by, reason, at }: Attestation,
): RotationRecord | undefined {
  if (!isSwitched(record)) return undefined;
  const others = record.attested.filter((each) => each.consumer !== consumer);
  return withStory(
    { ...record, attested: [...others, { consumer, by, reason, at }] },
    at,
    `${by} says that ${consumer} has the new key: ${reason}`,
  );
}

/** A person ends a rotation that cannot be proven, with a reason. Its old key is followed no further. */
export function closeUnproven(
  record: RotationRecord | undefined,
  { by, reason, at }: Attestation,
): RotationRecord | undefined {
  if (!isSwitched(record)) return undefined;
  return withStory(
    { ...record, status: 'closed', closed: { at, because: `${reason} (${by})` } },
    at,
    `closed without proof by ${by}: ${reason}`,
  );
}

/**
 * A person asks for a rotation: its story begins before anything is done, so that whoever owns what uses the key hears of
 * it first.
 */
export function askForRotation(
  record: RotationRecord | undefined,
  secret: SecretRef,
  current: string | null,
  { by, at }: Pick<Attestation, 'by' | 'at'>,
): RotationRecord {
  const open = record?.status === 'open' ? record : newRecord(incidentOf(secret, current), current, record);
  return withStory({ ...open, asked: { by, at } }, at, `${by} asked for a rotation`);
}

/** What was asked for did not begin. */
export function withdrawRequest(
  record: RotationRecord | undefined,
  at: number,
  reason: string,
): RotationRecord | undefined {
  if (record?.status !== 'open' || record.asked === null) return undefined;
  return withStory({ ...record, asked: null }, at, `it did not start: ${reason}`);
}
