import type { IncidentAnnouncement } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import { shortPrincipal } from '../phrases.ts';
import { plainText, truncate } from './plain-text.ts';

const dayMs = 86_400_000;
const days = 7;
const longest = 76;

/**
 * An exception for the clause that was broken, ready to be put into audit.yaml once its owner has given a reason.
 * `undefined` where no clause was broken, or in a respect that no exception loosens: what was done, not where or when.
 */
export function exceptionSnippet({ findings }: IncidentAnnouncement): string[] | undefined {
  for (const finding of findings) {
    const { detector, secret, explanation, owner, lastSeen } = finding;
    const clause = /\bclause "([^"]+)" of /i.exec(explanation)?.[1];
    const loosened = [...placeOf(finding), ...hoursOf(explanation)];
    if (
      detector !== 'outside-contract' ||
      !secret ||
      clause === undefined ||
      loosened.length === 0 ||
      !lastSeen
    ) {
      continue;
    }
    const until = new Date(Date.parse(lastSeen) + days * dayMs).toISOString().slice(0, 10);
    const lines = [
      'exceptions:',
      `  - secret: ${scalar(secret.name)}`,
      `    clause: ${scalar(clause)}`,
      ...personOf(finding),
      ...loosened,
      `    owner: ${owner === null ? 'TEAM' : scalar(owner)}`,
      '    reason: "..."',
      `    until: ${until}T00:00:00Z`,
    ];
    // Wrapped YAML would say something else.
    if (lines.every((line) => line.length <= longest)) return lines;
  }
  return undefined;
}

function placeOf({ explanation, origins: [origin] }: Finding): string[] {
  if (!/, (?:a network|an endpoint) that it does not name/.test(explanation)) return [];
  const place =
    origin && ('ip' in origin ? origin.ip : 'vpcEndpoint' in origin ? origin.vpcEndpoint : undefined);
  return [`    from: [NETWORK]   # a name of networks${place === undefined ? '' : `, for ${scalar(place)}`}`];
}

const hoursOf = (explanation: string): string[] =>
  /, (?:a holiday|outside these hours)/.test(explanation) ? ['    hours: any'] : [];

const personOf = ({ actor }: Finding): string[] => {
  const [person] = actor?.kind === 'person' ? shortPrincipal(actor.principal).split(' (') : [];
  return person === undefined ? [] : [`    for: ${scalar(person.split('/').at(-1) ?? person)}`];
};

/** A text of YAML that cannot be taken for anything else. */
function scalar(text: string): string {
  const safe = plainText(truncate(text, 120));
  return /^[A-Za-z][\w./@+-]*$/.test(safe) && !/^(?:true|false|null|yes|no|on|off)$/i.test(safe)
    ? safe
    : JSON.stringify(safe);
}
