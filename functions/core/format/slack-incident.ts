import { type BlockBuilder, Blocks, Elements } from 'slack-block-builder';
import { incidentName } from '../incidents/incident-name.ts';
import type { IncidentAnnouncement } from '../model/announcement.ts';
import { more } from '../phrases.ts';
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
  shown,
} from './incident-parts.ts';
import { type Step, stepsOf } from './incident-steps.ts';
import { changeText, isOver, othersOf, storyOf } from './incident-story.ts';
import { furtherReasons, isUnknownFact, reasonOf, unknownOf } from './incident-unknown.ts';
import { code, escapeEntities, mrkdwn, preformatted } from './mrkdwn.ts';
import { plainText, shortText, truncate } from './plain-text.ts';

/**
 * Slack takes 3,000 characters a section and 150 a header, and refuses messages of about 13,200 in all. These keep the
 * whole below that, also where every character has to be escaped.
 */
const limits = {
  header: 150,
  story: 1500,
  reason: 900,
  unknown: 700,
  steps: 2000,
  field: 200,
} as const;
const stepsShown = 6;
const unknownShown = 3;
const factsShown = 14;

/** `HIGH  prod: role/etl read app/db from a network new to it   INC-4F2A91`. */
export function headingOf(announcement: IncidentAnnouncement): string {
  const { title } = announcement.record.incident;
  const [account] = accountsOf(announcement);
  const label = `${labelOf(announcement)}  ${account === undefined ? '' : `${accountName(account, announcement)}: `}`;
  const name = `   ${incidentName(announcement.id)}`;
  const room = limits.header - label.length - name.length;
  const told = title.length <= room ? title : (mainFinding(announcement)?.title ?? title);
  return `${truncate(label, 100)}${truncate(plainText(told), Math.max(room, 1))}${name}`;
}

export function incidentBlocks(announcement: IncidentAnnouncement, buttons: boolean): BlockBuilder[] {
  const change = changeText(announcement);
  const isStill = !isOver(announcement);
  return [
    // A header is plain text: Slack neither formats nor unescapes it.
    Blocks.Header({ text: truncate(headingOf(announcement), limits.header) }),
    ...(change === undefined ? [] : [Blocks.Section({ text: mrkdwn(change, limits.reason) })]),
    Blocks.Section({ text: storyText(announcement) }),
    ...(isStill ? toldInFull(announcement) : []),
    ...(isStill && buttons ? [buttonsOf(announcement)] : []),
    Blocks.Context().elements(contextText(announcement)),
  ];
}

function toldInFull(announcement: IncidentAnnouncement): BlockBuilder[] {
  const main = mainFinding(announcement);
  const unknown = unknownOf(announcement)
    .slice(0, unknownShown)
    .map((text) => `• ${text}`);
  const steps = stepsOf(announcement);
  const impact = announcement.findings.find((finding) => finding.impact)?.impact;
  const reasons = main
    ? [
        reasonOf(main),
        ...(isAboutState(announcement)
          ? []
          : furtherReasons(announcement)
              .slice(0, 1)
              .map((text) => `Also ${text}`)),
      ]
    : [];
  return [
    ...(reasons.length > 0
      ? [Blocks.Section({ text: `*Why*\n${mrkdwn(reasons.join('\n'), limits.reason)}` })]
      : []),
    ...(unknown.length > 0
      ? [Blocks.Section({ text: `*Not known*\n${mrkdwn(unknown.join('\n'), limits.unknown)}` })]
      : []),
    ...(steps.length > 0 ? [Blocks.Section({ text: `*Do now*\n${stepTexts(steps).join('\n')}` })] : []),
    Blocks.Section().fields(
      `*Owner*\n${mrkdwn(ownersOf(announcement), limits.field)}`,
      ...(impact ? [`*Impact*\n${mrkdwn(shown(impact), limits.field)}`] : []),
      ...announcement.related
        .slice(0, 2)
        .map(
          ({ product, severity, type, at }) =>
            `*${mrkdwn(shown(product), 40)}*\n${mrkdwn(`${severity}, ${when(at)}: ${shown(type)}`, limits.field)}`,
        ),
    ),
  ];
}

function storyText(announcement: IncidentAnnouncement): string {
  const main = mainFinding(announcement);
  if (main && isAboutState(announcement)) {
    const facts = (main.facts ?? []).filter((fact) => !isUnknownFact(fact)).slice(0, factsShown);
    const lines = [
      ...facts.map((fact) => shortText(fact, 200)),
      ...othersOf(announcement).map((text) => `Also: ${text}`),
    ];
    return lines.length > 0
      ? preformatted(lines.join('\n'), limits.story)
      : mrkdwn(shown(main.title).trim() || incidentName(announcement.id), limits.story);
  }
  const { lead, signs, left } = storyOf(announcement);
  const known = knownOf(announcement)
    .filter(([label]) => label !== 'Secret')
    .map(([label, text]) => (label === 'Events' ? `${text} event${text === '1' ? '' : 's'}` : text));
  return mrkdwn(
    [
      known.join('  |  '),
      `${lead}:`,
      ...signs.map(({ time, text }) => `${time}  ${text}`),
      ...(left > 0 ? [more(left).trim()] : []),
    ].join('\n'),
    limits.story,
  );
}

/** As many as fit; the email and the command line have all. */
function stepTexts(steps: readonly Step[]): string[] {
  let left: number = limits.steps;
  const texts: string[] = [];
  for (const [index, { text, commands }] of steps.slice(0, stepsShown).entries()) {
    const lines = [
      ...(text === '' ? [] : [mrkdwn(text, 400)]),
      ...commands.flatMap(({ line, note }) => [
        ...(line === undefined
          ? []
          : [code(line.replaceAll('\n', ' '), 500) ?? 'The command is in the email.']),
        ...(note === undefined ? [] : [mrkdwn(note, 300)]),
      ]),
    ];
    const step = `${index + 1}. ${lines.join('\n    ')}`;
    if (step.length > left) break;
    left -= step.length;
    texts.push(step);
  }
  const untold = steps.length - texts.length;
  return untold > 0 ? [...texts, `${more(untold).trim()} in the email`] : texts;
}

/** Whoever presses one is asked for a reason; each is also a command. */
const buttonsOf = ({ id, revision }: IncidentAnnouncement): BlockBuilder =>
  // Slack wants another block id for each version of a message.
  Blocks.Actions({ blockId: truncate(`incident:${id}:${revision}`, 255) }).elements(
    ...(['acknowledge', 'snooze', 'not-expected'] as const).map((word) =>
      Elements.Button({
        actionId: word,
        text: buttonTexts[word],
        value: truncate(`${id}:${revision}`, 2000),
      }),
    ),
  );

const buttonTexts = {
  acknowledge: 'Acknowledge',
  snooze: 'Snooze',
  'not-expected': 'Not expected',
} as const;

function contextText(announcement: IncidentAnnouncement): string {
  const { record, whole } = announcement;
  const name = incidentName(announcement.id);
  const console = consoleOf(announcement);
  const [event] = record.incident.evidence;
  return [
    ...(isOver(announcement)
      ? []
      : [`Expected? ${code(`secrets-audit incidents ack ${name} --reason "..."`, 100)}`]),
    code(`secrets-audit incidents show ${name}`, 100),
    ...(event === undefined
      ? []
      : [`Event ${mrkdwn(shown(event), 100)}${mrkdwn(more(record.incident.evidence.length - 1), 40)}`]),
    ...(console ? [`<${escapeEntities(console)}|Open in the console>`] : []),
    ...(whole ? [mrkdwn(shown(whole), 300)] : []),
  ].join('  |  ');
}
