import type { Actor, SecretRef } from '../model/access-event.ts';
import type { ContractSettings, Exception } from '../model/contract-settings.ts';
import { compileGlob } from './glob.ts';
import { compilePrincipal } from './identities.ts';

export interface CompiledException {
  readonly exception: Exception;
  readonly untilMs: number;
  isAbout(secret: SecretRef, actor: Actor): boolean;
}

/** Exceptions by the id of the clause that they loosen. */
export function compileExceptions({
  exceptions,
}: Pick<ContractSettings, 'exceptions'>): ReadonlyMap<string, readonly CompiledException[]> {
  return Map.groupBy(exceptions.map(compile), ({ exception }) => exception.clause);
}

function compile(exception: Exception): CompiledException {
  const isSecret = compileGlob(exception.secret);
  const isPrincipal = exception.for === undefined ? () => true : compilePrincipal(exception.for);
  return {
    exception,
    untilMs: Date.parse(exception.until),
    isAbout: (secret, actor) => isSecret(secret.name) && isPrincipal(actor.principal),
  };
}

/** `on-call abroad (messaging, until 2026-12-09T08:00:00Z)`. */
export const describeException = ({ reason, owner, until }: Exception): string =>
  `${reason} (${owner}, until ${until})`;
