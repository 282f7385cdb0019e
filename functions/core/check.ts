import type * as z from 'zod';
import type { JudgementMetadata } from './judgement-metadata.ts';
import type { Severity } from './model/severity.ts';
import type { PostureState } from './posture/posture-state.ts';
import type { RotationState } from './rotation/rotation-state.ts';
import type { UsageState } from './usage/usage-state.ts';

/** What checks look at: each kind of state with the function that gathers it. */
export interface CheckStates {
  /** One secret whose key is rotated; `enforce`. */
  readonly rotation: RotationState;
  /** One secret, whatever it holds; `enforce`. */
  readonly posture: PostureState;
  /** What the issuer of a key says of it over time; `usage`. */
  readonly usage: UsageState;
}

export type CheckSubject = keyof CheckStates;

/** For people: what each kind of check looks at. */
export const checkSubjects: Readonly<Record<CheckSubject, string>> = {
  rotation:
    'The labels and the age of a secret that is rotated, who uses it, and what its issuer says of the old key.',
  posture: 'How a secret is set up, by ListSecrets and its resource policy.',
  usage: 'What the issuer says of the current key, time after time, and who read the secret.',
};

/** What a check finds to be so now. It holds until the check no longer says it; then its finding is resolved. */
export interface Standing {
  /** Calm and exact, with its number. */
  readonly title: string;
  /** The number against its limit or the policy, quoted; what is not known. */
  readonly explanation: string;
  /** Where it stands, a line each, at most 78 characters: a consumer, a moment, a count. */
  readonly facts?: readonly string[];
  /** Steps with exact commands, where they are better than the check's own. */
  readonly advice?: readonly string[];
  /** Where it differs from the check's own. */
  readonly severity?: Severity;
  /** Since when, in milliseconds. */
  readonly since: number;
  /** How often it happened. Default 1. */
  readonly count?: number;
  /** Event ids or version ids that show it. */
  readonly evidence?: readonly string[];
  /** Who hears of it is told again when this changes, and not for other wording. Default: ''. */
  readonly stage?: string;
  /** Sent even where it is milder than the settings send. */
  readonly announce?: 'always';
}

/**
 * Judges what is so, as a detector judges what happened: metadata and judgement in one place. Its findings share the
 * settings `detectors.ID` and the documentation with those of detectors.
 */
export interface CheckDefinition<Subject extends CheckSubject, Params extends z.ZodObject>
  extends JudgementMetadata {
  readonly about: Subject;
  /** It is about the secret and not about one of its rotations: its finding outlives their stories. */
  readonly standsAlone?: true;
  /** Who was told of it is told too when it is over. */
  readonly tellsResolution: boolean;
  readonly params: Params;
  /** `undefined`: it is not so, or no longer. `'unknown'`: it cannot be known now; what was said before stays. */
  judge(state: CheckStates[Subject], params: z.infer<Params>, now: number): Standing | 'unknown' | undefined;
}

/** A check whose parameters are checked by its own schema before they reach it. */
export type Check<Subject extends CheckSubject = CheckSubject> = {
  [Each in Subject]: CheckDefinition<Each, z.ZodObject>;
}[Subject];

export function defineCheck<Subject extends CheckSubject, Params extends z.ZodObject>(
  definition: CheckDefinition<Subject, Params>,
): CheckDefinition<Subject, z.ZodObject> {
  // `judgeState` hands a check only what its own `params` has parsed, so forgetting the type is safe.
  return definition as unknown as CheckDefinition<Subject, z.ZodObject>;
}
