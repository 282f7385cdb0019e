import type { KnownBlock } from '@slack/types';
import type { Announcement } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import { more } from '../phrases.ts';
import { formatEmail } from './email.ts';
import {
  actorOf,
  agentsOf,
  factsOf,
  isAboutCalls,
  labelOf,
  originsOf,
  stepsOf,
  subjectOf,
  when,
} from './finding-text.ts';
import { plainText, truncate } from './plain-text.ts';

/** Block Kit's limits: header 150 characters, section text 3,000, field 2,000. */
const limits = { header: 150, section: 3000, field: 2000 } as const;
const evidenceShown = 5;

export interface SlackMessage {
  /** For notifications and for clients without blocks. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

export interface SlackOptions {
  /** Acknowledge, Snooze, Not expected: where somebody answers when they are pressed. */
  readonly buttons: boolean;
}

/** What a message says now, to be posted or to take the place of what was posted. Cannot mention anybody. */
export function formatSlack(announcement: Announcement, { buttons }: SlackOptions): SlackMessage {
  const [finding] = announcement.kind === 'incident' ? announcement.findings : [];
  if (!finding) return plainMessage(formatEmail(announcement).text);
  const message = findingMessage(finding);
  return buttons ? { ...message, blocks: [...message.blocks, actions(announcement)] } : message;
}

/** For the thread under the message: what has changed. */
export function formatSlackReply(announcement: Announcement): SlackMessage {
  return plainMessage(formatEmail(announcement).subject);
}

const plainMessage = (text: string): SlackMessage => ({
  text: mrkdwn(text, limits.section),
  blocks: [section('', text)],
});

const actions = ({ id, revision }: Announcement): KnownBlock => ({
  type: 'actions',
  block_id: `incident:${id}`,
  elements: (['acknowledge', 'snooze', 'not-expected'] as const).map((word) => ({
    type: 'button',
    action_id: word,
    text: { type: 'plain_text', text: buttonTexts[word], emoji: false },
    value: `${id}:${revision}`,
  })),
});

const buttonTexts = {
  acknowledge: 'Acknowledge',
  snooze: 'Snooze',
  'not-expected': 'Not expected',
} as const;

function findingMessage(finding: Finding): SlackMessage {
  const heading = truncate(`${labelOf(finding)}  ${plainText(finding.title)}`, limits.header);
  const evidence = finding.evidence.slice(0, evidenceShown).map(plainText).join(', ');
  const events =
    evidence === '' ? '' : ` Events: ${evidence}${more(finding.evidence.length - evidenceShown)}`;
  return {
    text: mrkdwn(heading, 2 * limits.header),
    blocks: [
      // A header is plain text: Slack neither formats nor unescapes it.
      { type: 'header', text: { type: 'plain_text', text: heading, emoji: false } },
      {
        type: 'section',
        fields: [
          field('Secret', subjectOf(finding)),
          ...(isAboutCalls(finding)
            ? [
                field('Who', actorOf(finding)),
                field('From', originsOf(finding, 5)),
                field('With', agentsOf(finding, 3)),
              ]
            : []),
          field('First seen', when(finding.firstSeen)),
          field('Last seen', when(finding.lastSeen)),
          ...(finding.owner ? [field('Owner', plainText(finding.owner))] : []),
          ...(finding.impact ? [field('Impact', plainText(finding.impact))] : []),
        ],
      },
      ...(finding.facts?.length ? [section('*Where it stands*\n', factsOf(finding).join('\n'))] : []),
      section('*Why* ', plainText(finding.explanation)),
      section('*Do now*\n', stepsOf(finding).join('\n')),
      ...(finding.links.console ? [consoleSection(finding.links.console)] : []),
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: mrkdwn(
              `Finding ${finding.id}, revision ${finding.revision}, ${finding.detector}.${finding.incident ? ` Incident ${finding.incident}.` : ''}${events}`,
              limits.section,
            ),
          },
        ],
      },
    ],
  };
}

/** Slack's own rule: these three characters, and nothing else ("Formatting text for app surfaces"). */
const escapeEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Text that Slack shows as it is: entities escaped, and a zero-width space before each character that would begin
 * formatting. Cut before escaping, so that no entity is cut in half.
 */
function mrkdwn(text: string, limit: number): string {
  const shown = escapeEntities(text).replace(/[*_~`]/g, '\u200b$&');
  return shown.length <= limit
    ? shown
    : mrkdwn(truncate(text, Math.floor((text.length * limit) / shown.length)), limit);
}

const field = (name: string, value: string) =>
  ({ type: 'mrkdwn', text: `*${name}*\n${mrkdwn(value, limits.field - name.length - 3)}` }) as const;

const section = (label: string, value: string) =>
  ({
    type: 'section',
    text: { type: 'mrkdwn', text: `${label}${mrkdwn(value, limits.section - label.length)}` },
  }) as const;

const consoleSection = (link: string) =>
  ({
    type: 'section',
    text: { type: 'mrkdwn', text: `<${escapeEntities(link)}|Open the secret in the console>` },
  }) as const;
