import wrapAnsi from 'wrap-ansi';
import type {
  Announcement,
  DigestAnnouncement,
  IncidentAnnouncement,
  TestAnnouncement,
} from '../model/announcement.ts';
import { more } from '../phrases.ts';
import {
  actorOf,
  agentsOf,
  factsOf,
  isAboutCalls,
  labelOf,
  originsOf,
  periodOf,
  stepsOf,
  subjectOf,
} from './finding-text.ts';
import { plainText, truncate } from './plain-text.ts';

/** SNS takes fewer than 100 characters, ASCII, no line break (Publish in the SNS API reference). */
const subjectLimit = 99;
/** Reads well in any mail client, quoted once too. */
const columns = 78;
const evidenceShown = 10;

export interface EmailText {
  readonly subject: string;
  readonly text: string;
}

/** An announcement as an email. Plain text, at most 78 columns; text from logs is escaped. */
export function formatEmail(announcement: Announcement): EmailText {
  switch (announcement.kind) {
    case 'incident':
      return incidentEmail(announcement);
    case 'digest':
      return digestEmail(announcement);
    case 'test':
      return testEmail(announcement);
  }
}

const emailOf = (heading: string, sections: readonly string[]): EmailText => ({
  subject: truncate(toAscii(heading), subjectLimit).replace('…', '~'),
  text: `${sections.join('\n\n')}\n`,
});

function testEmail({ id, by, at, targets }: TestAnnouncement): EmailText {
  return emailOf('[TEST] secrets-audit: this address is reached', [
    section('TEST', [
      `Sent by ${plainText(by)}, ${at}, to ${targets.map(plainText).join(', ')}. Test ${id}.`,
    ]),
  ]);
}

function digestEmail({ because, owner, from, to, sections }: DigestAnnouncement): EmailText {
  const entries = sections.flatMap((each) => each.entries);
  return emailOf(`[DIGEST] ${entries.length} incidents${owner ? ` of ${plainText(owner)}` : ''}`, [
    section('DIGEST', [`${because}, ${from} to ${to}`]),
    ...sections.map(({ title, entries, more: left }) =>
      section(plainText(title).toUpperCase(), [
        ...entries.map(
          (entry) =>
            `${entry.severity} ${plainText(entry.title)} (${plainText(entry.incident)})${entry.note ? `: ${plainText(entry.note)}` : ''}`,
        ),
        ...(left > 0 ? [more(left).trim()] : []),
      ]),
    ),
  ]);
}

function incidentEmail({ findings, record, whole }: IncidentAnnouncement): EmailText {
  const [finding] = findings;
  if (!finding)
    return emailOf(record.incident.title, [section('WHAT HAPPENED', [plainText(record.incident.summary)])]);
  return emailOf(`[${labelOf(finding)}] ${plainText(finding.title)}`, [
    section('WHAT HAPPENED', [
      plainText(finding.title),
      '',
      `Secret: ${subjectOf(finding)}`,
      ...(isAboutCalls(finding)
        ? [
            `Who:    ${actorOf(finding)}`,
            `From:   ${originsOf(finding, 5)}`,
            `With:   ${agentsOf(finding, 3)}`,
          ]
        : []),
      `When:   ${periodOf(finding)}`,
      ...(finding.owner ? [`Owner:  ${plainText(finding.owner)}`] : []),
      ...(finding.impact ? [`Impact: ${plainText(finding.impact)}`] : []),
    ]),
    ...(finding.facts?.length ? [section('WHERE IT STANDS', factsOf(finding))] : []),
    section('WHY WE SAY THIS', [plainText(finding.explanation)]),
    section('DO NOW', stepsOf(finding)),
    ...(finding.links.console ? [finding.links.console] : []),
    ...(finding.evidence.length > 0
      ? [
          section(
            `EVIDENCE (${isAboutCalls(finding) ? 'CloudTrail event ids' : 'ids of versions or events'})`,
            [
              ...finding.evidence.slice(0, evidenceShown).map(plainText),
              ...(finding.evidence.length > evidenceShown
                ? [more(finding.evidence.length - evidenceShown).trim()]
                : []),
            ],
          ),
        ]
      : []),
    section('REFERENCE', [
      `Finding ${finding.id}, revision ${finding.revision}, detector ${finding.detector}`,
      ...(finding.incident ? [`Incident ${plainText(finding.incident)}`] : []),
      ...finding.attack.map(({ id, name }) => `MITRE ATT&CK ${id}: ${name}`),
    ]),
    ...(whole ? [`The whole of it: ${whole}`] : []),
  ]);
}

function section(title: string, lines: readonly string[]): string {
  const body = lines.map((line) => {
    // Leading spaces of a fact are layout, and wrapping takes them away.
    const text = line.trimStart();
    const lead = ' '.repeat(line.length - text.length);
    const indent = lead.length + (/^(\d+\. |\w+: {1,3})/.exec(text)?.[0].length ?? 0);
    // A command that is longer than a line can be pasted all the same.
    const isCommand = /^\d+\. (aws|secrets-audit) (?!.* {3})/.test(text);
    const width = columns - indent - (isCommand ? 2 : 0);
    return `${lead}${wrapAnsi(text, width, { hard: true, trim: true }).replaceAll(
      '\n',
      `${isCommand ? ' \\' : ''}\n${' '.repeat(indent)}`,
    )}`;
  });
  return [title, ...body].join('\n');
}

/** Letters with marks lose the marks; what is still outside printable ASCII becomes `?`. */
const toAscii = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
