import { plainText, truncate } from './plain-text.ts';

const stepLimit = 400;

/** The first of the lines that fit, whole; what comes first matters most. */
export function linesWithin(limit: number, lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    const longer = text === '' ? line : `${text}\n${line}`;
    if (longer.length + 2 > limit) return `${text}\n…`;
    text = longer;
  }
  return text;
}

/** A command stands as code, so that it can be copied; what follows it after three spaces is text. */
export function stepShown(step: string): string {
  const [, before = '', command = '', after = ''] =
    /^(.*?: )?((?:aws|secrets-audit) .*?)( {3}.*)?$/.exec(plainText(step)) ?? [];
  const isCode = command !== '' && command.length <= stepLimit / 2 && !command.includes('`');
  return isCode
    ? `${shown(before, stepLimit / 4)}\`${entities(command)}\`${shown(after, stepLimit / 4)}`
    : shown(step, stepLimit);
}

const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Text that Slack and Teams show as it is: no entity that mentions, and a zero-width space where formatting, a link or a
 * mention would begin. Cut before it is escaped, so that nothing is cut in half.
 */
export function shown(text: string, limit: number): string {
  const escaped = entities(plainText(text))
    .replace(/[*_~`[\]]|:\/\//g, '\u200b$&')
    .replaceAll('@', '@\u200b');
  return escaped.length <= limit
    ? escaped
    : shown(truncate(text, Math.floor((text.length * limit) / escaped.length)), limit);
}
