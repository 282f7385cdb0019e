import { plainText } from './plain-text.ts';

/** One word of a command that a person may paste into a shell, whatever characters a log put into it. */
export function shellWord(text: string): string {
  const shown = plainText(text);
  return /^[\w/+=.,@:-]+$/.test(shown) && !shown.startsWith('-')
    ? shown
    : `'${shown.replaceAll("'", `'\\''`)}'`;
}
