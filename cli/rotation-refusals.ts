import type { RotationProblem } from '../functions/core/errors.ts';
import { shellWord } from '../functions/core/format/shell-word.ts';
import type { RotationSession } from './rotation-session.ts';

/** What to do after a refusal; messages of the core say what was wrong. */
export function adviceAfter(
  command: string,
  problem: RotationProblem,
  { secret, provider }: Pick<RotationSession, 'secret' | 'provider'>,
): string[] {
  const rotation = (rest: string) => `secrets-audit rotation ${rest}`;
  const name = shellWord(secret.name);
  const stage = rotation(`stage ${name}`);
  const status = rotation(`status ${name}`);
  switch (command) {
    case 'stage':
      switch (problem) {
        case 'NO_STAGED_KEY':
          return [rotation(`start ${name}`)];
        case 'KEY_SHAPE':
          return [`Copy the whole key from ${provider.dashboard}, then: ${stage}`];
        case 'KEY_INVALID':
          return [`See whether it is active in ${provider.dashboard}, or make another, then: ${stage}`];
        case 'ADDRESS_LOCKED':
          return [`Where ${provider.title} allows the address: ${stage}`];
        default:
          return [`Later: ${stage}`];
      }
    case 'start':
      return problem === 'NO_STAGED_KEY'
        ? [`Make a key in ${provider.dashboard}, then: ${stage}`, rotation(`start ${name}`)]
        : [`See who is in the way, or what goes on: ${status}`];
    case 'rollback':
      switch (problem) {
        case 'KEY_INVALID':
          return [
            'A dead key cannot be brought back. Let those that fail get the current key.',
            `See who they are: ${status}`,
          ];
        case 'ADDRESS_LOCKED':
        case 'ISSUER_UNCLEAR':
        case 'ISSUER_AWAY':
          return [`Where ${provider.title} answers: ${rotation(`rollback ${name}`)} --reason "..."`];
        default:
          return [`See which versions there are: ${status}`];
      }
    default:
      return [status];
  }
}
