import { type AccessEvent, secretKey } from '../model/access-event.ts';
import type { OwnReads } from '../model/own-reads.ts';
import { parseSecretId } from '../normalise/secret-ref.ts';

/** Whether the suite itself made a call that it must make: exactly this role, exactly this secret, exactly this action. */
export function isOwnRead(event: AccessEvent, ownReads: OwnReads = []): boolean {
  const { secret, actor, action, outcome } = event;
  if (outcome !== 'allowed' || !secret) return false;
  const key = secretKey(secret);
  return ownReads.some(
    (own) =>
      (own.actions ?? ['read']).includes(action) &&
      [own.role].flat().includes(actor.principal) &&
      [own.secret].flat().some((named) => named === '*' || secretKey(parseSecretId(named, event)) === key),
  );
}
