import { incidentName } from '../incidents/incident-name.ts';
import type { DigestAnnouncement, DigestEntry } from '../model/announcement.ts';
import { dayOf, plural } from '../phrases.ts';
import { type EmailText, emailOf, hanging, paragraph, section, subjectOf } from './email-layout.ts';
import { when } from './finding-text.ts';
import { shown } from './incident-parts.ts';

const severityWidth = 'critical'.length + 2;

/** SNS takes 256 KiB, in which the text stands twice. */
const lengthOfAll = 40_000;

export function digestEmail(digest: DigestAnnouncement): EmailText {
  const { sections } = digest;
  let left = lengthOfAll;
  const fitting = (entries: readonly DigestEntry[]): string[][] => {
    const told: string[][] = [];
    for (const entry of entries) {
      const lines = entryLines(entry);
      left -= lines.join('\n').length;
      if (left < 0) break;
      told.push(lines);
    }
    return told;
  };
  return emailOf(
    subjectOf([`[DIGEST] ${digestTitle(digest)}: ${digestCount(digest)}`, `[DIGEST] ${digestTitle(digest)}`]),
    [
      section(`DIGEST  (${when(digest.from)} to ${when(digest.to)})`, paragraph(digestReason(digest))),
      ...sections
        .filter(({ entries }) => entries.length > 0)
        .map(({ title, entries, more }) => {
          const told = fitting(entries);
          const untold = entries.length - told.length + more;
          return section(`${shown(title).toUpperCase()} (${entries.length + more})`, [
            ...told.flat(),
            ...(untold > 0 ? [`and ${untold} more: secrets-audit incidents list`] : []),
          ]);
        }),
      entriesOf(digest).length > 0
        ? section('ONE OF THEM IN FULL', ['secrets-audit incidents show INC-...'])
        : [],
    ],
  );
}

const entriesOf = ({ sections }: DigestAnnouncement): DigestEntry[] =>
  sections.flatMap(({ entries }) => entries);

function entryLines(entry: DigestEntry): string[] {
  const label = `${entry.severity.padEnd(severityWidth)}${incidentName(shown(entry.incident))}  `;
  return [
    ...hanging(label, shown(entry.title)),
    ...(entryDetails(entry) === '' ? [] : hanging(' '.repeat(severityWidth), entryDetails(entry))),
  ];
}

/** `26 Nov 2026 02:14:07 UTC, owner data. Overdue since 20 Nov`. */
export const entryDetails = ({ at, owner, status, note }: DigestEntry): string =>
  [
    [
      ...(at === null ? [] : [when(at)]),
      ...(owner === null ? [] : [`owner ${shown(owner)}`]),
      ...(status === 'open' ? [] : [status]),
    ].join(', '),
    ...(note === null ? [] : [shown(note)]),
  ]
    .filter((part) => part !== '')
    .join('. ');

/** `weekly, 23 Nov to 30 Nov 2026`. */
export function digestTitle({ because, owner, from, to }: DigestAnnouncement): string {
  const period = `${dayOf(Date.parse(from))} to ${dayOf(Date.parse(to))}`;
  switch (because) {
    case 'limit':
      return 'held back by the hourly limit';
    case 'quiet-hours':
      return 'from the quiet hours';
    case 'owner':
      return `for ${shown(owner ?? 'owners')}, ${period}`;
    default:
      return `${because}, ${period}`;
  }
}

/** `3 open, 1 overdue`, or `nothing`. */
export const digestCount = ({ sections }: DigestAnnouncement): string =>
  sections
    .map(({ title, entries, more }) => ({ title: shown(title).toLowerCase(), count: entries.length + more }))
    .filter(({ count }) => count > 0)
    .map(({ title, count }) => `${count} ${title}`)
    .join(', ') || 'nothing';

/** Why it comes, and what it is not. */
export function digestReason(digest: DigestAnnouncement): string {
  const { because, sections, owner } = digest;
  const count = sections.reduce((sum, { entries, more }) => sum + entries.length + more, 0);
  switch (because) {
    case 'limit':
      return `${count} more came up within an hour than the settings allow one by one. Here they are together; nothing was lost.`;
    case 'quiet-hours':
      return `${plural(count, 'message')} waited for the end of the quiet hours. Critical ones do not wait: they came at once.`;
    case 'owner':
      return count === 0
        ? `Nothing is to be looked after by ${shown(owner ?? 'you')}.`
        : `What ${shown(owner ?? 'you')} has to look after: what is open, overdue, drifting or about to expire.`;
    default:
      return count === 0
        ? 'Nothing came up, and nothing is open.'
        : 'What was not sent one by one, and what is still open. Nothing in it is new to those who act on it.';
  }
}
