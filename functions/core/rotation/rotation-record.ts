import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { type SecretRef, secretKey } from '../model/access-event.ts';
import { keyStandings } from '../model/key-probe.ts';
import type { SecretDescription } from '../model/secret-state.ts';
import { versionWith } from './labels.ts';

const time = z.number().describe('Milliseconds since the epoch');

/**
 * What is remembered of the latest rotation of one secret, besides what its labels say. Labels are the truth: the record
 * adds what they cannot hold. From a switch until its proof `oldVersion` may not be lost.
 */
export const rotationRecordSchema = z.object({
  /** Id of the incident that tells the story; the findings of the rotation share it. */
  incident: z.string(),
  /** `open`: something is to be done. `closed`: proven, or closed by a person with a reason. */
  status: z.enum(['open', 'closed']),
  /** How the current version came to be: by the rotation function, by somebody's PutSecretValue, by a rollback. */
  how: z.enum(['rotation', 'outside', 'rollback']).nullable(),
  /** The version that was current when the story began. */
  oldVersion: z.string().nullable(),
  /** The version that took its place, or is about to. */
  newVersion: z.string().nullable(),
  /** When the label AWSCURRENT moved, as far as known. */
  switchedAt: time.nullable(),
  /** Who asked for the rotation by the command, before it began. */
  asked: z.object({ by: z.string(), at: time }).nullable().default(null),
  /** Names in the issuer's dashboard, where they are known. */
  oldKeyName: z.string().nullable(),
  newKeyName: z.string().nullable(),
  /** The last failure of the rotation function; cleared by a success. */
  problem: z
    .object({
      code: z.string(),
      reason: z.string(),
      version: z.string(),
      first: time,
      last: time,
      count: z.int(),
    })
    .nullable(),
  /** Names of keys that were asked of the issuer and may exist there without being stored anywhere. */
  minting: z.array(z.object({ name: z.string(), at: time, stored: z.boolean() })),
  /** What the issuer last said of the old key. */
  oldKey: z.object({ standing: z.enum(keyStandings), reason: z.string(), at: time }).nullable(),
  oldKeyDeadAt: time.nullable(),
  /** Since when every known consumer has the new key, and the old one may be deactivated. */
  movedAt: time.nullable(),
  /** Incident of the story before, until its findings are settled. */
  former: z.string().nullable().default(null),
  /** Consumers that a person has seen to use the new key. */
  attested: z.array(z.object({ consumer: z.string(), by: z.string(), reason: z.string(), at: time })),
  /** The story, oldest first. */
  story: z.array(z.object({ at: time, what: z.string() })),
  closed: z.object({ at: time, because: z.string() }).nullable(),
});

export type RotationRecord = z.infer<typeof rotationRecordSchema>;

/** Of the story's entries so many are kept: the first and the latest. */
const storyKept = 60;

/** The story of replacing one version has one incident, whoever begins to tell it. */
export const incidentOf = (secret: SecretRef, oldVersion: string | null): string =>
  `rotation-${bytesToHex(sha256(utf8ToBytes(`${secretKey(secret)}\n${oldVersion}`))).slice(0, 16)}`;

/** @param before the record of the story before, if any */
export const newRecord = (
  incident: string,
  oldVersion: string | null,
  before?: RotationRecord,
): RotationRecord => ({
  incident,
  status: 'open',
  how: null,
  oldVersion,
  newVersion: null,
  switchedAt: null,
  asked: null,
  oldKeyName: null,
  newKeyName: null,
  problem: null,
  // Keys that may lie at the issuer unused stay known until somebody has looked.
  minting: before?.minting.filter(({ stored }) => !stored) ?? [],
  former: before && before.incident !== incident ? before.incident : (before?.former ?? null),
  oldKey: null,
  oldKeyDeadAt: null,
  movedAt: null,
  attested: [],
  story: [],
  closed: null,
});

/** Adds to the story; the same words twice in a row are one entry. */
export function withStory(record: RotationRecord, at: number, what: string): RotationRecord {
  if (record.story.at(-1)?.what === what) return record;
  const story = [...record.story, { at, what }];
  return {
    ...record,
    story: story.length > storyKept ? [...story.slice(0, 1), ...story.slice(1 - storyKept)] : story,
  };
}

/** The record of the story that is going on; a new one where the last is closed or nothing is remembered. */
export function openRecord(record: RotationRecord | undefined, secret: SecretDescription): RotationRecord {
  if (record?.status === 'open') return record;
  const current = versionWith('AWSCURRENT', secret) ?? null;
  return newRecord(incidentOf(secret, current), current, record);
}

/** Another version became current, and whether that went well is not proven yet. */
export const isSwitched = (
  record: RotationRecord | null | undefined,
): record is RotationRecord & { readonly status: 'open'; readonly switchedAt: number } =>
  record?.status === 'open' && record.switchedAt !== null;
