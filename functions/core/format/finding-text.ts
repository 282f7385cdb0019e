import type { Finding } from '../model/finding.ts';
import { more, shortPrincipal } from '../phrases.ts';
import { plainText, truncate } from './plain-text.ts';

/** One hostile name must not push everything else out of sight. */
const nameLimit = 300;
const shown = (text: string): string => plainText(truncate(text, nameLimit));

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

/** A finding about what is so has no calls behind it: nobody did it, from nowhere. */
export const isAboutCalls = ({ actor, origins, agents }: Finding): boolean =>
  actor !== null || origins.length > 0 || agents.length > 0;

/** From the first event to the last; one moment where they are the same. */
export const periodOf = ({ firstSeen, lastSeen }: Finding): string =>
  firstSeen === lastSeen ? when(firstSeen) : `${when(firstSeen)} to ${when(lastSeen)}`;

/** What is to be done about what no longer holds. */
export const adviceWhenOver = {
  withdrawn: 'Nothing. Whoever began to act on it may stop.',
  resolved: 'Nothing. It is settled.',
} as const;

/** `HIGH`; `WITHDRAWN` for a correction of what was announced; `RESOLVED` for what was so and no longer is. */
export const labelOf = ({ severity, status }: Finding): string =>
  status === 'open' ? severity.toUpperCase() : status.toUpperCase();

/** `1. First step`, `2. Second step`. */
export const stepsOf = ({ advice, status }: Finding): string[] =>
  (status === 'open' ? advice : adviceWhenOver[status])
    .split('\n')
    .map((step, index) => `${index + 1}. ${plainText(step)}`);

/** What the finding is about, in a few words: the secret, or the account where it is several. */
export function subjectOf({ secret, actor }: Finding): string {
  if (secret) return shown(`${secret.name} (${secret.account}, ${secret.region})`);
  return actor ? shown(`several secrets or none by name (account ${actor.account})`) : 'several secrets';
}

export const factsOf = ({ facts = [] }: Finding): string[] => facts.map((fact) => shownLine(fact));

/** Leading spaces are layout; the rest is escaped. */
const shownLine = (line: string): string => {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return `${indent}${shown(line.slice(indent.length))}`;
};

export const actorOf = ({ actor }: Finding): string =>
  actor ? shown(`${shortPrincipal(actor.principal)} (${actor.kind}, ${actor.account})`) : 'several';

/** The address, the service or the VPC endpoint that calls came from; not escaped. */
export const originName = (origin: Finding['origins'][number]): string =>
  'ip' in origin ? origin.ip : 'service' in origin ? origin.service : origin.vpcEndpoint;

/** `192.0.2.7 (20), vpce-0a1b (3)`; the most frequent first. */
export function originsOf({ origins }: Finding, limit: number): string {
  const places = origins.slice(0, limit).map((origin) => {
    return `${shown(originName(origin))} (${origin.count})`;
  });
  return places.length > 0 ? `${places.join(', ')}${more(origins.length - limit)}` : 'not in the log';
}

export function agentsOf({ agents }: Finding, limit: number): string {
  const tools = agents.slice(0, limit).map(({ family, count }) => `${shown(family)} (${count})`);
  return tools.length > 0 ? `${tools.join(', ')}${more(agents.length - limit)}` : 'not in the log';
}
