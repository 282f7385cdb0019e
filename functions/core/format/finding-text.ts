import type { Finding } from '../model/finding.ts';
import { more, shortPrincipal } from '../phrases.ts';
import { plainText } from './plain-text.ts';

/** `24 Nov 2026 02:14:07 UTC`, or that no time is known. */
export function when(time: string | null): string {
  if (time === null) return 'at an unknown time';
  return `${new Date(time).toLocaleString('en-GB', {
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone: 'UTC',
  })} UTC`.replace(',', '');
}

/** What the finding is about, in a few words: the secret, or the account where it is several. */
export function subjectOf({ secret, actor }: Finding): string {
  if (secret) return plainText(`${secret.name} (${secret.account}, ${secret.region})`);
  return actor ? plainText(`several secrets or none by name (account ${actor.account})`) : 'several secrets';
}

export const actorOf = ({ actor }: Finding): string =>
  actor ? plainText(`${shortPrincipal(actor.principal)} (${actor.kind}, ${actor.account})`) : 'several';

/** `192.0.2.7 (20), vpce-0a1b (3)`; the most frequent first. */
export function originsOf({ origins }: Finding, limit: number): string {
  const shown = origins.slice(0, limit).map((origin) => {
    const place = 'ip' in origin ? origin.ip : 'service' in origin ? origin.service : origin.vpcEndpoint;
    return plainText(`${place} (${origin.count})`);
  });
  return shown.length > 0 ? `${shown.join(', ')}${more(origins.length - limit)}` : 'not in the log';
}

export function agentsOf({ agents }: Finding, limit: number): string {
  const shown = agents.slice(0, limit).map(({ family, count }) => plainText(`${family} (${count})`));
  return shown.length > 0 ? `${shown.join(', ')}${more(agents.length - limit)}` : 'not in the log';
}
