import * as z from 'zod';
import { UnreadableInputError } from '../errors.ts';

export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type RotationStep = (typeof rotationSteps)[number];

export interface RotationRequest {
  readonly step: RotationStep;
  readonly secretId: string;
  /** Id of the version that the rotation makes. */
  readonly token: string;
}

/** One page of the AWS documentation lists the steps in snake case, all others in camel case. */
const stepsBySpelling: ReadonlyMap<string, RotationStep> = new Map(
  rotationSteps.flatMap((step) => [
    [step, step] as const,
    [step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), step] as const,
  ]),
);

const requestSchema = z.object({
  Step: z.string().transform((text, context) => {
    const step = stepsBySpelling.get(text);
    if (step) return step;
    context.addIssue({ code: 'custom', message: 'no step of a rotation' });
    return z.NEVER;
  }),
  SecretId: z.string().min(1),
  ClientRequestToken: z.string().min(1),
});

/**
 * What Secrets Manager hands to a rotation function ("Lambda rotation functions" of its user guide).
 *
 * @throws UnreadableInputError naming the fields that are wrong
 */
export function rotationRequest(event: unknown): RotationRequest {
  const result = requestSchema.safeParse(event);
  if (result.success) {
    const { Step: step, SecretId: secretId, ClientRequestToken: token } = result.data;
    return { step, secretId, token };
  }
  const fields = new Set(result.error.issues.map(({ path }) => path.join('.') || 'the event'));
  throw new UnreadableInputError(
    `not an event of Secrets Manager for a rotation function; missing or wrong: ${[...fields].join(', ')}`,
  );
}
