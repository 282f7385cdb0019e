import { incidentName } from '../incidents/incident-name.ts';
import type { IncidentAnnouncement } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import { more, shortPrincipal, someOf } from '../phrases.ts';
import { isAboutCalls, originName } from './finding-text.ts';
import { shortText, truncate } from './plain-text.ts';

/** One hostile name must not push everything else out of sight. */
const nameLimit = 200;
export const shown = (text: string): string => shortText(text, nameLimit);

/** The one that explains the incident: the gravest that still holds. */
export const mainFinding = ({ findings }: IncidentAnnouncement): Finding | undefined =>
  findings.find(({ status }) => status === 'open') ?? findings[0];

/** What is so (a rotation, a posture, spending), instead of what somebody did. */
export const isAboutState = (announcement: IncidentAnnouncement): boolean => {
  const main = mainFinding(announcement);
  return main !== undefined && !isAboutCalls(main);
};

/** `CRITICAL`; `CRITICAL, was HIGH`; `RESOLVED`. */
export function labelOf({ record, change, was }: IncidentAnnouncement): string {
  const { status, incident, mergedInto } = record;
  if (status === 'merged') return `MERGED into ${mergedInto ? incidentName(mergedInto) : 'another'}`;
  if (status !== 'open') return status.toUpperCase();
  const severity = incident.severity.toUpperCase();
  return change === 'graver' && was ? `${severity}, was ${was.toUpperCase()}` : severity;
}

/** `prod`, or the account's number. */
export const accountName = (account: string, { accountNames = {} }: IncidentAnnouncement): string =>
  shown(Object.hasOwn(accountNames, account) ? (accountNames[account] ?? account) : account);

/** Accounts of its secrets, or of who acted where no secret is named. */
export function accountsOf({ findings }: IncidentAnnouncement): string[] {
  const ofSecrets = findings.flatMap(({ secret }) => secret?.account ?? []);
  const accounts = ofSecrets.length > 0 ? ofSecrets : findings.flatMap(({ actor }) => actor?.account ?? []);
  return [...new Set(accounts)];
}

/** `prod 111122223333, eu-west-1`. */
export function placeOf(announcement: IncidentAnnouncement): string {
  const { accountNames = {}, findings } = announcement;
  const accounts = accountsOf(announcement).map((account) =>
    Object.hasOwn(accountNames, account)
      ? `${accountName(account, announcement)} ${shown(account)}`
      : shown(account),
  );
  const regions = [...new Set(findings.flatMap(({ secret }) => secret?.region ?? []))].map(shown);
  return [...some(accounts), ...some(regions)].join(', ');
}

const some = (names: readonly string[]): string[] =>
  names.length > 2 ? [`${names[0]}${more(names.length - 1)}`] : [...names];

/** The link to AWS's console, unless a refused call asked for a name that is longer than any can be. */
export function consoleOf(announcement: IncidentAnnouncement): string | undefined {
  const link = mainFinding(announcement)?.links.console;
  return link && link.length < 500 ? link : undefined;
}

export const ownersOf = ({ record: { owners } }: IncidentAnnouncement): string =>
  owners.length > 0 ? shown(someOf(owners)) : 'not known; say it in audit.yaml';

/** Who, where from, with what, on which secrets, how often. */
export function knownOf(announcement: IncidentAnnouncement): [label: string, text: string][] {
  const { record, findings } = announcement;
  const main = mainFinding(announcement);
  const { actors, secrets, evidence } = record.incident;
  const kind = main?.actor ? ` (${shown(main.actor.kind)}, ${shown(main.actor.account)})` : '';
  const all = (texts: readonly string[]): string =>
    shown(
      someOf(
        texts.map((text) => truncate(text, 100)),
        3,
      ),
    );
  const origins = findings.flatMap((each) => each.origins.map(originName));
  const agents = findings.flatMap((each) => each.agents.map(({ family }) => family));
  return [
    [
      'Who',
      actors.length === 0
        ? 'several'
        : `${all(actors.map(shortPrincipal))}${actors.length === 1 ? kind : ''}`,
    ],
    ['From', origins.length > 0 ? all(origins) : 'not in the log'],
    ['With', agents.length > 0 ? all(agents) : 'not in the log'],
    ['Secret', secrets.length > 0 ? all(secrets) : 'several, or none by name'],
    ['Events', `${evidence.length >= 100 ? 'at least ' : ''}${evidence.length}`],
  ];
}
