/**
 * Characters that change how a terminal, a mail client or a chat shows what is around them: C0 and C1 controls,
 * line and paragraph separators, the marks that turn the direction of text (Unicode TR #36, Trojan Source), and tags, which
 * nobody sees.
 */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Text from logs, harmless to show on one line: each such character becomes its visible code, `<U+001B>`. */
export const plainText = (text: string): string =>
  // Half of a surrogate pair is no character, and not every receiver takes it.
  text
    .toWellFormed()
    .replace(
      invisible,
      (character) => `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
    );

/** Text from logs of a length that leaves room for others: what is escaped is longer than it was. */
export const shortText = (text: string, length: number): string =>
  truncate(plainText(truncate(text, length)), length);

/** Cut to a length, with an ellipsis as its last character where something is missing. */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  // Half of a surrogate pair would be shown as a replacement character.
  const end = /[\ud800-\udbff]/.test(text.charAt(length - 2)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
