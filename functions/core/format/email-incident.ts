import { incidentName } from '../incidents/incident-name.ts';
import type { IncidentAnnouncement } from '../model/announcement.ts';
import { more, plural } from '../phrases.ts';
import {
  type EmailText,
  emailOf,
  factLines,
  hanging,
  labelled,
  paragraph,
  section,
  stepLines,
  subjectOf,
} from './email-layout.ts';
import { exceptionSnippet } from './exception-snippet.ts';
import { when } from './finding-text.ts';
import {
  accountName,
  accountsOf,
  consoleOf,
  isAboutState,
  knownOf,
  labelOf,
  mainFinding,
  ownersOf,
  placeOf,
  shown,
} from './incident-parts.ts';
import { stepsOf } from './incident-steps.ts';
import { changeText, isOver, othersOf, storyOf } from './incident-story.ts';
import { furtherReasons, isUnknownFact, reasonOf, unknownOf } from './incident-unknown.ts';

const evidenceShown = 4;
const factsShown = 40;

export function incidentEmail(announcement: IncidentAnnouncement): EmailText {
  const name = incidentName(announcement.id);
  const title = `${isAboutState(announcement) ? 'WHERE IT STANDS' : 'WHAT HAPPENED'}  (${[name, placeOf(announcement)].filter(Boolean).join(', ')})`;
  if (isOver(announcement)) {
    return emailOf(subjectText(announcement), [
      section('WHAT CHANGED', paragraph(changeText(announcement) ?? '')),
      section(title, storyLines(announcement)),
      section('DO NOW', paragraph(whenOver[announcement.record.status])),
      referenceLines(announcement),
    ]);
  }
  const change = changeText(announcement);
  return emailOf(subjectText(announcement), [
    change === undefined ? [] : paragraph(change),
    section(title, storyLines(announcement)),
    section('WHY WE SAY THIS', whyLines(announcement)),
    section('KNOWN', isAboutState(announcement) ? [] : labelled(knownOf(announcement))),
    section(
      'NOT KNOWN',
      unknownOf(announcement).flatMap((text) => hanging('- ', text)),
    ),
    section('DO NOW', stepLines(stepsOf(announcement))),
    section('IMPACT', impactLines(announcement)),
    section('OWNER', paragraph(ownersOf(announcement))),
    section('EXPECTED?', expectedLines(announcement)),
    section('THE SAME ACTOR ELSEWHERE', relatedLines(announcement)),
    referenceLines(announcement),
  ]);
}

const whenOver = {
  open: '',
  resolved: 'Nothing. It is settled.',
  withdrawn: 'Nothing. Whoever began to act on it may stop.',
  merged: 'Nothing here: go on in the incident that tells it now.',
} as const;

function subjectText(announcement: IncidentAnnouncement): string {
  const { record, change, update } = announcement;
  const label = `[${labelOf(announcement)}] `;
  const { title } = record.incident;
  // An incident's title tells the whole story; its gravest sign says enough where that is too long.
  const gravest = mainFinding(announcement)?.title ?? title;
  const [account] = accountsOf(announcement);
  const place = account === undefined ? '' : `${accountName(account, announcement)}: `;
  const name = ` (${incidentName(announcement.id)})`;
  const subject = subjectOf([
    `${label}${place}${title}${name}`,
    `${label}${title}${name}`,
    `${label}${place}${gravest}${name}`,
    `${label}${place}${gravest}`,
    `${label}${gravest}`,
  ]);
  const isReply = update > 1 && ['more', 'reminder', 'silent'].includes(change);
  return isReply ? `Re: ${subject}` : subject;
}

function storyLines(announcement: IncidentAnnouncement): string[] {
  const main = mainFinding(announcement);
  if (main && isAboutState(announcement)) {
    const facts = (main.facts ?? []).filter((fact) => !isUnknownFact(fact)).slice(0, factsShown);
    return [
      ...paragraph(`${shown(main.title)}.`),
      ...facts.flatMap((fact) => factLines(layout(fact))),
      ...othersOf(announcement).flatMap((text) => hanging('Also: ', text)),
    ];
  }
  const { lead, signs, left } = storyOf(announcement);
  return [
    lead,
    ...signs.flatMap(({ time, text }) => hanging(`${time}  `, text)),
    ...(left > 0 ? [`and ${plural(left, 'further sign')}`] : []),
  ];
}

/** Leading spaces are layout; the rest is escaped. */
const layout = (fact: string): string => {
  const indent = /^ */.exec(fact)?.[0] ?? '';
  return `${indent}${shown(fact.slice(indent.length))}`;
};

function whyLines(announcement: IncidentAnnouncement): string[] {
  const { because, severity } = announcement.record.incident;
  const main = mainFinding(announcement);
  return [
    ...(main ? paragraph(reasonOf(main)) : paragraph(shown(announcement.record.incident.summary))),
    ...(isAboutState(announcement)
      ? []
      : furtherReasons(announcement).flatMap((text) => hanging('Also ', text))),
    ...(because ? paragraph(`Together ${severity}, because ${shown(because)}.`) : []),
  ];
}

function impactLines(announcement: IncidentAnnouncement): string[] {
  const impacts = [...new Set(announcement.findings.flatMap(({ impact }) => impact ?? []))];
  return [
    ...impacts.slice(0, 3).flatMap((impact) => paragraph(shown(impact))),
    ...(announcement.record.incident.secrets.length > 0 && !isAboutState(announcement)
      ? paragraph('Which services stop when it is revoked: see the last step.')
      : []),
  ];
}

function expectedLines(announcement: IncidentAnnouncement): string[] {
  const name = incidentName(announcement.id);
  const snippet = exceptionSnippet(announcement);
  return [
    `secrets-audit incidents ack ${name} --reason "..."`,
    ...paragraph('Then it is quiet, unless it becomes graver.'),
    ...(snippet
      ? [
          ...paragraph('If it recurs, propose this to the owner, for audit.yaml. Do not mute the rule.'),
          ...snippet.map((line) => `  ${line}`),
        ]
      : []),
  ];
}

function referenceLines(announcement: IncidentAnnouncement): string[] {
  const { record, whole, findings, update } = announcement;
  const main = mainFinding(announcement);
  const { evidence } = record.incident;
  const events = evidence.slice(0, evidenceShown).map(shown);
  const techniques = [...new Set(findings.flatMap(({ attack }) => attack.map(({ id }) => id)))];
  const console = consoleOf(announcement);
  return [
    ...labelled([
      ...(events.length > 0
        ? [['Evidence', `${events.join('\n')}${more(evidence.length - evidenceShown)}`] as const]
        : []),
      [
        'Rule',
        `${shown(record.incident.detectors.join(', '))}${techniques.length > 0 ? ` (${techniques.map(shown).join(', ')})` : ''}`,
      ],
      ...(main?.links.docs.startsWith('docs/detectors/')
        ? [['', `secrets-audit explain ${shown(main.detector)}`] as const]
        : []),
      ['Incident', `${shown(announcement.id)}, message ${update}`],
      ...(whole ? [['Whole', shown(whole)] as const] : []),
    ]),
    ...(console ? [console] : []),
  ];
}

/** Other products' findings, or that none is known: nobody should have to look. */
function relatedLines(announcement: IncidentAnnouncement): string[] {
  const { related } = announcement;
  if (related.length === 0 && !isAboutState(announcement))
    return ['GuardDuty: no finding about it is known.'];
  return related
    .slice(0, 5)
    .flatMap(({ product, severity, type, title, at, id }) => [
      ...hanging(`${shown(product)}: `, `${severity}, ${when(at)}: ${shown(title)}`),
      ...paragraph(shown(type)),
      ...paragraph(shown(id)),
    ]);
}
