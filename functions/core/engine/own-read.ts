import { type AccessEvent, secretKey } from '../model/access-event.ts';
import type { OwnReads } from '../model/own-reads.ts';
import { parseSecretId } from '../normalise/secret-ref.ts';

/** Whether the suite itself read the secret that it must read: exactly this role, exactly this secret. */
export function isOwnRead(event: AccessEvent, ownReads: OwnReads = []): boolean {
  const { secret, actor } = event;
  if (event.action !== 'read' || event.outcome !== 'allowed' || !secret) return false;
  return ownReads.some(
    (own) =>
      own.role === actor.principal && secretKey(parseSecretId(own.secret, event)) === secretKey(secret),
  );
}
