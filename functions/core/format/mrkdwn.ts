import type { KnownBlock } from '@slack/types';
import type { BlockBuilder } from 'slack-block-builder';
import { Message } from 'slack-block-builder';
import { truncate } from './plain-text.ts';

export interface SlackMessage {
  /** For notifications and for clients without blocks. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** Slack is not to fetch what a log names. */
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

/** Slack's own rule: these three characters, and nothing else ("Formatting text for app surfaces"). */
export const escapeEntities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Text that Slack shows as it is: entities escaped, and a zero-width space before each character that would begin
 * formatting. Cut before escaping, so that no entity is cut in half.
 */
export const mrkdwn = (text: string, limit: number): string =>
  fitting(text, limit, (part) => escapeEntities(part).replace(/[*_~`]/g, '\u200b$&'));

/** Within backticks nothing else is formatting, and what is copied is a command; `undefined` where it has no room. */
export function code(command: string, limit: number): string | undefined {
  const text = `\`${unquoted(command)}\``;
  return text.length <= limit && !command.includes('`') ? text : undefined;
}

/** Lines in columns, in a font that keeps them. */
export const preformatted = (text: string, limit: number): string =>
  fitting(text, limit, (part) => `\`\`\`${unquoted(part)}\`\`\``);

const unquoted = (text: string): string => escapeEntities(text).replaceAll('`', '´');

function fitting(text: string, limit: number, escaping: (text: string) => string): string {
  const escaped = escaping(text);
  if (escaped.length <= limit) return escaped;
  const length = Math.min(text.length - 1, Math.floor((text.length * limit) / escaped.length));
  return fitting(truncate(text, length), limit, escaping);
}

/**
 * The builder has no way to say that Slack is to leave the text alone: without it, Slack makes links of addresses, and
 * mentions of names.
 */
export function slackMessage(text: string, blocks: readonly BlockBuilder[]): SlackMessage {
  const built = Message()
    .blocks(...blocks)
    .getBlocks();
  return {
    text,
    blocks: JSON.parse(JSON.stringify(built), (_, part: unknown) => leftAlone(part)) as KnownBlock[],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function leftAlone(part: unknown): unknown {
  const type = typeof part === 'object' && part !== null && 'type' in part ? part.type : undefined;
  if (type === 'mrkdwn') return { ...(part as object), verbatim: true };
  return type === 'plain_text' ? { ...(part as object), emoji: false } : part;
}
