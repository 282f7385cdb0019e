import { durationMs } from '../contracts/duration.ts';
import type { Rotation } from '../model/contract-settings.ts';

/** The settings' `rotation` of one secret, in milliseconds and with its defaults. */
export interface RotationPolicy {
  readonly provider: string;
  readonly mode: 'staged' | 'minted';
  readonly everyMs: number;
  readonly warnMs: number;
  readonly graceMs: number;
  readonly remindMs: number;
  /** Key of the JSON in the secret that holds the value; a value that is no JSON object is the key itself. */
  readonly field: string;
  /** Label under which an operator puts the next key. */
  readonly nextStage: string;
  /** Begin of the labels that keep versions from being deleted, one a version. */
  readonly keepPrefix: string;
}

const dayMs = 86_400_000;

/** Defaults: every 90 days (AWS Config's rule of that name), warned 14 days before, 5 days of grace. */
const defaults = { every: 90 * dayMs, warn: 14 * dayMs, grace: 5 * dayMs, remind: 2 * dayMs } as const;

/** @returns `undefined` where the settings name no provider: then the age is judged as posture alone */
export function rotationPolicy(rotation: Rotation | undefined): RotationPolicy | undefined {
  if (rotation?.provider === undefined) return undefined;
  const ms = (key: keyof typeof defaults) => durationMs(rotation[key] ?? '') ?? defaults[key];
  return {
    provider: rotation.provider,
    mode: rotation.mode,
    everyMs: ms('every'),
    warnMs: ms('warn'),
    graceMs: ms('grace'),
    remindMs: ms('remind'),
    field: rotation.field,
    nextStage: `${labelPrefix(rotation.provider)}_NEXT`,
    keepPrefix: `${labelPrefix(rotation.provider)}_KEEP_`,
  };
}

/** `CLOCKWORK_NEXT` for `clockwork`. A label is of at most 256 characters (UpdateSecretVersionStage in the API reference). */
const labelPrefix = (provider: string): string => provider.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
