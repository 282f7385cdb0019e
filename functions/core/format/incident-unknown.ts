import type { IncidentAnnouncement } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import { isAboutState, mainFinding } from './incident-parts.ts';
import { shortText, truncate } from './plain-text.ts';

/** `Not known: who is behind the address.`, up to the end of that sentence. */
const confession = /(?:^|(?<=[.!?] ))Not (?:known|covered): (.+?[.!?])(?= [A-Z]|$)/gs;
const longest = 1500;

/** Why it is said, without what is not known. */
export const reasonOf = ({ explanation }: Finding): string =>
  shortText(explanation.replace(confession, '').replace(/ {2,}/g, ' ').trim(), longest);

/** What the other findings add, that of the contract first. */
export function furtherReasons(announcement: IncidentAnnouncement): string[] {
  const main = mainFinding(announcement);
  const others = announcement.findings.filter((each) => each.detector !== main?.detector);
  const kinds = [...new Map(others.map((each) => [each.detector, each])).values()];
  return kinds
    .toSorted((a, b) => Number(b.detector === 'outside-contract') - Number(a.detector === 'outside-contract'))
    .slice(0, 4)
    .map((each) => `${shortText(each.detector, 60)}: ${truncate(reasonOf(each), 300)}`);
}

/** What the suite does not know of it: what the finding says itself, then what CloudTrail never tells. */
export function unknownOf(announcement: IncidentAnnouncement): string[] {
  const main = mainFinding(announcement);
  if (!main) return [];
  const told = [
    ...[...main.explanation.matchAll(confession)].map(([, text = '']) => text),
    ...(main.facts ?? []).filter(isUnknownFact).map((fact) => `${fact.replace(/^ *Not known: /, '')}.`),
  ].map((text) => capital(shortText(text, 300)));
  return [...new Set([...told, ...(isAboutState(announcement) ? [] : neverLogged(announcement))])];
}

/** A fact that says what is not known. */
export const isUnknownFact = (fact: string): boolean => /^ *Not known: /.test(fact);

function neverLogged({ record }: IncidentAnnouncement): string[] {
  const wasRead = record.incident.stages.some(({ stage }) => stage === 'access');
  return [
    ...(wasRead
      ? [
          'Which version was read: AWS does not log it; blast-radius infers it from when labels moved.',
          'Whether and where the value was used afterwards: its issuer sees that, AWS does not.',
        ]
      : []),
    'What has not arrived: CloudTrail delivers within minutes, sometimes later. This is told of what had arrived.',
  ];
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
