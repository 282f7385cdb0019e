import { notExpectedIn } from '../incidents/handling.ts';
import { incidentName } from '../incidents/incident-name.ts';
import type { Finding } from '../model/finding.ts';
import type { HistoryEntry, IncidentRecord } from '../model/incident-record.ts';
import { stepsOf, when } from './finding-text.ts';
import { incidentBlock } from './incident-text.ts';
import { labelled, shown, wrap } from './labelled-lines.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 120;
/** As in the block of the incident itself. */
const labelWidth = 10;
const findingsShown = 10;

/** How it stands, in a few words: `open`, `open, with mara`, `snoozed until 2026-03-02 18:00`. */
export function standingOf(record: IncidentRecord): string {
  const { status, mergedInto, acknowledged, snoozed } = record;
  if (status === 'merged') return mergedInto === null ? 'merged' : `merged into ${incidentName(mergedInto)}`;
  if (status !== 'open') return status;
  const notExpected = notExpectedIn(record);
  if (notExpected) return `open, not expected (${shown(notExpected.by)})`;
  if (snoozed) return `snoozed until ${minuteOf(snoozed.until ?? snoozed.at)}`;
  return acknowledged ? `open, with ${shown(acknowledged.by)}` : 'open';
}

const minuteOf = (time: string): string => time.slice(0, 16).replace('T', ' ');

const said: Readonly<Record<HistoryEntry['word'], string>> = {
  acknowledge: 'acknowledged',
  snooze: 'snoozed',
  resolve: 'resolved',
  'not-expected': 'said that it was not expected',
  reopen: 'reopened',
  merged: 'merged',
};

/** An incident as a person reads it: the story, why it is told, what people said, and what can be said now. */
export function incidentRecordText(
  record: IncidentRecord,
  findings: readonly Finding[],
  { columns, emphasise }: Pick<TerminalTableOptions, 'columns' | 'emphasise'>,
): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const heading = (text: string) => emphasise('heading', text);
  const line = (label: string, text: string) =>
    labelled(label, text, width, 2, (each) => emphasise('quiet', each), labelWidth);
  const paragraph = (text: string) => wrap(text, width - 2).replace(/^/gm, '  ');
  const [first] = findings;
  const untold = findings.length - findingsShown;
  const blocks = [
    [
      `${heading(incidentName(record.incident.id))}  ${standingOf(record)}`,
      line('Owner', record.owners.length > 0 ? shown(record.owners.join(', ')) : 'nobody is named'),
    ],
    [incidentBlock(record.incident, width, emphasise)],
    ...(findings.length > 0
      ? [
          [
            heading('WHY'),
            ...findings
              .slice(0, findingsShown)
              .map(({ detector, explanation }) => paragraph(`${shown(detector)}: ${shown(explanation)}`)),
            ...(untold > 0 ? [`  ${untold} more; --format json has them all`] : []),
          ],
        ]
      : []),
    ...(record.history.length > 0
      ? [[heading('SAID'), ...record.history.map((entry) => paragraph(saidText(entry)))]]
      : []),
    ...(first && record.status === 'open' ? [[heading('DO'), ...stepsOf(first).map(paragraph)]] : []),
    [heading('SAY'), ...commandsFor(record).map((command) => `  ${command}`)],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** `2 Mar 2026 10:00:00 UTC  mara snoozed until …: reason` */
function saidText({ at, by, word, reason, until }: HistoryEntry): string {
  const end = until === undefined ? '' : ` until ${when(until)}`;
  return `${when(at)}  ${shown(by)} ${said[word]}${end}${reason === '' ? '' : `: ${shown(reason)}`}`;
}

function commandsFor({ incident, status, mergedInto }: IncidentRecord): string[] {
  const command = (word: string, id: string, rest = '') =>
    `secrets-audit incidents ${word} ${incidentName(id)}${rest}`;
  if (status === 'merged') return [command('show', mergedInto ?? incident.id)];
  if (status === 'withdrawn') return ['Nothing: none of its findings holds.'];
  if (status === 'resolved') return [command('reopen', incident.id)];
  return [
    command('ack', incident.id),
    command('snooze', incident.id, ' --until 8h --reason "…"'),
    command('resolve', incident.id, ' --reason "…"'),
    command('not-expected', incident.id),
  ];
}
