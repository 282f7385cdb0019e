import { durationMs } from '../contracts/duration.ts';
import { dayOf, daysText, listed } from '../phrases.ts';
import type { PostureState } from './posture-state.ts';

const dayMs = 86_400_000;

/** Default of Security Hub's SecretsManager.3 and SecretsManager.4. */
const defaultLimitMs = 90 * dayMs;

/** Rotation windows of a rate or cron in days end with the UTC day ("Schedule expressions in Secrets Manager rotation"). */
const windowMs = dayMs;

export const postureControlIds = [
  'policy-not-public',
  'rotation-on',
  'rotated-within',
  'rotation-on-schedule',
  'used-within',
  'customer-key',
  'tags',
] as const;

export type PostureControlId = (typeof postureControlIds)[number];

/** What a control says of one secret. */
export type ControlVerdict =
  /** The settings do not ask it, or it is no question for this secret. */
  'not-asked' | 'met' | { readonly unknown: string } | UnmetPosture;

export interface UnmetPosture {
  /** Goes on after the secret's name and a colon: `rotation is off`. */
  readonly phrase: string;
  /** The date or the count against its limit. The same day after day, so that nothing is written while nothing changes. */
  readonly fact: string;
  /** From when on it is not met, where that is known. */
  readonly since: number | null;
}

export interface PostureControl {
  readonly id: PostureControlId;
  /** For people, without the limit. */
  readonly asks: string;
  /** The same question elsewhere: a Security Hub control, a rule of AWS Config. */
  readonly matching: readonly string[];
  judge(state: PostureState, now: number): ControlVerdict;
}

/** How old a value may be. */
export const ageLimitMs = ({ posture, rotation }: Pick<PostureState, 'posture' | 'rotation'>): number =>
  durationMs(posture?.every ?? rotation?.every ?? '') ?? defaultLimitMs;

const unusedLimitMs = ({ posture }: Pick<PostureState, 'posture'>): number =>
  durationMs(posture?.unused ?? '') ?? defaultLimitMs;

/** The names of the tags that the settings ask for and the secret lacks. */
export const missingTags = ({ posture, secret }: Pick<PostureState, 'posture' | 'secret'>): string[] =>
  (posture?.tags ?? []).filter((key) => !Object.hasOwn(secret.tags, key));

/**
 * What is asked of every secret, the gravest first. Ids after "Security Hub CSPM controls for Secrets Manager" and the list
 * of AWS Config managed rules; neither has one for a public policy, which IAM Access Analyzer reports.
 */
export const postureControls: readonly PostureControl[] = [
  {
    id: 'policy-not-public',
    asks: 'Its resource policy lets no stranger in',
    matching: [],
    judge({ policy, posture }) {
      if (posture?.public) return 'not-asked';
      if (policy === 'unknown') return { unknown: 'its resource policy could not be read' };
      if (policy?.openTo !== 'everybody' || policy.narrowed) return 'met';
      return {
        phrase: 'its resource policy lets everybody in',
        fact: 'Its resource policy allows every AWS principal, and no condition narrows it',
        since: null,
      };
    },
  },
  {
    id: 'rotation-on',
    asks: 'Rotation is on',
    matching: ['Security Hub SecretsManager.1', 'Config secretsmanager-rotation-enabled-check'],
    judge({ secret, posture, isDecoy }) {
      if (posture?.rotation === false || isDecoy || secret.owningService !== null) return 'not-asked';
      return secret.rotation.enabled
        ? 'met'
        : { phrase: 'rotation is off', fact: 'Rotation is off', since: null };
    },
  },
  {
    id: 'rotated-within',
    asks: 'Rotated, or made, within `every`',
    matching: ['Security Hub SecretsManager.4', 'Config secretsmanager-secret-periodic-rotation'],
    judge(state, now) {
      const { secret, rotation, isDecoy } = state;
      // With a provider the checks of the rotation judge the age, by the version itself.
      if (rotation?.provider !== undefined || isDecoy || secret.owningService !== null) return 'not-asked';
      const { created } = secret;
      const { last } = secret.rotation;
      if (created === null && last === null) return { unknown: 'when it was made and rotated' };
      const newest = Math.max(created ?? 0, last ?? 0);
      const limit = ageLimitMs(state);
      if (now - newest <= limit) return 'met';
      return {
        phrase: `not rotated since ${dayOf(newest)}`,
        fact:
          last === null
            ? `Made ${dayOf(newest)} and never rotated; the limit is ${daysText(limit)}`
            : `Last rotated ${dayOf(newest)}; the limit is ${daysText(limit)}`,
        since: newest + limit,
      };
    },
  },
  {
    id: 'rotation-on-schedule',
    asks: 'Rotation, where it is on, keeps to its schedule',
    matching: ['Security Hub SecretsManager.2', 'Config secretsmanager-scheduled-rotation-success-check'],
    judge({ secret: { rotation } }, now) {
      if (!rotation.enabled) return 'not-asked';
      const { last, next } = rotation;
      const interval = intervalMs(rotation);
      if (next !== null && now - next > windowMs) {
        return {
          phrase: `missed its rotation of ${dayOf(next)}`,
          fact: `Was to be rotated by ${dayOf(next)} and was not`,
          since: next + windowMs,
        };
      }
      // By days alone a value put by hand moves the next date and not the last rotation, so the next date decides.
      const isByLast = rotation.schedule !== null || next === null;
      if (last !== null && interval !== undefined && isByLast) {
        const due = last + interval + windowMs;
        if (now <= due) return 'met';
        return {
          phrase: `last rotated ${dayOf(last)}, behind its schedule`,
          fact: `Last rotated ${dayOf(last)}; its schedule is ${rotation.schedule ?? `every ${daysText(interval)}`}`,
          since: due,
        };
      }
      return next === null ? { unknown: 'when it is to be rotated' } : 'met';
    },
  },
  {
    id: 'used-within',
    asks: 'Read within `unused`',
    matching: ['Security Hub SecretsManager.3', 'Config secretsmanager-secret-unused'],
    judge(state, now) {
      const { secret, isDecoy } = state;
      if (isDecoy) return 'not-asked';
      const { created, lastAccessed } = secret;
      const limit = unusedLimitMs(state);
      if (lastAccessed !== null) {
        // A date without a time: it may have been read until the end of that day.
        const readUntil = lastAccessed + dayMs;
        if (now - readUntil <= limit) return 'met';
        return {
          phrase: `not read since ${dayOf(lastAccessed)}`,
          fact: `Last read ${dayOf(lastAccessed)}; the limit is ${daysText(limit)}`,
          since: readUntil + limit,
        };
      }
      if (created === null) return { unknown: 'when it was made and read' };
      if (now - created <= limit) return 'met';
      return {
        phrase: `never read since ${dayOf(created)}`,
        fact: `Never read since it was made ${dayOf(created)}; the limit is ${daysText(limit)}`,
        since: created + limit,
      };
    },
  },
  {
    id: 'customer-key',
    asks: 'Encrypted with a customer key, where `customerKey` is true',
    matching: ['Config secretsmanager-using-cmk'],
    judge({ secret, posture }) {
      if (!posture?.customerKey) return 'not-asked';
      return secret.kmsKeyId !== null
        ? 'met'
        : {
            phrase: 'no customer key',
            fact: 'Encrypted with aws/secretsmanager, not with a customer key',
            since: null,
          };
    },
  },
  {
    id: 'tags',
    asks: 'Has the tags of `tags`',
    matching: ['Security Hub SecretsManager.5', 'Config tagged-secretsmanager-secret'],
    judge(state) {
      const asked = state.posture?.tags ?? [];
      if (asked.length === 0) return 'not-asked';
      const missing = missingTags(state);
      if (missing.length === 0) return 'met';
      return {
        phrase: `lacks the ${missing.length === 1 ? 'tag' : 'tags'} ${listed(missing)}`,
        fact: `Lacks ${missing.length} of ${asked.length} required tags: ${listed(missing)}`,
        since: null,
      };
    },
  },
];

export interface JudgedPosture {
  readonly asked: number;
  /** The gravest first. */
  readonly unmet: readonly (UnmetPosture & { readonly control: PostureControl })[];
  /** Why the rest cannot be known. */
  readonly unknown: readonly string[];
}

/** All controls of one secret. A secret that waits for its deletion is asked nothing. */
export function judgePosture(state: PostureState, now: number): JudgedPosture {
  const verdicts =
    state.secret.deleted === null
      ? postureControls.map((control) => ({ control, verdict: control.judge(state, now) }))
      : [];
  return {
    asked: verdicts.filter(({ verdict }) => verdict !== 'not-asked').length,
    unmet: verdicts.flatMap(({ control, verdict }) =>
      typeof verdict === 'object' && 'fact' in verdict ? [{ ...verdict, control }] : [],
    ),
    unknown: verdicts.flatMap(({ verdict }) =>
      typeof verdict === 'object' && 'unknown' in verdict ? [verdict.unknown] : [],
    ),
  };
}

/**
 * How far apart two rotations are; `undefined` where nothing says so. For a cron expression Secrets Manager calculates the
 * days after every rotation (AutomaticallyAfterDays in the API reference).
 */
function intervalMs({ schedule, afterDays }: PostureState['secret']['rotation']): number | undefined {
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule ?? '') ?? [];
  if (count !== undefined) return Number(count) * (unit === 'hour' ? dayMs / 24 : dayMs);
  return afterDays === null ? undefined : afterDays * dayMs;
}
