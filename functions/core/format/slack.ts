import { Blocks } from 'slack-block-builder';
import { incidentName } from '../incidents/incident-name.ts';
import type { Announcement } from '../model/announcement.ts';
import { formatEmail } from './email.ts';
import { when } from './finding-text.ts';
import { labelOf, shown } from './incident-parts.ts';
import { changeText, storyOf } from './incident-story.ts';
import { mrkdwn, type SlackMessage, slackMessage } from './mrkdwn.ts';
import { digestBlocks } from './slack-digest.ts';
import { headingOf, incidentBlocks } from './slack-incident.ts';

export type { SlackMessage };

export interface SlackOptions {
  /** Acknowledge, Snooze, Not expected: where somebody answers when they are pressed. */
  readonly buttons: boolean;
}

const textLimit = 300;

/** What a message says now, to be posted or to take the place of what was posted. Cannot mention anybody. */
export function formatSlack(announcement: Announcement, { buttons }: SlackOptions): SlackMessage {
  switch (announcement.kind) {
    case 'incident':
      return slackMessage(mrkdwn(headingOf(announcement), textLimit), incidentBlocks(announcement, buttons));
    case 'digest':
      return slackMessage(mrkdwn(formatEmail(announcement).subject, textLimit), digestBlocks(announcement));
    case 'test': {
      const { at, by, id } = announcement;
      const sent = `Sent ${when(at)} by ${shown(by)}. Test ${shown(id)}.`;
      return slackMessage('TEST  secrets-audit reaches this channel', [
        Blocks.Header({ text: 'TEST  secrets-audit reaches this channel' }),
        Blocks.Section({
          text: `Nothing happened, and there is nothing to do. What secrets-audit has to tell will come like this.\n${mrkdwn(sent, 600)}`,
        }),
      ]);
    }
  }
}

/** For the thread under the message: what has changed, in a line or two. */
export function formatSlackReply(announcement: Announcement): SlackMessage {
  const text = replyOf(announcement);
  return slackMessage(mrkdwn(text, textLimit), [Blocks.Section({ text: mrkdwn(text, 1500) })]);
}

function replyOf(announcement: Announcement): string {
  if (announcement.kind !== 'incident') return formatEmail(announcement).subject;
  const name = `${labelOf(announcement)}  ${incidentName(announcement.id)}`;
  const latest = storyOf(announcement).signs.at(-1);
  return [
    `${name}: ${changeText(announcement) ?? 'this is the first that is known of it.'}`,
    ...(announcement.record.status === 'open' && ['more', 'graver'].includes(announcement.change) && latest
      ? [`Latest: ${latest.time.trim()} UTC  ${latest.text}`]
      : []),
  ].join('\n');
}
